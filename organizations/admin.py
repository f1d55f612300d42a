"""What operators see of firms: the firm, who works there, who is invited. No clients and nothing of theirs."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from accounts.operator_admin import OperatorAdmin
from audit.log import record_platform
from organizations.models import Invitation, Membership, Organization, PlatformSetting
from tenancy.context import tenant


class FirmForm(forms.ModelForm):
    def clean_usage_limits(self) -> dict[str, Any]:
        limits = self.cleaned_data["usage_limits"]
        if not isinstance(limits, dict):
            raise forms.ValidationError('Write an object, such as {"seats": 25}.')
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
    list_select_related = ("organization",)

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


@admin.register(PlatformSetting)
class PlatformSettingAdmin(OperatorAdmin):
    list_display = ("key", "description", "updated_at")
    search_fields = ("key", "description")
    fields = ("key", "value", "description", "updated_at")
    editable = ("value", "description")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_readonly_fields(self, request: HttpRequest, obj: PlatformSetting | None = None) -> list[str]:
        return ["key", "updated_at"] if obj else ["updated_at"]

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        obj.updated_at = timezone.now()
        obj.save(force_insert=not change)
        record_platform("update" if change else "insert", "platform_settings", key=obj.key, value=obj.value)
