"""No page without a guard: who may see it is written above the view, or the suite fails."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.urls import URLPattern, get_resolver

from accounts.sign_in_first import SignInFirstMiddleware
from organizations.operations import permission_of, verbs_of
from organizations.permissions import Permission
from tests.isolation.pages import API_PAGES, ORGANIZATION_PAGES, PORTAL_PAGES, Page

#: Modules whose pages strangers may open, and why.
OPEN_TO_STRANGERS = {
    "accounts.deletion_views": "the page after deleting an account is seen by nobody who is signed in",
    "accounts.second_factor_views": "the second step of signing in, and whether this device is trusted",
    "allauth.mfa": "the second step of signing in, and signing in by passkey",
    "accounts.unlock": "whoever the pause locks out",
    "allauth.account": "signing in, signing up, resetting a password",
    "accounts.oidc_views": "off to a sign-in provider, and back",
    "accounts.tokens_views": "a program proves who its person is",
    "billing.views.webhook": "Stripe tells what happened, and signs it",
    "config.admin": "leads to the sign-in page, and out",
    "config.views.development": "the mails of a development server",
    "conversations.views.mute_link": "the link in a mail that ends such mails",
    "config.views.health": "asked by the load balancer",
    "look": "the style guide",
    "marketing": "the public site",
    "organizations.views.acceptance": "an invitation is read before its receiver has an account",
    "workspaces.views.shared_scope": "a client reads what was shared by a link",
}


def by_name(place: Page) -> str:
    return place.name


@pytest.mark.parametrize("place", API_PAGES, ids=by_name)
def test_an_operation_names_its_permission(place: Page) -> None:
    assert verbs_of(place.view)
    for verb in verbs_of(place.view):
        assert permission_of(place.view, verb) in set(Permission), (
            f"{verb} {place.name} needs auth=Token(Permission.…)."
        )


@pytest.mark.parametrize("place", ORGANIZATION_PAGES, ids=by_name)
def test_a_firms_page_names_its_permission(place: Page) -> None:
    assert hasattr(place.view, "required_permission"), "Put @requires(Permission.…) or @any_member above the view."
    assert place.view.required_permission is None or place.view.required_permission in set(Permission)


@pytest.mark.parametrize("place", ORGANIZATION_PAGES + API_PAGES, ids=by_name)
def test_a_firms_page_needs_sign_in(place: Page) -> None:
    assert getattr(place.view, "login_required", True)


@pytest.mark.parametrize("place", PORTAL_PAGES, ids=by_name)
def test_a_portal_page_names_its_guard(place: Page) -> None:
    assert getattr(place.view, "portal_guard", None) in ("contact", "open"), (
        "Put a guard of portal.access above the view."
    )


@pytest.mark.parametrize("place", PORTAL_PAGES, ids=by_name)
def test_a_portal_page_asks_for_no_account(place: Page) -> None:
    assert getattr(place.view, "login_required", True) is False


def root_views(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for entry in get_resolver(settings.ROOT_URLCONF).url_patterns if patterns is None else patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.pattern}", entry.callback
        else:
            yield from root_views(entry.url_patterns, f"{prefix}{entry.pattern}")


def test_strangers_open_only_what_is_listed() -> None:
    open_views = [
        (route, view.__module__) for route, view in root_views() if getattr(view, "login_required", True) is False
    ]
    allowed = tuple(OPEN_TO_STRANGERS)
    assert [(route, module) for route, module in open_views if not within(module, allowed)] == []


def test_the_list_of_open_modules_has_no_idle_entry() -> None:
    modules = {view.__module__ for _, view in root_views() if getattr(view, "login_required", True) is False}
    debug_only = {"config.views.development"}
    assert [
        name for name in OPEN_TO_STRANGERS if name not in debug_only and not any(within(m, (name,)) for m in modules)
    ] == []


def within(module: str, names: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def test_every_page_needs_sign_in_unless_it_says_otherwise() -> None:
    assert issubclass(SignInFirstMiddleware, LoginRequiredMiddleware)
    assert "accounts.sign_in_first.SignInFirstMiddleware" in settings.MIDDLEWARE
