"""What Tickmark sells, kept by operators: plans, features, and what each plan holds."""

import re
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from accounts.operator_admin import OperatorAdmin
from audit.log import record_platform
from billing import copying
from billing.amounts import CENT, WITHOUT_HUNDREDTHS
from billing.jobs import copy_plan_to_firm
from billing.models import Feature, PlanFeature, Subscription, SubscriptionPlan
from billing.terms import smallest_plan
from tenancy.context import APP, all_tenants, surface, tenant


class Bounded(admin.options.BaseModelAdmin):
    """What the database refuses is said beside its field, not in the name of a constraint."""

    least: ClassVar[dict[str, Any]] = {"limit": 0, "amount": CENT}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.least:
            kwargs["min_value"] = self.least[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class PlanFeatureInline(Bounded, admin.TabularInline):
    """Of a feature without a line, the plan holds nothing."""

    model = PlanFeature
    fields = ("feature", "enabled", "limit")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("feature").order_by("feature__position")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_change_permission = has_view_permission = has_add_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class PlanForm(forms.ModelForm):
    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].strip().upper()
        if not re.fullmatch("[A-Z]{3}", currency) or currency in WITHOUT_HUNDREDTHS:
            raise forms.ValidationError("Three letters, such as GBP, of a currency that has hundredths.")
        return currency


@admin.register(SubscriptionPlan)
class SubscriptionPlanAdmin(OperatorAdmin):
    """Firms that have a plan keep the price they agreed to; what it holds changes for all of them."""

    form = PlanForm
    list_display = ("name", "code", "price_month", "price_year", "currency", "trial_days", "is_offered", "position")
    ordering = ("position",)
    inlines = (PlanFeatureInline,)
    fields = (
        "code", "name", "tagline", "currency", "price_month", "price_year", "trial_days", "position", "is_offered",
        "stripe_price_month", "stripe_price_year",
    )  # fmt: skip
    editable = fields[1:]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        obj.save()
        said: dict[str, Any] = {name: str(form.cleaned_data[name]) for name in form.changed_data if name != "code"}
        record_platform("update" if change else "create", "subscription_plans", obj.pk, code=obj.code, **said)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            held = {row.feature.key: row.limit for row in form.instance.plan_features.select_related("feature")}
            record_platform("update", "plan_features", form.instance.pk, code=form.instance.code, **held)
            copy_to_firms(form.instance)
        tell_of_offer(request)


def tell_of_offer(request: HttpRequest) -> None:
    for told in copying.on_offer_changed:
        messages.info(request, told())


def copy_to_firms(plan: SubscriptionPlan) -> None:
    """Each firm's row tells what its plan holds: of those on this one it is written anew."""
    with all_tenants(reason="what a plan holds has changed"):
        firms = Subscription.objects.filter(plan=plan)
        if plan == smallest_plan():
            firms = firms | Subscription.objects.filter(status=Subscription.Status.CANCELED)
        ids = list(firms.values_list("organization_id", flat=True))
    for organization_id in ids:
        with surface(APP), tenant(organization_id):
            copy_plan_to_firm.enqueue()


@admin.register(Feature)
class FeatureAdmin(OperatorAdmin):
    """What can be promised and counted is known to the code: only words and order change here."""

    list_display = ("name", "key", "kind", "unit", "position")
    ordering = ("position",)
    fields = ("key", "name", "kind", "unit", "position")
    editable = ("name", "position")

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        tell_of_offer(request)
