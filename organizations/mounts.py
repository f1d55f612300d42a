"""Addresses on another surface: from a firm's pages to the person's, from a mail into a firm or the portal.

Inside a firm `{% url "client_list" %}` and `reverse("client_list")` need no firm: the request's prefix is the firm.
"""

from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse, set_script_prefix


def root_url(name: str, **kwargs: Any) -> str:
    return _mounted("/", settings.ROOT_URLCONF, name, kwargs)


def organization_url(slug: str, name: str, **kwargs: Any) -> str:
    return _mounted(f"/o/{slug}/", settings.ORGANIZATION_URLCONF, name, kwargs)


def portal_url(key: str, name: str, **kwargs: Any) -> str:
    return _mounted(f"/portal/{key}/", settings.PORTAL_URLCONF, name, kwargs)


def support_url(slug: str, name: str, **kwargs: Any) -> str:
    """The same pages, as an operator in support sees them."""
    return _mounted(f"/admin/support/{slug}/", settings.ORGANIZATION_URLCONF, name, kwargs)


def absolute(path: str) -> str:
    """For mails: the address with the installation's own host."""
    return settings.PUBLIC_URL.rstrip("/") + path


def _mounted(prefix: str, urlconf: str, name: str, kwargs: dict[str, Any]) -> str:
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        return reverse(name, urlconf=urlconf, kwargs=kwargs)
    finally:
        set_script_prefix(before)
