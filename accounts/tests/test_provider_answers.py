"""What a provider, or somebody in its place, may answer; and that nobody is signed in by what cannot be trusted."""

import re
import time
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.tests.at_provider import BASE, accounts, leave, refused, sign_in_with
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OTHER_KEY, OidcProvider, signed

pytestmark = pytest.mark.django_db

FORGED = {
    "wrong_nonce": lambda claims: signed({**claims, "nonce": "another"}),
    "no_nonce": lambda claims: signed({name: value for name, value in claims.items() if name != "nonce"}),
    "wrong_key": lambda claims: signed(claims, OTHER_KEY),
    "unknown_kid": lambda claims: signed(claims, kid="two"),
    "expired": lambda claims: signed({**claims, "exp": time.time() - 60}),
    "no_expiry": lambda claims: signed({name: value for name, value in claims.items() if name != "exp"}),
    "issued_tomorrow": lambda claims: signed({**claims, "iat": time.time() + 86_400}),
    "no_algorithm": lambda claims: signed(claims, None, "none"),
    "shared_secret": lambda claims: signed(claims, CLIENT_SECRET.ljust(32, "x"), "HS256"),
    "other_issuer": lambda claims: signed({**claims, "iss": "https://evil.example"}),
    "other_audience": lambda claims: signed({**claims, "aud": "another"}),
    "two_audiences": lambda claims: signed({**claims, "aud": [CLIENT_ID, "another"]}),
    "other_party": lambda claims: signed({**claims, "azp": "another"}),
    "other_person": lambda claims: signed({**claims, "sub": "somebody-else"}),
    "no_person": lambda claims: signed({name: value for name, value in claims.items() if name != "sub"}),
    "hidden_person": lambda claims: signed({**claims, "sub": "00u1\x00"}),
    "long_person": lambda claims: signed({**claims, "sub": "x" * 192}),
    "not_a_token": lambda claims: "not.a.token",
    "nothing": lambda claims: "",
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_token_that_cannot_be_trusted_is_refused_with_a_sentence(
    client: Browser, okta: OidcProvider, forged: str
) -> None:
    okta.forge = FORGED[forged]
    refused(sign_in_with(client, okta), client)


def test_an_answer_without_our_state_is_refused(okta: OidcProvider) -> None:
    victim, attacker = Browser(), Browser()
    back = okta.authorize(leave(attacker))
    refused(victim.get(back), victim)
    refused(attacker.get(back.replace("state=", "state=x")), attacker)
    assert attacker.get(back).headers["Location"] == "/firms/"


def test_an_answer_counts_once(okta: OidcProvider) -> None:
    browser = Browser()
    back = okta.authorize(leave(browser))
    assert browser.get(back).status_code == 302
    assert browser.get(back).status_code == 401


def test_a_code_of_another_attempt_is_refused(client: Browser, okta: OidcProvider) -> None:
    """PKCE: the code belongs to whoever began."""
    code = re.search(r"code=([^&]+)", okta.authorize(leave(Browser())))
    state = re.search(r"state=([^&]+)", okta.authorize(leave(client)))
    assert code and state
    refused(client.get(f"{BASE}/callback/?code={code[1]}&state={state[1]}"), client)


def test_who_cancels_reads_so(client: Browser, okta: OidcProvider) -> None:
    state = re.search(r"state=([^&]+)", leave(client))
    assert state
    page = client.get(f"{BASE}/callback/?error=access_denied&state={state[1]}")
    assert "was cancelled" in page.content.decode()


def test_a_person_without_an_address_reads_what_to_do(client: Browser, okta: OidcProvider) -> None:
    del okta.claims["email"]
    page = sign_in_with(client, okta)
    assert page.status_code == 422 and "did not tell us your email address" in page.content.decode()
    assert accounts() == []


@pytest.mark.parametrize(
    "announced",
    [{"issuer": "https://evil.example"}, {"jwks_uri": None}, {"token_endpoint": 7}],
    ids=["issuer", "no_keys", "number"],
)
def test_a_provider_that_announces_something_else_is_refused(
    client: Browser, okta: OidcProvider, announced: dict[str, Any]
) -> None:
    okta.announced = announced
    refused(client.post(f"{BASE}/login/"), client)


@pytest.mark.parametrize("page", ["/keys", "/userinfo"])
def test_a_provider_that_answers_nonsense_is_refused(client: Browser, okta: OidcProvider, page: str) -> None:
    okta.broken = {page}
    refused(sign_in_with(client, okta), client)


def test_a_provider_that_does_not_answer_is_named(client: Browser, okta: OidcProvider, settings: Any) -> None:
    okta.broken = {"/.well-known/openid-configuration"}
    page = client.post(f"{BASE}/login/")
    assert page.status_code == 503 and "Harcourt ID does not answer" in page.content.decode()
