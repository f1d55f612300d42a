"""What the frame around a page needs: firm, member, navigation. Nothing on the marketing site, which has no such things."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from billing import frame
from organizations import platform_settings
from organizations.lookups import my_organizations
from organizations.mounts import organization_url, root_url
from organizations.permissions import PERMISSION_WORDS, Permission
from tenancy.context import APP, acting_as, surface


def shell(request: Any) -> dict[str, Any]:
    if getattr(request, "surface", "") in ("identity", "person"):
        return {"nav": SimpleLazyObject(lambda: account_navigation(request))}
    if not hasattr(request, "member"):
        return {}
    member, lazy = request.member, SimpleLazyObject
    figures: Any = lazy(lambda: frame.of_firm(request.organization))
    # What asks the database waits until a template needs it: an error page is drawn in another thread, outside the firm.
    return {
        "organization": request.organization,
        "member": member,
        "my_organizations": lazy(lambda: request.firms if hasattr(request, "firms") else my_organizations()),
        "nav": lazy(lambda: navigation(request.path, member)),
        "new_menu": lazy(lambda: new_menu(member)),
        "home_url": reverse("today"),
        "create_firm_url": root_url("firm_create"),
        "brand_css_url": reverse("brand_css"),
        "logo_url": request.organization.logo_at(reverse("firm_logo")),
        "plan_figures": figures,
        "organization_note": lazy(lambda: _note(request.organization, member, figures)),
        "account_menu": [*account_menu(), ACCESS_TOKENS | {"url": reverse("access_token_list")}],
        "firms_url": root_url("firm_list") + "?choose",
        "sign_out_url": root_url("account_logout"),
        "lacks": PERMISSION_WORDS[request.lacks] if hasattr(request, "lacks") else "",
        "may": lazy(lambda: {permission.name.lower(): member.can(permission) for permission in Permission}),
    }


def notice(request: Any) -> dict[str, Any]:
    """What operators tell everybody. Who has closed it does not get it again, but on pages that shared caches keep."""
    told = platform_settings.notice()
    closed = getattr(request, "surface", "site") != "site" and request.COOKIES.get("notice")
    return {"platform_notice": told if told and told.id != closed else None}


def navigation(path: str, member: Any) -> list[dict[str, Any]]:
    work = [
        *([("Today", "home", "today", None, "t")] if has_today(member) else []),
        ("Clients", "building", "client_list", Permission.VIEW_CLIENTS, "c"),
        ("Requests", "checklist", "request_list_index", Permission.VIEW_REQUESTS, "r"),
        ("Documents", "files", "document_search", Permission.VIEW_DOCUMENTS, "d"),
        ("Workpapers", "notebook", "binder_list", Permission.VIEW_WORKPAPERS, "w"),
        ("Projects", "layout-kanban", "project_list", Permission.VIEW_PROJECTS, "p"),
        ("Scoping", "ruler-2", "scoping_list", Permission.VIEW_SCOPING, "s"),
        ("Time", "clock", "time_week", Permission.LOG_TIME, "h"),
    ]
    firm = [
        ("Members and roles", "users", "member_list", Permission.VIEW_MEMBERS, ""),
        ("Billing and usage", "receipt", "billing", Permission.VIEW_BILLING, ""),
        ("Audit log", "history", "audit_log", Permission.VIEW_AUDIT_LOG, ""),
        ("Firm settings", "settings", "firm_settings", Permission.MANAGE_FIRM, ""),
    ]
    sections = [
        {"label": "", "items": _items(work, path, member)},
        {"label": "Firm", "items": _items(firm, path, member)},
    ]
    return [section for section in sections if section["items"]]


def _note(organization: Any, member: Any, figures: Any) -> str:
    """“Firm plan · 8 of 12 seats”."""
    plan = f"{organization.subscription_tier} plan" if organization.subscription_tier else ""
    return " · ".join(filter(None, [plan, "Support" if member.leaves_no_marks else figures.seat_words]))


def has_today(member: Any) -> bool:
    """Who only sees to the bills has their page for a first one."""
    return member.can(Permission.VIEW_REQUESTS) or not member.can(Permission.VIEW_BILLING)


def _items(entries: list[tuple], path: str, member: Any) -> list[dict[str, Any]]:
    items = []
    for label, icon, name, permission, key in entries:
        if permission is None or member.can(permission):
            url = reverse(name)
            current = path == url if name == "today" else path.startswith(url)
            items.append({"icon": icon, "label": label, "url": url, "key": key, "is_current": current})
    return items


def new_menu(member: Any) -> list[dict[str, str]]:
    entries = [
        ("Request list", "checklist", "request_list_create", Permission.MANAGE_REQUESTS),
        ("Project", "layout-kanban", "project_create", Permission.MANAGE_PROJECTS),
        ("Scoping session", "ruler-2", "scoping_create", Permission.WRITE_SCOPING),
        ("Time entry", "clock", "time_entry_create", Permission.LOG_TIME),
        ("Binder", "notebook", "binder_create", Permission.PREPARE_WORKPAPERS),
        ("Client", "building", "client_create", Permission.MANAGE_CLIENTS),
        ("Member", "user-plus", "invitation_list", Permission.MANAGE_MEMBERS),
    ]
    return [
        {"label": label, "icon": icon, "url": reverse(name)} for label, icon, name, need in entries if member.can(need)
    ]


ACCESS_TOKENS = {"icon": "code", "label": "Access tokens"}
OWN_PAGES = [
    ("Your profile", "user", "profile"),
    ("Account security", "shield-lock", "mfa_index"),
    ("Email addresses", "mail", "account_email"),
]
OWN_DATA = [("Your data", "download", "data_export"), ("Delete the account", "trash", "account_deletion")]


def account_menu() -> list[dict[str, str]]:
    menu = [{"icon": icon, "label": label, "url": root_url(name)} for label, icon, name in OWN_PAGES]
    if settings.DEBUG:
        menu.append({"icon": "inbox", "label": "Mails sent here", "url": root_url("dev_mail_list")})
    return menu


def account_navigation(request: Any) -> list[dict[str, Any]]:
    """Beside the pages of an account: the other ones, and the way back into each firm."""
    own = [
        {"label": label, "icon": icon, "url": url, "is_current": request.path.startswith(url)}
        for label, icon, name in (*OWN_PAGES, *OWN_DATA, ("Sign out", "logout", "account_logout"))
        for url in [root_url(name)]
    ]
    return [{"label": "Your account", "items": own}, {"label": "Your firms", "items": _firms(request.user)}]


def _firms(user: Any) -> list[dict[str, Any]]:
    with surface(APP), acting_as(user.pk):
        firms = my_organizations()
    items = [
        {"label": firm.name, "icon": "building-store", "url": organization_url(firm.slug, "today")} for firm in firms
    ]
    return items or [{"label": "Create or join a firm", "icon": "plus", "url": root_url("firm_list")}]
