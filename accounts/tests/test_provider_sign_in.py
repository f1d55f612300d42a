"""Signing in at a provider, against a real one on loopback: whom it lets in, as whom, and what it takes over."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialToken
from django.core import mail
from django.db import connection
from django.test import Client as Browser

from accounts.models import User
from accounts.tests.at_provider import BASE, accounts, configure, person, sign_in_with
from tenancy.context import IDENTITY, surface
from tests.cast import Cast, signed_in
from tests.oidc_provider import OidcProvider

pytestmark = pytest.mark.django_db


def test_the_sign_in_page_has_a_button_for_each_provider(client: Browser, okta: OidcProvider) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "Continue with Harcourt ID" in page and f'action="{BASE}/login/"' in page


def test_without_providers_the_sign_in_page_has_no_button(client: Browser) -> None:
    assert "Continue with" not in client.get("/accounts/login/").content.decode()
    assert client.post(f"{BASE}/login/").status_code == 404


def test_a_newcomer_gets_an_account_with_name_and_address(client: Browser, okta: OidcProvider) -> None:
    okta.claims |= {"given_name": "Nina", "family_name": "New"}
    assert sign_in_with(client, okta).headers["Location"] == "/firms/"
    assert client.get("/firms/").status_code == 200
    nina = person("nina@harcourt.example")
    assert (nina.full_name, nina.first_name, nina.last_name) == ("Nina New", "Nina", "New")
    assert accounts() == [("nina@harcourt.example", "okta", "00u1")]
    with surface(IDENTITY):
        assert EmailAddress.objects.get(user=nina).verified and not nina.has_usable_password()
        assert not SocialToken.objects.exists()


def test_the_second_time_it_is_the_same_account_with_the_new_name(okta: OidcProvider) -> None:
    sign_in_with(Browser(), okta)
    okta.claims |= {"name": "Nina Newer", "email": "elsewhere@harcourt.example"}
    browser = Browser()
    assert sign_in_with(browser, okta).headers["Location"] == "/firms/"
    nina = person("nina@harcourt.example")
    assert nina.full_name == "Nina Newer"
    assert len(accounts()) == 1
    assert [method["method"] for method in browser.session["account_authentication_methods"]] == ["socialaccount"]


def test_a_hidden_character_in_a_name_does_not_come_in(client: Browser, okta: OidcProvider) -> None:
    okta.claims["name"] = "Nina\x00\u202eNew"
    assert sign_in_with(client, okta).status_code == 302
    assert person("nina@harcourt.example").full_name == "nina"


@pytest.mark.parametrize(
    ("verified", "domains"),
    [(False, "*"), (True, ""), (True, "okafor.example")],
    ids=["unverified", "untrusted", "other_domain"],
)
def test_an_address_nobody_vouches_for_is_confirmed_by_mail_first(
    client: Browser, okta: OidcProvider, settings: Any, verified: bool, domains: str
) -> None:
    configure(settings, okta, TRUSTED_DOMAINS=domains)
    okta.claims["email_verified"] = verified
    assert sign_in_with(client, okta).headers["Location"] == "/accounts/confirm-email/"
    assert client.get("/firms/").status_code == 302
    assert [message.to for message in mail.outbox] == [["nina@harcourt.example"]]


@pytest.mark.parametrize(
    ("verified", "domains"),
    [(False, "*"), ("false", "*"), ("true", "*"), (None, "*"), (True, ""), (True, "okafor.example")],
    ids=["unverified", "the_word_false", "the_word_true", "unsaid", "untrusted", "other_domain"],
)
def test_an_existing_account_is_not_opened(
    client: Browser, cast: Cast, okta: OidcProvider, settings: Any, verified: Any, domains: str
) -> None:
    configure(settings, okta, TRUSTED_DOMAINS=domains)
    okta.claims |= {"email": cast.ours.owner.email, "email_verified": verified}
    answer = sign_in_with(client, okta)
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert client.get("/firms/").status_code == 302
    assert accounts() == []
    assert "already" in mail.outbox[0].subject.lower() or mail.outbox[0].to == [cast.ours.owner.email]


def test_a_trusted_provider_with_a_verified_address_opens_the_account_and_tells_it(
    client: Browser, cast: Cast, okta: OidcProvider, settings: Any
) -> None:
    configure(settings, okta, TRUSTED_DOMAINS="harcourt.example")
    okta.claims |= {"email": "Owner@harcourt.example"}
    assert sign_in_with(client, okta).headers["Location"] == "/firms/"
    assert client.get(cast.ours.url("today")).status_code == 200
    assert accounts() == [(cast.ours.owner.email, "okta", "00u1")]
    assert [message.to for message in mail.outbox] == [[cast.ours.owner.email]]


def test_an_address_nobody_confirmed_here_is_not_linked_either(
    client: Browser, cast: Cast, okta: OidcProvider, settings: Any
) -> None:
    """Somebody else may have signed up with it, and may know the password."""
    configure(settings, okta, TRUSTED_DOMAINS="*")
    with surface(IDENTITY):
        EmailAddress.objects.filter(email=cast.stranger.email).update(verified=False)
    okta.claims["email"] = cast.stranger.email
    sign_in_with(client, okta)
    assert client.get("/firms/").status_code == 302 and accounts() == []


def test_a_suspended_account_stays_closed(client: Browser, cast: Cast, okta: OidcProvider) -> None:
    sign_in_with(Browser(), okta)
    with surface(IDENTITY):
        User.objects.filter(email="nina@harcourt.example").update(status="suspended")
    sign_in_with(client, okta)
    assert client.get("/firms/").status_code == 302


def test_auth0s_id_finds_a_person_who_came_with_it(
    client: Browser, cast: Cast, okta: OidcProvider, settings: Any
) -> None:
    configure(settings, okta, "AUTH0")
    with surface(IDENTITY):
        User.objects.filter(pk=cast.stranger.pk).update(auth0_id="auth0|77")
    okta.claims = {"sub": "auth0|77", "name": "Sam Renamed"}
    assert sign_in_with(client, okta, "/accounts/oidc/auth0").headers["Location"] == "/firms/"
    assert accounts() == [(cast.stranger.email, "auth0", "auth0|77")]
    assert person(cast.stranger.email).full_name == "Sam Renamed"


def test_auth0s_id_is_kept_of_a_newcomer(client: Browser, okta: OidcProvider, settings: Any) -> None:
    configure(settings, okta, "AUTH0")
    sign_in_with(client, okta, "/accounts/oidc/auth0")
    assert person("nina@harcourt.example").auth0_id == "00u1"


def test_where_one_wanted_to_go_is_kept_and_never_leaves_the_site(cast: Cast, okta: OidcProvider) -> None:
    assert sign_in_with(Browser(), okta, next="/o/harcourt/").headers["Location"] == "/o/harcourt/"
    assert sign_in_with(Browser(), okta, next="https://evil.example/").headers["Location"] == "/firms/"


def test_the_button_takes_no_parameters_from_the_address(client: Browser, okta: OidcProvider) -> None:
    page = client.post(f"{BASE}/login/?auth_params=redirect_uri%3Dhttps://evil.example&scope=groups")
    assert "evil" not in page.headers["Refresh"] and "groups" not in page.headers["Refresh"]


def test_a_provider_is_never_connected_to_the_account_that_is_signed_in(cast: Cast, okta: OidcProvider) -> None:
    browser = signed_in(cast.ours.owner)
    assert browser.post(f"{BASE}/login/?process=connect").status_code == 403
    sign_in_with(browser, okta)
    assert accounts() == [("nina@harcourt.example", "okta", "00u1")]


def test_the_provider_is_asked_once_an_hour_where_its_pages_are(okta: OidcProvider) -> None:
    sign_in_with(Browser(), okta)
    okta.broken = {"/.well-known/openid-configuration"}
    assert sign_in_with(Browser(), okta).headers["Location"] == "/firms/"


def test_no_role_but_sign_in_reads_who_somebody_is_at_a_provider(settings: Any) -> None:
    query = """
        SELECT role FROM unnest(%s::text[]) role
        WHERE has_any_column_privilege(role, 'public.socialaccount_socialaccount', 'SELECT, INSERT, UPDATE')
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [[role for name, role in settings.TENANCY_ROLES.items() if name != "owner"]])
        assert cursor.fetchall() == [("tickmark_identity",)]
