"""What operators see of firms that are gone. Clients and documents are none of their business."""

from django.contrib import admin

from accounts.operator_admin import OperatorAdmin
from clients.models import DeletedFirm


@admin.register(DeletedFirm)
class DeletedFirmAdmin(OperatorAdmin):
    """Firms that were deleted whole because their owners wanted it, each with its certificate."""

    list_display = ("name", "slug", "deleted_at", "files_deleted_at", "mailed_at")
    search_fields = ("name", "slug")
    ordering = ("-deleted_at",)
    fields = ("organization_id", "name", "slug", "deleted_at", "certificate", "digest", "files_deleted_at", "mailed_at")
