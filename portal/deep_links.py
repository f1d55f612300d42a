"""Where somebody wanted to go before they had to sign in: a page of this portal, or its first page."""

from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import Resolver404, get_script_prefix, resolve, reverse

from portal.models import MagicLinkToken

LONGEST = MagicLinkToken._meta.get_field("next_path").max_length
#: Pages one can be led to. Anything else, other hosts and pages that change something included, is the first page.
TARGETS = {
    "portal_home",
    "portal_request",
    "portal_receipt",
    "portal_people",
    "portal_devices",
    "portal_preferences",
    "portal_conversation",
}


def checked(path: str) -> str:
    """The path below the portal's address if one of its pages is there, else nothing."""
    if len(path) > (LONGEST or 0):
        return ""
    try:
        match = resolve(f"/{path}", urlconf=settings.PORTAL_URLCONF)
    except (Resolver404, ValueError):
        return ""
    return path if match.url_name in TARGETS else ""


def page_of(path: str) -> str:
    """The page to come back to: `/portal/<key>/requests/<id>/submission/`, which is no page, → `requests/<id>/`."""
    below = path.removeprefix(get_script_prefix())
    match = resolve(f"/{below}", urlconf=settings.PORTAL_URLCONF)
    if match.url_name not in TARGETS and "request_id" in match.kwargs:
        return f"requests/{match.kwargs['request_id']}/"
    return below


def target(next_path: str) -> str:
    """The address to go on to after sign-in."""
    found = checked(next_path)
    return get_script_prefix() + found if found else resolve_url("portal_home")


def with_next(name: str, next_path: str) -> str:
    found = checked(next_path)
    return reverse(name) + (f"?{urlencode({'next': found})}" if found else "")
