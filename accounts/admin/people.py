"""People and where they are signed in."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest

from accounts import deletion
from accounts.models import ActiveUserSession, User
from accounts.operator_admin import OperatorAdmin
from tenancy.context import alias_for, current


@admin.register(User)
class UserAdmin(OperatorAdmin):
    """Suspend, reactivate, make or unmake an operator. Passwords are not even readable here."""

    list_display = ("email", "full_name", "status", "is_operator", "last_login", "created_at")
    list_filter = ("status", "is_operator")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    fields = (
        "email", "full_name", "status", "is_operator", "timezone", "locale", "last_login", "last_login_ip",
        "failed_sign_ins", "locked_until", "created_at", "deleted_at",
    )  # fmt: skip
    editable = ("status", "is_operator")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody locks themselves out, and a deleted account stays deleted."""
        if obj is not None and (obj.pk == request.user.pk or obj.deleted_at is not None):
            return False
        return super().has_change_permission(request, obj)

    def formfield_for_choice_field(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "status":
            kwargs["choices"] = [choice for choice in User.Status.choices if choice[0] != User.Status.DELETED]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "status" in form.changed_data and obj.status == User.Status.SUSPENDED:
            end = partial(deletion.end_sessions, obj.pk)  # another role's to do, so it follows the commit
            transaction.on_commit(end, using=alias_for(current().surface))


@admin.register(ActiveUserSession)
class ActiveUserSessionAdmin(OperatorAdmin):
    """Who is signed in, from where and since when. Operators look; people end their sessions themselves."""

    list_display = ("user", "device", "ip_address", "last_seen_at", "created_at")
    search_fields = ("user__email", "ip_address__startswith")
    ordering = ("-last_seen_at",)
    fields = ("user", "device", "user_agent", "ip_address", "created_at", "last_seen_at", "expires_at")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ActiveUserSession]:
        return super().get_queryset(request).select_related("user").defer("user__password")
