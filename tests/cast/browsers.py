"""Browsers in which somebody of the cast is signed in."""

import time
from typing import Any

from django.conf import settings
from django.test import Client as Browser

from accounts.models import User
from organizations.models import Membership
from tenancy.context import IDENTITY, surface
from tests.cast.firm import Firm


def signed_in(person: Membership | User) -> Browser:
    browser = Browser()
    with surface(IDENTITY):
        user = User.objects.get(pk=getattr(person, "user_id", person.pk))
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    if user.is_operator:  # whose pages open with a second factor alone
        remember(browser, user, {"method": "mfa", "type": "totp"})
    return browser


def came_by(person: Membership | User, *records: dict[str, Any]) -> Browser:
    """A browser whose session allauth has opened in this way."""
    browser = signed_in(person)
    remember(browser, person, *records)
    return browser


def remember(browser: Browser, person: Membership | User, *records: dict[str, Any]) -> None:
    """As allauth keeps in the session how its person has signed in."""
    session = browser.session
    session["account_authentication_methods"] = [{"at": time.time(), **record} for record in records]
    session["account_authentication_methods_user"] = str(getattr(person, "user_id", person.pk))
    with surface(IDENTITY):
        session.save()


def in_portal(firm: Firm) -> Browser:
    """A browser in which the firm's contact Ana has opened her portal."""
    browser = Browser()
    browser.cookies[settings.PORTAL_COOKIE_NAME] = firm.portal_cookie
    return browser
