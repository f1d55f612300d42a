import csv
import io
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from marketing.models import NewsletterSignup, NewsletterSuppression
from marketing.newsletter import leaving_address, to_mail

#: The head of the list whoever sends the letters works with.
COLUMNS = ["email", "confirmed_at", "consent", "leave_with"]


class ReadOnlyAdmin(admin.ModelAdmin):
    """What others wrote: operators read it, and delete what its owner wants forgotten."""

    def on_record(self, action: str, **facts: Any) -> None:
        """What was done that changes no row here. The operators' site, which keeps the record, says how."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(NewsletterSignup)
class NewsletterSignupAdmin(ReadOnlyAdmin):
    list_display = ["email", "status", "asked_at", "confirmed_at", "left_at"]
    list_filter = ["status"]
    search_fields = ["email"]
    change_list_template = "admin/marketing/newsletter/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export_view)
        return [path("export/", export, name="marketing_newslettersignup_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Whom a letter may go to today, each with the address that its `List-Unsubscribe` header names."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        target, signups = io.StringIO(), to_mail()
        writer = csv.writer(target)
        writer.writerow(COLUMNS)
        for signup in signups:
            confirmed = signup.confirmed_at.isoformat() if signup.confirmed_at else ""
            writer.writerow([harmless(signup.email), confirmed, signup.consent_text, leaving_address(signup)])
        self.on_record("newsletter_exported", addresses=len(signups))
        answer = HttpResponse(target.getvalue(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="newsletter.csv"'
        answer["Cache-Control"] = "private, no-store"
        return answer


def harmless(text: str) -> str:
    """A spreadsheet takes what begins like this for a formula."""
    return f"'{text}" if text[:1] in "=+-@" else text


@admin.register(NewsletterSuppression)
class NewsletterSuppressionAdmin(admin.ModelAdmin):
    list_display = ["email", "reason", "created_at"]
    list_filter = ["reason"]
    search_fields = ["email"]
