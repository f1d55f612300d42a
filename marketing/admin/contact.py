from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from marketing.models import ContactMessage


@admin.register(ContactMessage)
class ContactMessageAdmin(admin.ModelAdmin):
    """The inbox. What was written stays as it was; who answered says so."""

    list_display = ["created_at", "name", "firm_name", "topic", "status"]
    list_filter = ["status", "topic"]
    search_fields = ["name", "email", "firm_name", "message"]
    fields = ["status", "note", "name", "email", "firm_name", "topic", "message", "created_at"]
    readonly_fields = ["name", "email", "firm_name", "topic", "message", "created_at"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
