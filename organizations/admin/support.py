"""Operators ask a firm to let them look, and see what became of it."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.operator_admin import OperatorAdmin
from audit.log import record_platform
from organizations import support
from organizations.forms.suspension import SupportForm
from organizations.jobs import send_support_request
from organizations.models import Organization, SupportGrant
from tenancy.context import APP, surface, tenant


@admin.register(SupportGrant)
class SupportGrantAdmin(OperatorAdmin):
    """Who asked which firm to look in, why, and what it said. Asked for on the firm's page."""

    list_display = ("created_at", "organization", "operator_name", "reason", "state_word", "expires_at")
    list_filter = ("created_at",)
    search_fields = ("organization__name", "operator_name", "reason")
    ordering = ("-created_at", "-id")
    fields = ("organization", "operator_name", "reason", "hours", "state_word", "created_at", "answered_at", "expires_at", "ended_at")  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SupportGrant]:
        return super().get_queryset(request).select_related("organization").defer("organization__tax_id")


@require_http_methods(["GET", "HEAD", "POST"])
def asking(request: Any, firm_id: Any) -> HttpResponse:
    firm = get_object_or_404(Organization.objects.defer("tax_id"), pk=firm_id)
    form = SupportForm(request.POST or None)
    if form.is_valid():
        try:
            _ask(request, firm, form.cleaned_data)
        except support.SupportRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"The owners of {firm} have a mail. Until one of them consents, you see nothing.")
            return redirect("admin:organizations_organization_change", firm.pk)
    context = {
        **admin.site.each_context(request),
        "title": f"Ask {firm} for support access",
        "firm": firm,
        "form": form,
    }
    return render(request, "admin/organizations/support.html", context, status=422 if form.errors else 200)


def _ask(request: Any, firm: Organization, asked: dict[str, Any]) -> None:
    """As the application, in the firm: operators write nothing there, and the mail's job is the application's."""
    with surface(APP), tenant(firm.pk, user=request.user.pk, name=f"{request.user}, operator of Tickmark"):
        grant = support.ask(request.user, firm, reason=asked["reason"], hours=asked["hours"])
        send_support_request.enqueue(grant_id=grant.pk)
    record_platform("support_asked", "support_grants", grant.pk, organization=str(firm.pk), **asked)


@require_POST
def ending(request: Any, firm_id: Any) -> HttpResponse:
    """One's own, taken back or ended early."""
    if end_open(request, firm_id, operator_id=request.user.pk):
        messages.success(request, "Support access ended.")
    return redirect("admin:organizations_organization_change", firm_id)


def end_open(request: Any, firm_id: Any, **which: Any) -> int:
    """What waits for an answer or is in force; how many there were."""
    grants = SupportGrant.objects.filter(organization=firm_id, ended_at=None, **which)
    still_open = [grant for grant in grants if grant.state in ("waiting", "in_force")]
    for grant in still_open:
        with surface(APP), tenant(firm_id, user=request.user.pk, name=f"{request.user}, operator of Tickmark"):
            support.end(grant.pk)
        record_platform("support_ended", "support_grants", grant.pk, organization=str(firm_id))
    return len(still_open)
