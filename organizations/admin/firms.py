"""A firm as operators see it: its plan, how it uses the product, whether it is well; closing it and opening it again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from accounts.operator_admin import OperatorAdmin
from audit.log import record_platform
from organizations import firm_facts
from organizations.admin.support import asking, end_open, ending
from organizations.forms.suspension import SuspensionForm
from organizations.models import Membership, Organization, SupportGrant
from organizations.mounts import support_url
from tenancy.context import tenant

FIRM = "admin:organizations_organization_change"


class FirmList(ChangeList):
    """With how many people each firm of the page has: one more question, of a kind that a cluster answers too."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: Any = list(self.result_list)
        members = Membership.objects.filter(organization__in=self.result_list, status="active").order_by()
        counted = dict(members.values_list("organization").annotate(Count("pk")))
        for firm in self.result_list:
            firm.members = counted.get(firm.pk, 0)


@admin.register(Organization)
class OrganizationAdmin(OperatorAdmin):
    change_form_template = "admin/organizations/firm.html"
    list_display = ("name", "slug", "status", "plan_type", "subscription_tier", "member_count", "created_at")
    list_filter = ("status", "plan_type", "subscription_tier")
    search_fields = ("name", "slug", "billing_email")
    ordering = ("name",)
    fields = (
        "name", "slug", "domain", "billing_email", "timezone", "currency", "status", "suspension_note", "plan_type",
        "subscription_tier", "usage_limits", "created_at", "updated_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Organization]:
        return super().get_queryset(request).defer("tax_id")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return FirmList

    @admin.display(description="members")
    def member_count(self, firm: Any) -> int:
        return firm.members

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """Inside the firm: the policy allows it nowhere else, and the firm's own audit log tells who did it."""
        with as_operator_in(obj, request):
            super().save_model(request, obj, form, change)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        firm = self.get_object(request, object_id)
        context = {} if firm is None else {"title": "Firm", **self._beside(request, firm), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    @staticmethod
    def _beside(request: HttpRequest, firm: Organization) -> dict[str, Any]:
        grants = SupportGrant.objects.filter(organization=firm).order_by("-created_at", "-pk")[:5]
        mine = [grant for grant in grants if grant.operator_id == request.user.pk]
        return {
            "sections": firm_facts.of(firm),
            "grants": grants,
            "open_grant": next((grant for grant in mine if grant.state in ("waiting", "in_force")), None),
            "support_home": support_url(firm.slug, "today"),
        }

    def get_urls(self) -> list[URLPattern]:
        named = {"support": asking, "support/end": ending, "suspension": suspension, "reactivation": reactivation}
        mine = [
            path(
                f"<uuid:firm_id>/{where}/",
                self.admin_site.admin_view(view),
                name=f"organizations_organization_{where.replace('/', '_')}",
            )
            for where, view in named.items()
        ]
        return [*mine, *super().get_urls()]


def as_operator_in(firm: Organization, request: HttpRequest) -> Any:
    return tenant(firm.pk, name=f"{request.user}, operator of Tickmark")


@require_http_methods(["GET", "HEAD", "POST"])
def suspension(request: HttpRequest, firm_id: Any) -> HttpResponse:
    """Close the firm to its members and its clients; what it says to them is asked for first.

    Support access ends with it: the owners, whose pages are closed, could not end it themselves.
    """
    firm = get_object_or_404(Organization.objects.defer("tax_id"), pk=firm_id)
    form = SuspensionForm(request.POST or None)
    if form.is_valid():
        end_open(request, firm.pk)
        _set_status(request, firm, Organization.Status.SUSPENDED, form.cleaned_data["note"])
        messages.success(request, f"{firm} is suspended: its pages, portals, programs and mails are closed.")
        return redirect(FIRM, firm.pk)
    context = {**admin.site.each_context(request), "title": f"Suspend {firm}", "firm": firm, "form": form}
    return render(request, "admin/organizations/suspension.html", context, status=422 if form.errors else 200)


@require_POST
def reactivation(request: HttpRequest, firm_id: Any) -> HttpResponse:
    firm = get_object_or_404(Organization.objects.defer("tax_id"), pk=firm_id)
    _set_status(request, firm, Organization.Status.ACTIVE, "")
    messages.success(request, f"{firm} is open again.")
    return redirect(FIRM, firm.pk)


def _set_status(request: HttpRequest, firm: Organization, status: str, note: str) -> None:
    """In the firm's own log by its trigger, and in the platform's here."""
    with as_operator_in(firm, request):
        firm.status, firm.suspension_note = status, note
        firm.save(update_fields=["status", "suspension_note"])
    record_platform("update", "organizations", firm.pk, status=status, suspension_note=note)
