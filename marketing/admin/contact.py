from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest

from marketing.admin.newsletter import ReadOnlyAdmin
from marketing.models import ContactMessage, SiteMail


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


@admin.register(SiteMail)
class SiteMailAdmin(ReadOnlyAdmin):
    """What the site sends and whether it left. Not its words: until it has left, links that confirm stand in them."""

    list_display = ["created_at", "recipient", "subject", "attempts", "sent_at"]
    fields = ["created_at", "recipient", "subject", "attempts", "sent_at"]
    ordering = [F("sent_at").desc(nulls_first=True), "-id"]
    search_fields = ["recipient"]
