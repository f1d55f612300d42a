"""Django admin for operators of the platform. It runs as the operator role, which sees firms but no client's content."""

import uuid
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import connections, router
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import slugify

from accounts import policies
from audit.log import record_platform
from config import operator_overview, site_notes
from marketing.outage import Unreachable
from tenancy import partitions

#: Whose admin classes are shown. A library's would show tables that operators have no grants on.
OURS = {"accounts", "organizations", "billing", "clients", "marketing"}
LATE = (
    "No partitions were made for the coming months of {}. Nothing is lost, rows go where no month is dropped. Run "
    "manage.py partitions with the owner’s address, and see why it does not run daily."
)


#: What operators call it, where the code's word is another.
NAMES = {
    "organizations.Organization": "Firms", "organizations.Membership": "Members", "organizations.SupportGrant": "Support access",
    "procrastinate.ProcrastinateJob": "Background jobs", "audit.PlatformAuditLog": "Platform audit log",
    "accounts.ActiveUserSession": "Sessions", "marketing.CmsPage": "Pages",
}  # fmt: skip
GROUPS = (
    ("Firms", ["organizations.Organization", "organizations.Membership", "organizations.Invitation",
               "organizations.VerifiedDomain", "organizations.SupportGrant", "billing.Subscription",
               "billing.FeatureOverride", "billing.CreditGrant", "billing.Invoice"]),
    ("People", ["accounts.User", "accounts.ActiveUserSession"]),
    ("Jobs and mails", ["procrastinate.ProcrastinateJob", "accounts.MailLog"]),
    ("Platform", ["organizations.PlatformSetting", "audit.PlatformAuditLog", "audit.IsolationProof"]),
    ("Plans and payment", ["billing.SubscriptionPlan", "billing.Feature", "billing.PlanFeature", "billing.UsageEvent", "billing.StripeCustomer",
                           "billing.StripeEvent"]),
)  # fmt: skip
#: Values longer than this are told by the name of their field alone.
LONGEST_VALUE = 500


class OnRecord:
    """Every change goes into the platform's audit log too, which nobody can change, with what was written."""

    model: Any

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not self._by_itself and (form.changed_data or not change):
            written = {name: _told(form.cleaned_data.get(name)) for name in form.changed_data}
            before = {name: _told(form.initial.get(name)) for name in form.changed_data}
            self._record("update" if change else "insert", obj, **written, **({"before": before} if change else {}))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Django's own messages are lists; a sentence is of a page of ours, which no form saved."""
        if isinstance(message, str) and not self._by_itself:
            self._record("update", obj, done=message)
        return super().log_change(request, obj, message)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if not self._by_itself:
            self._record("delete", obj, was=_told(str(obj)))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def on_record(self, action: str, **facts: Any) -> None:
        """Of no row: a list taken out, a copy made elsewhere."""
        record_platform(action, self.model._meta.db_table, **facts)

    @property
    def _by_itself(self) -> bool:
        """Classes with `records_itself` write their changes down with more than the form knows."""
        return getattr(self, "records_itself", False)

    def _record(self, action: str, obj: Any, **written: Any) -> None:
        key = obj.pk if isinstance(obj.pk, uuid.UUID) else None
        if key is None:
            written["key"] = str(obj.pk)
        record_platform(action, obj._meta.db_table, key, **written)


def _told(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | dict | list):
        return value
    return str(value) if len(str(value)) <= LONGEST_VALUE else "…"


class ReadableHistory:
    """Django's history page joins whole users; this role may not read their passwords."""

    model: Any

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        entries = LogEntry.objects.filter(
            object_id=object_id, content_type=ContentType.objects.get_for_model(self.model)
        )
        shown = entries.select_related("user", "content_type").defer("user__password").order_by("action_time")
        page = self.get_paginator(request, shown, 100).get_page(request.GET.get("p", 1))  # type: ignore[attr-defined]
        return super().history_view(request, object_id, {"action_list": page, **(extra_context or {})})


def _is_operator(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.is_active and request.user.is_operator


def _led_to_second_factor(request: HttpRequest, back: str) -> HttpResponse:
    """Who has one shows it and goes on; who has none sets one up first. The page checks where `next` leads."""
    if policies.is_enrolled(request.user):  # type: ignore[arg-type]
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}")
    messages.warning(request, "The operators’ pages need a second factor. Set one up here, then open /admin/ again.")
    return redirect("mfa_index")


def late_tables() -> list[str]:
    """Tables of months whose coming ones nobody has made, in the databases that this process knows."""
    today, late = timezone.now().date(), []
    for label in settings.TENANCY_PARTITIONED:
        model = apps.get_model(label)
        alias = router.db_for_read(model) or "default"
        with suppress(Unreachable), site_notes.guarded(alias), connections[alias].cursor() as cursor:
            if partitions.is_late(cursor, model._meta.db_table, today):
                late.append(model._meta.db_table)
    return late


class OperatorSite(admin.AdminSite):
    site_header = site_title = "Tickmark operators"
    index_title = "Platform"
    index_template = "admin/overview.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        if admin_class is not None and admin_class.__module__.partition(".")[0] in OURS:
            bases, place = (OnRecord, ReadableHistory, admin_class), {"__module__": admin_class.__module__}
            super().register(model_or_iterable, type(admin_class.__name__, bases, place), **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Pages of the site's rows need its database, which the rest of these pages does without."""
        of = getattr(view, "__self__", None)
        is_of_site = isinstance(of, admin.ModelAdmin) and of.opts.app_label == "marketing"
        return super().admin_view(site_notes.or_told(view, self.each_context) if is_of_site else view, cacheable)

    def has_permission(self, request: HttpRequest) -> bool:
        """Operators reach every firm: an open session without a second factor is not enough."""
        return _is_operator(request) and policies.has_second_factor(request)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Nobody signs in here. Whoever is signed in without being an operator is refused, not sent round in circles."""
        index = reverse("admin:index")
        if self.has_permission(request):
            return redirect(index)
        if _is_operator(request):
            return _led_to_second_factor(request, request.GET.get("next") or index)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or index)  # the sign-in page checks where `next` leads

    @method_decorator(login_not_required)
    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The first page says what nobody has done."""
        if late := late_tables():
            messages.warning(request, LATE.format(", ".join(late)))
        for note in site_notes.notes():
            messages.warning(request, note)
        overview = {"sections": operator_overview.sections(), **(extra_context or {})}
        return super().index(request, overview)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """By what operators do, not by which app of the code keeps the table. A page of one app stays what it is."""
        found = super().get_app_list(request, app_label)
        if app_label is not None:
            return found
        rows = {f"{app['app_label']}.{model['object_name']}": model for app in found for model in app["models"]}
        for label, name in NAMES.items():
            if label in rows:
                rows[label]["name"] = name
        groups = [(title, [rows.pop(label) for label in labels if label in rows]) for title, labels in GROUPS]
        site = [row for label, row in rows.items() if label.startswith("marketing.")]
        others = [row for label, row in rows.items() if not label.startswith("marketing.")]
        shown = [*groups, ("Public site", site), ("Other", others)]
        return [{"name": title, "app_label": slugify(title), "app_url": f"{reverse('admin:index')}#{slugify(title)}", "has_module_perms": True, "models": models}
                for title, models in shown if models]  # fmt: skip

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def get_log_entries(self, request: HttpRequest) -> QuerySet[LogEntry]:
        return super().get_log_entries(request).defer("user__password")
