"""An address nobody has confirmed: it opens no account, keeps nobody from signing up, and is whose mail it is."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client as Browser

from accounts.models import User
from accounts.tests.at_provider import accounts, configure, person, sign_in_with
from accounts.tests.mail import link_in, newest_mail
from accounts.tests.test_password import NEW, ask_for_link, open_link
from accounts.tests.test_sign_up import sign_up
from tenancy.context import IDENTITY, surface
from tests.cast import Cast
from tests.oidc_provider import OidcProvider

pytestmark = pytest.mark.django_db
CLAIMED, AT_AUTH0 = "jo@whitfield.example", "/accounts/oidc/auth0"


@pytest.fixture
def claim(cast: Cast) -> EmailAddress:
    """Of somebody who mistyped their second address, or means ill."""
    with surface(IDENTITY):
        return EmailAddress.objects.create(user_id=cast.stranger.pk, email=CLAIMED)


def addresses(user: User) -> set[str]:
    with surface(IDENTITY):
        return set(EmailAddress.objects.filter(user=user).values_list("email", flat=True))


def reset(browser: Browser, email: str) -> None:
    ask_for_link(browser, email)
    assert browser.post(open_link(browser, email), {"password1": NEW}).status_code == 302


def test_who_reads_a_claimed_address_gets_no_key_to_the_account(
    client: Browser, cast: Cast, claim: EmailAddress
) -> None:
    ask_for_link(client, CLAIMED)
    assert newest_mail(CLAIMED).subject == "No account with this address"
    ask_for_link(client, cast.stranger.email)
    assert newest_mail(cast.stranger.email).subject != "No account with this address"


def test_a_main_address_that_is_not_confirmed_gets_a_key_only_while_none_is(
    client: Browser, cast: Cast, claim: EmailAddress
) -> None:
    with surface(IDENTITY):
        EmailAddress.objects.filter(user=cast.stranger).update(verified=False)
    ask_for_link(client, cast.stranger.email)
    assert newest_mail(cast.stranger.email).subject != "No account with this address"
    with surface(IDENTITY):
        EmailAddress.objects.filter(pk=claim.pk).update(verified=True)
    ask_for_link(client, cast.stranger.email)
    assert newest_mail(cast.stranger.email).subject == "No account with this address"


def test_a_claimed_address_is_free_for_who_reads_its_mail(client: Browser, cast: Cast, claim: EmailAddress) -> None:
    assert sign_up(client, email=CLAIMED.upper()).url == "/accounts/confirm-email/"
    assert client.post(link_in(newest_mail(CLAIMED))).url == "/firms/"
    assert addresses(cast.stranger) == {cast.stranger.email}
    assert addresses(person(CLAIMED)) == {CLAIMED}


def test_signing_up_again_takes_nothing_from_an_account_that_is_not_confirmed_yet() -> None:
    sign_up(Browser(), email=CLAIMED)
    sign_up(Browser(), email=CLAIMED)
    assert newest_mail(CLAIMED).subject == "You have an account already"
    assert addresses(person(CLAIMED)) == {CLAIMED}


def test_a_newcomer_by_a_provider_gets_a_claimed_address(
    client: Browser, cast: Cast, claim: EmailAddress, okta: OidcProvider, settings: Any
) -> None:
    configure(settings, okta, TRUSTED_DOMAINS="whitfield.example")
    okta.claims["email"] = CLAIMED
    assert sign_in_with(client, okta).headers["Location"] == "/firms/"
    assert accounts() == [(CLAIMED, "okta", "00u1")]
    assert addresses(person(CLAIMED)) == {CLAIMED} and addresses(cast.stranger) == {cast.stranger.email}


def test_who_made_an_unconfirmed_account_is_out_once_its_owner_resets_the_password(
    client: Browser, okta: OidcProvider, settings: Any
) -> None:
    configure(settings, okta, "AUTH0")
    sign_in_with(Browser(), okta, AT_AUTH0)
    nina = person("nina@harcourt.example")
    with surface(IDENTITY):
        Authenticator.objects.create(user=nina, type=Authenticator.Type.RECOVERY_CODES, data={})
    reset(client, nina.email)
    assert client.post(link_in(newest_mail(nina.email))).url == "/firms/"
    thief = Browser()
    sign_in_with(thief, okta, AT_AUTH0)
    assert thief.get("/firms/").status_code == 302 and accounts() == []
    with surface(IDENTITY):
        assert not Authenticator.objects.filter(user=nina).exists()


def test_a_reset_leaves_a_confirmed_account_its_other_ways_in(client: Browser, cast: Cast) -> None:
    with surface(IDENTITY):
        SocialAccount.objects.create(user_id=cast.stranger.pk, provider="okta", uid="77")
    reset(client, cast.stranger.email)
    assert accounts() == [(cast.stranger.email, "okta", "77")]
