"""People, where they are signed in, and ending that."""

from collections.abc import Iterable
from functools import partial
from itertools import product
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import deletion, ending_sessions
from accounts.models import ActiveUserSession, User, UserSession
from accounts.operator_admin import OperatorAdmin
from audit.log import record_platform
from tenancy.context import IDENTITY, alias_for, current, surface


@admin.register(User)
class UserAdmin(OperatorAdmin):
    """Suspend, reactivate, make or unmake an operator, sign out everywhere. Passwords are not even readable here."""

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
            end = partial(sign_out_everywhere, obj.pk)  # another role's to do, so it follows the commit
            transaction.on_commit(end, using=alias_for(current().surface))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.sign_out))
        return [path("<uuid:user_id>/sign-out/", view, name="accounts_user_sign_out"), *super().get_urls()]

    def sign_out(self, request: HttpRequest, user_id: Any) -> HttpResponse:
        person = get_object_or_404(User.objects.defer("password"), pk=user_id)
        sign_out_everywhere(person.pk)
        record_platform("sessions_ended_by_operator", "users", person.pk)
        messages.success(request, f"{person} is signed out everywhere, and no device of theirs is trusted any more.")
        return redirect("admin:accounts_user_change", person.pk)


@admin.register(ActiveUserSession)
class ActiveUserSessionAdmin(OperatorAdmin):
    """Who is signed in, from where and since when; any of it can be ended. The row itself is the sign-in role's."""

    list_display = ("user", "device", "ip_address", "last_seen_at", "created_at")
    search_fields = ("user__email", "ip_address__startswith")
    ordering = ("-last_seen_at",)
    fields = ("user", "device", "user_agent", "ip_address", "created_at", "last_seen_at", "expires_at")
    actions = ("end_chosen",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ActiveUserSession]:
        return super().get_queryset(request).select_related("user").defer("user__password")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.end))
        return [path("<uuid:session_id>/end/", view, name="accounts_activeusersession_end"), *super().get_urls()]

    def end(self, request: HttpRequest, session_id: Any) -> HttpResponse:
        self.end_chosen(request, ActiveUserSession.objects.filter(pk=session_id))
        return redirect("admin:accounts_activeusersession_changelist")

    @admin.action(description="End chosen sessions", permissions=["view"])
    def end_chosen(self, request: HttpRequest, sessions: models.QuerySet[ActiveUserSession]) -> None:
        chosen = list(sessions.order_by("pk").values_list("pk", "user_id")[:1000])
        with surface(IDENTITY), transaction.atomic(using=alias_for(IDENTITY)):
            living = UserSession.objects.filter(pk__in=[key for key, _ in chosen], revoked_at=None)
            living.update(revoked_at=timezone.now())
        tell_open_pages({person for _, person in chosen})
        for key, person in chosen:
            record_platform("session_ended_by_operator", "user_sessions", key, person=str(person))
        messages.success(request, f"{len(chosen)} session{'' if len(chosen) == 1 else 's'} ended.")


def sign_out_everywhere(user_id: Any) -> None:
    deletion.end_sessions(user_id)
    tell_open_pages([user_id])


def tell_open_pages(people: Iterable[Any]) -> None:
    """Pages that wait for news end with the session they were opened in."""
    with surface(IDENTITY):
        for tell, person in product(ending_sessions.on_ended, people):
            tell(person)
