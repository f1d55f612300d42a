"""Firms' plans as operators see them: revenue, trials and use; and what they allow a firm beyond its plan."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounts.operator_admin import OperatorAdmin
from audit.log import record_platform
from billing import (
    copying,
    payment_admin,  # noqa: F401  (registers)
    revenue,
)
from billing.models import CreditGrant, FeatureOverride, Subscription, UsageEvent
from billing.plan_admin import Bounded
from organizations.admin import FirmRowAdmin
from organizations.models import Organization
from tenancy.context import APP, all_tenants, surface, tenant


@admin.register(Subscription)
class SubscriptionAdmin(FirmRowAdmin):
    change_list_template = "admin/billing/subscriptions.html"
    list_display = ("organization", "plan", "status", "billing_period", "seats", "trial_ends_at", "current_period_end")
    list_filter = ("status", "plan", "billing_period")
    search_fields = ("organization__name", "stripe_customer_id")
    list_select_related = ("organization", "plan")
    ordering = ("organization__name",)
    fields = (
        "organization", "plan", "status", "billing_period", "currency", "unit_price", "seats", "trial_ends_at",
        "current_period_start", "current_period_end", "cancel_at_period_end", "pending_plan", "past_due_since",
        "canceled_at", "stripe_customer_id", "stripe_subscription_id",
    )  # fmt: skip

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Above the list: what comes in by the month, who tries, and who uses the most."""
        with all_tenants(reason="operators see revenue, trials and use"):
            lines = revenue.by_plan()
            told = {"lines": lines, "monthly": revenue.monthly(lines), "trials": revenue.trials(),
                    "most_used": revenue.most_used()}  # fmt: skip
        return super().changelist_view(request, {**told, **(extra_context or {})})


class GivenForm(forms.ModelForm):
    """What operators give a firm. The firm is chosen by a field of its own: a row never changes its firm."""

    firm = forms.ModelChoiceField(Organization.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["firm"].queryset = Organization.objects.defer("tax_id").order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        self.instance.organization = self.cleaned_data.get("firm")
        return super().clean()


class GivenAdmin(Bounded, FirmRowAdmin):
    """Written inside the firm and in its own trail, with the operator's name: no other role may write there."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs | ({} if obj else {"form": GivenForm}))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("firm", *self.given)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return super().get_readonly_fields(request, obj) if obj else []

    #: What is chosen; the rest is filled in.
    given: tuple[str, ...] = ()


@admin.register(FeatureOverride)
class FeatureOverrideAdmin(GivenAdmin):
    """An exception for one firm. The newest in force counts; an end is the moment somebody or the clock ended it."""

    list_display = ("organization", "feature", "enabled", "limit", "expires_at", "ended_at", "reason", "set_by")
    list_filter = ("feature", "enabled")
    search_fields = ("organization__name", "reason")
    list_select_related = ("organization", "feature")
    ordering = ("-created_at",)
    fields = ("organization", "feature", "enabled", "limit", "reason", "expires_at", "ended_at", "set_by")
    editable = ("ended_at",)
    given = ("feature", "enabled", "limit", "reason", "expires_at")

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        with surface(APP), tenant(obj.organization_id, name=f"{request.user}, operator of Tickmark"):
            if change:
                FeatureOverride.objects.filter(pk=obj.pk).update(ended_at=obj.ended_at)
            else:
                obj.set_by = str(request.user)
                obj.save(force_insert=True)
            copying.copy_to_firm()
        record_platform("feature_override", "feature_overrides", obj.pk, feature=obj.feature.key, reason=obj.reason)


@admin.register(CreditGrant)
class CreditGrantAdmin(GivenAdmin):
    """Credits beyond a plan's own. They are used when the month's are, soonest to run out first."""

    list_display = ("organization", "amount", "used", "source", "expires_at", "reason", "granted_by")
    list_filter = ("source",)
    search_fields = ("organization__name", "reason")
    ordering = ("-created_at",)
    fields = ("organization", "amount", "reason", "expires_at", "used", "source", "granted_by")
    given = ("amount", "reason", "expires_at")

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        obj.source, obj.granted_by = CreditGrant.Source.GIFT, str(request.user)
        with surface(APP), tenant(obj.organization_id, name=f"{request.user}, operator of Tickmark"):
            obj.save(force_insert=True)
        record_platform("credits_given", "credit_grants", obj.pk, amount=str(obj.amount), reason=obj.reason)


@admin.register(UsageEvent)
class UsageEventAdmin(OperatorAdmin):
    """What was counted, without what it was about."""

    list_display = ("created_at", "organization", "event_type", "credits_consumed")
    list_filter = ("event_type",)
    search_fields = ("organization__name",)
    list_select_related = ("organization",)
    ordering = ("-created_at", "-id")
    fields = ("organization", "event_type", "credits_consumed", "created_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("organization__tax_id", "event_data")
