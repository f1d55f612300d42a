"""What operators see of firms: the firm, who works there, who is invited. No clients and nothing of theirs."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html_join
from django.views.decorators.http import require_POST

from accounts.operator_admin import OperatorAdmin
from audit.isolation_proof import keep, prove
from audit.log import record_platform
from audit.models import IsolationProof
from organizations import domains, platform_settings
from organizations.forms.platform import SETTING_FORMS
from organizations.models import (
    Invitation,
    Membership,
    Organization,
    OrganizationDomain,
    PlatformSetting,
    VerifiedDomain,
)
from tenancy.context import APP, all_tenants, surface, tenant


class FirmForm(forms.ModelForm):
    def clean_usage_limits(self) -> dict[str, Any]:
        limits = self.cleaned_data["usage_limits"]
        if not isinstance(limits, dict):
            raise forms.ValidationError('Write an object, such as {"seats": 25}.')
        if type(limits.get("seats", 0)) is not int or limits.get("seats", 0) < 0:
            raise forms.ValidationError("Write the number of seats as a whole number, or leave them out for no limit.")
        return limits


@admin.register(Organization)
class OrganizationAdmin(OperatorAdmin):
    form = FirmForm
    list_display = ("name", "slug", "status", "plan_type", "subscription_tier", "created_at")
    list_filter = ("status", "plan_type", "subscription_tier")
    search_fields = ("name", "slug", "billing_email")
    ordering = ("name",)
    fields = (
        "name", "slug", "domain", "billing_email", "timezone", "currency", "status", "plan_type", "subscription_tier",
        "usage_limits", "created_at", "updated_at",
    )  # fmt: skip
    editable = ("status", "plan_type", "subscription_tier", "usage_limits")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Organization]:
        return super().get_queryset(request).defer("tax_id")

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """Inside the firm: the policy allows it nowhere else, and the firm's own audit log tells who did it."""
        with tenant(obj.pk, name=f"{request.user}, operator of Tickmark"):
            super().save_model(request, obj, form, change)


class FirmRowAdmin(OperatorAdmin):
    """Rows of a firm, shown with its name."""

    hidden: tuple[str, ...] = ()
    list_select_related: tuple[str, ...] = ("organization",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).defer("organization__tax_id", *self.hidden)


@admin.register(Membership)
class MembershipAdmin(FirmRowAdmin):
    list_display = ("display_name", "email", "organization", "role", "status", "joined_at")
    list_filter = ("role", "status")
    search_fields = ("display_name", "email", "organization__name")
    ordering = ("organization__name", "display_name")
    fields = ("organization", "display_name", "email", "role", "status", "permissions", "invited_at", "joined_at")


@admin.register(Invitation)
class InvitationAdmin(FirmRowAdmin):
    hidden = ("token_hash",)
    list_display = ("email", "organization", "role", "sent_at", "expires_at", "accepted_at", "revoked_at")
    list_filter = ("role",)
    search_fields = ("email", "organization__name")
    ordering = ("-created_at",)
    fields = ("organization", "email", "role", "sent_at", "expires_at", "accepted_at", "revoked_at")


@admin.register(VerifiedDomain)
class VerifiedDomainAdmin(OperatorAdmin):
    """Which firm has proven which domain. Deleting one releases it: another firm may prove it from then on."""

    list_display = fields = ("domain", "organization_id", "created_at")
    search_fields = ("domain",)
    ordering = ("domain",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.has_module_permission(request)

    def delete_model(self, request: HttpRequest, obj: VerifiedDomain) -> None:
        """As the firm itself gives a domain up, and in its audit trail; no other role may."""
        with surface(APP), tenant(obj.organization_id, name=f"{request.user}, operator of Tickmark"):
            domains.give_up(OrganizationDomain.objects.get(domain=obj.domain))
        record_platform("domain_released", "verified_domains", domain=obj.domain, organization=str(obj.organization_id))


@admin.register(PlatformSetting)
class PlatformSettingAdmin(OperatorAdmin):
    """The known switches, each with a form of its own; the rows come with the migrations."""

    list_display = ("key", "description", "value", "updated_at")
    editable = ("value", "text", "level", "until")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[PlatformSetting]:
        return super().get_queryset(request).filter(key__in=SETTING_FORMS)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return SETTING_FORMS[obj.key] if obj else super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: PlatformSetting | None = None) -> list[Any]:
        return ["key", "description", *(SETTING_FORMS[obj.key].base_fields if obj else ()), "updated_at"]

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        before = PlatformSetting.objects.values_list("value", flat=True).get(pk=obj.pk)
        obj.updated_at = timezone.now()
        obj.save(update_fields=["value", "updated_at"])
        platform_settings.changed()
        record_platform("update", "platform_settings", key=obj.key, value=obj.value, before=before)


@admin.register(IsolationProof)
class IsolationProofAdmin(OperatorAdmin):
    """When the walls were probed, and what failed. The button probes them now, in the two newest firms too."""

    list_display = ("created_at", "passed", "probes", "milliseconds")
    list_filter = ("passed",)
    ordering = ("-created_at",)
    fields = ("created_at", "user_id", "passed", "probes", "milliseconds", "failed")

    @admin.display(description="what failed")
    def failed(self, proof: IsolationProof) -> str:
        lines = [f"{probe['table']}: {probe['question']}. {probe['said']}" for probe in proof.failures]
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines)) or "Nothing"

    def get_urls(self) -> list[URLPattern]:
        probe = path("probe/", self.admin_site.admin_view(require_POST(self.probe)), name="audit_isolationproof_probe")
        return [probe, *super().get_urls()]

    def probe(self, request: HttpRequest) -> HttpResponse:
        with all_tenants(reason="operators probe the walls"):
            newest = list(Organization.objects.order_by("-created_at").values_list("pk", flat=True)[:2])
        proof = prove(newest)
        kept = keep(proof)
        record_platform("prove_isolation", "isolation_proofs", kept.pk, passed=kept.passed)
        if kept.passed:
            messages.success(request, f"{kept.probes} probes passed: the database keeps firms apart.")
        elif proof.failures:
            words = f"{len(proof.failures)} of {kept.probes} probes failed. Close the service and look."
            messages.error(request, words)
        else:
            messages.warning(request, f"{len(proof.unanswered)} of {kept.probes} probes got no answer. Probe again.")
        return redirect("admin:audit_isolationproof_change", kept.pk)
