"""Connecting a provider to an account that exists, and taking it away again."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.http import HttpResponse
from django.test import Client as Browser

from accounts.tests.at_provider import BASE, accounts, sign_in_with
from tenancy.context import IDENTITY, surface
from tests.cast import PASSWORD, Cast, signed_in
from tests.oidc_provider import OidcProvider

pytestmark = pytest.mark.django_db

CONNECT, SECURITY = f"{BASE}/connect/", "/accounts/second-factor/"


def confirmed(browser: Browser) -> Browser:
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser


def connect(browser: Browser, okta: OidcProvider) -> HttpResponse:
    page = browser.post(CONNECT, {"process": "connect"})
    address = page.headers["Refresh"].removeprefix("0; url=")
    return browser.get(okta.authorize(address))


def test_a_provider_is_connected_and_signs_in_from_then_on(cast: Cast, okta: OidcProvider) -> None:
    okta.claims |= {"email": "elsewhere@home.example"}
    browser = confirmed(signed_in(cast.stranger))
    assert connect(browser, okta).headers["Location"] == SECURITY
    assert accounts() == [(cast.stranger.email, "okta", "00u1")]
    assert mail.outbox[-1].subject == "A way to sign in was added"
    other = Browser()
    assert sign_in_with(other, okta).headers["Location"] == "/firms/"
    assert other.session["_auth_user_id"] == str(cast.stranger.pk)


def test_connecting_asks_who_is_there_first(cast: Cast, okta: OidcProvider) -> None:
    page = signed_in(cast.stranger).post(CONNECT, {"process": "connect"})
    assert page.headers["Location"].startswith("/accounts/reauthenticate/")
    assert Browser().post(CONNECT, {"process": "connect"}).status_code == 302
    assert accounts() == []


def test_an_account_at_the_provider_belongs_to_one_person(cast: Cast, okta: OidcProvider) -> None:
    connect(confirmed(signed_in(cast.stranger)), okta)
    thief = confirmed(signed_in(cast.ours.owner))
    connect(thief, okta)
    assert "belongs to somebody else here" in thief.get(SECURITY).content.decode()
    assert accounts() == [(cast.stranger.email, "okta", "00u1")]


def removal(browser: Browser) -> HttpResponse:
    with surface(IDENTITY):
        account = SocialAccount.objects.get()
    return browser.post(f"/accounts/oidc/removal/{account.pk}/", follow=True)


def test_a_provider_is_removed_by_its_person_alone(cast: Cast, okta: OidcProvider) -> None:
    browser = confirmed(signed_in(cast.stranger))
    connect(browser, okta)
    assert removal(confirmed(signed_in(cast.ours.owner))).status_code == 404
    assert len(accounts()) == 1
    assert "Not connected" in removal(browser).content.decode()
    assert accounts() == []
    assert mail.outbox[-1].subject == "A way to sign in was removed"


def test_the_only_way_to_sign_in_is_not_removed(okta: OidcProvider) -> None:
    browser = Browser()
    sign_in_with(browser, okta)
    assert "This is your only way to sign in." in removal(browser).content.decode()
    assert len(accounts()) == 1
