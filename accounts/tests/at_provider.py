"""Signing in at a provider that runs on loopback, as the tests do it."""

import re
from html import unescape
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client as Browser

from accounts.models import User
from accounts.oidc_settings import providers
from tenancy.context import IDENTITY, surface
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider

BASE = "/accounts/oidc/okta"
NEWCOMER = {"sub": "00u1", "email": "nina@harcourt.example", "email_verified": True, "name": "Nina New"}


def configure(settings: Any, server: OidcProvider, name: str = "OKTA", **more: str) -> None:
    environ = {
        f"OIDC_{name}_ISSUER": server.issuer,
        f"OIDC_{name}_CLIENT_ID": CLIENT_ID,
        f"OIDC_{name}_CLIENT_SECRET": CLIENT_SECRET,
        f"OIDC_{name}_LABEL": "Harcourt ID",
    }
    environ |= {f"OIDC_{name}_{key}": value for key, value in more.items()}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": providers(environ)}
    }


def leave(browser: Browser, base: str = BASE, **data: str) -> str:
    """Presses the button; the address it leads to."""
    page = browser.post(f"{base}/login/", data)
    assert page.status_code == 200 and page.headers["Refresh"].startswith("0; url=")
    address = page.headers["Refresh"].removeprefix("0; url=")
    assert address in unescape(page.content.decode())
    return address


def sign_in_with(browser: Browser, server: OidcProvider, base: str = BASE, **data: str) -> HttpResponse:
    return browser.get(server.authorize(leave(browser, base, **data)))


def accounts() -> list[tuple[str, str, str]]:
    with surface(IDENTITY):
        return list(SocialAccount.objects.values_list("user__email", "provider", "uid"))


def person(email: str) -> User:
    with surface(IDENTITY):
        return User.objects.get(email=email)


def refused(page: HttpResponse, browser: Browser, status: int = 401) -> None:
    text = page.content.decode()
    assert page.status_code == status and "You are not signed in" in text and "Traceback" not in text
    assert browser.get("/firms/").status_code == 302
    assert accounts() == []
    assert not re.search(r"(?i)invalid|exception|error", text.split("<main")[1].split("</main")[0])
