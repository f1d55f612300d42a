"""What happened outside the firms, and which mails left."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import MailLog
from accounts.models.mail_log import address_hash
from accounts.operator_admin import OperatorAdmin, firm_link
from audit.models import PlatformAuditLog


@admin.register(PlatformAuditLog)
class PlatformAuditLogAdmin(OperatorAdmin):
    list_display = ("created_at", "action", "resource_type", "resource_id", "user_id", "ip_address")
    list_filter = ("action", "created_at")
    search_fields = ("user_id__exact", "resource_id__exact", "ip_address__exact")
    ordering = ("-created_at",)
    fields = (
        "created_at", "action", "resource_type", "resource_id", "user_id", "old_values", "new_values", "context",
        "ip_address", "user_agent",
    )  # fmt: skip


@admin.register(MailLog)
class MailLogAdmin(OperatorAdmin):
    """Who knows a whole address finds the mails to it; the list itself shows none."""

    list_display = ("created_at", "kind", "recipient", "firm", "outcome", "error")
    list_filter = ("outcome", "kind", "created_at")
    search_fields = ("recipient", "kind")
    search_help_text = "A whole address, a domain, or a kind of mail"
    ordering = ("-created_at", "-id")
    fields = ("created_at", "kind", "recipient", "organization_id", "outcome", "error")

    @admin.display(description="firm")
    def firm(self, mail: MailLog) -> str:
        return firm_link(mail.organization_id)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        if "@" in search_term.strip("@"):
            return queryset.filter(recipient_hash=address_hash(search_term)), False
        return super().get_search_results(request, queryset, search_term)
