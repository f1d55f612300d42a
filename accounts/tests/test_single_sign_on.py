"""Signing in at a provider, against a real one on loopback: whom it lets in, and what it refuses."""

import re
import time
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser

from accounts.models import User
from accounts.oidc_settings import ProviderMisconfigured, providers
from tenancy.context import IDENTITY, surface
from tests.cast import PASSWORD, Cast, signed_in
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OTHER_KEY, OidcProvider, signed

pytestmark = pytest.mark.django_db

BASE = "/accounts/oidc/okta"
NEWCOMER = {"sub": "00u1", "email": "nina@harcourt.example", "email_verified": True, "name": "Nina New"}


@pytest.fixture(scope="module")
def server() -> Iterator[OidcProvider]:
    with OidcProvider().running() as running:
        yield running


@pytest.fixture
def okta(server: OidcProvider, settings: Any) -> OidcProvider:
    server.claims, server.token_claims, server.forge = dict(NEWCOMER), {}, signed
    server.announced, server.broken = {}, set()
    configure(settings, server)
    return server


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


def test_the_sign_in_page_has_a_button_for_each_provider(client: Browser, okta: OidcProvider) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "Continue with Harcourt ID" in page and f'action="{BASE}/login/"' in page


def test_without_providers_the_sign_in_page_has_no_button(client: Browser) -> None:
    assert "Continue with" not in client.get("/accounts/login/").content.decode()
    assert client.post(f"{BASE}/login/").status_code == 404


def test_a_newcomer_gets_an_account_with_name_picture_and_address(client: Browser, okta: OidcProvider) -> None:
    okta.claims |= {"picture": "https://pictures.example/nina.png", "given_name": "Nina", "family_name": "New"}
    assert sign_in_with(client, okta).headers["Location"] == "/firms/"
    assert client.get("/firms/").status_code == 200
    nina = person("nina@harcourt.example")
    assert (nina.full_name, nina.first_name, nina.last_name) == ("Nina New", "Nina", "New")
    assert nina.avatar == "https://pictures.example/nina.png"
    assert accounts() == [("nina@harcourt.example", "okta", "00u1")]
    with surface(IDENTITY):
        assert EmailAddress.objects.get(user=nina).verified and not nina.has_usable_password()
        assert not SocialToken.objects.exists()


def test_the_second_time_it_is_the_same_account_with_the_new_name(okta: OidcProvider) -> None:
    sign_in_with(Browser(), okta)
    okta.claims |= {"name": "Nina Newer", "email": "elsewhere@harcourt.example", "picture": "javascript:alert(1)"}
    browser = Browser()
    assert sign_in_with(browser, okta).headers["Location"] == "/firms/"
    nina = person("nina@harcourt.example")
    assert (nina.full_name, nina.avatar) == ("Nina Newer", "")
    assert len(accounts()) == 1
    assert [method["method"] for method in browser.session["account_authentication_methods"]] == ["socialaccount"]


@pytest.mark.parametrize(
    "picture",
    [
        "http://pictures.example/a.png",
        "https://me:secret@pictures.example/",
        "https://x/\\a",
        "https://x/'\"",
        "//x",
        7,
    ],
    ids=["plain", "password", "turned", "quotes", "no_scheme", "number"],
)
def test_an_unsafe_picture_is_ignored(client: Browser, okta: OidcProvider, picture: Any) -> None:
    okta.claims["picture"] = picture
    assert sign_in_with(client, okta).status_code == 302
    assert person("nina@harcourt.example").avatar == ""


def test_a_hidden_character_in_a_name_does_not_come_in(client: Browser, okta: OidcProvider) -> None:
    okta.claims["name"] = "Nina\x00\u202eNew"
    assert sign_in_with(client, okta).status_code == 302
    assert person("nina@harcourt.example").full_name == "nina"


def test_an_unverified_address_of_a_newcomer_is_confirmed_by_mail_first(client: Browser, okta: OidcProvider) -> None:
    okta.claims["email_verified"] = False
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


def refused(page: HttpResponse, browser: Browser, status: int = 401) -> None:
    text = page.content.decode()
    assert page.status_code == status and "You are not signed in" in text and "Traceback" not in text
    assert browser.get("/firms/").status_code == 302
    assert accounts() == []
    assert not re.search(r"(?i)invalid|exception|error", text.split("<main")[1].split("</main")[0])


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


def test_no_role_but_sign_in_reads_who_somebody_is_at_a_provider(settings: Any) -> None:
    query = """
        SELECT role FROM unnest(%s::text[]) role
        WHERE has_any_column_privilege(role, 'public.socialaccount_socialaccount', 'SELECT, INSERT, UPDATE')
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [[role for name, role in settings.TENANCY_ROLES.items() if name != "owner"]])
        assert cursor.fetchall() == [("tickmark_identity",)]


# --- the environment --------------------------------------------------------------------------------------------


def test_providers_come_as_variables_or_as_json() -> None:
    as_variables = {
        "OIDC_ENTRA_ISSUER": "https://login.microsoftonline.com/t/v2.0",
        "OIDC_ENTRA_CLIENT_ID": "a",
        "OIDC_ENTRA_CLIENT_SECRET": "b",
        "OIDC_ENTRA_TRUSTED_DOMAINS": "harcourt.example, Okafor.example",
    }
    as_json = (
        '[{"name": "entra", "issuer": "https://login.microsoftonline.com/t/v2.0", "client_id": "a",'
        ' "client_secret": "b", "trusted_domains": ["harcourt.example", "Okafor.example"]}]'
    )
    assert providers(as_variables) == providers({"OIDC_PROVIDERS": as_json})
    assert providers(as_variables)[0]["name"] == "Entra"
    assert providers({}) == []


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"OIDC_X_ISSUER": "https://x.example"}, "lacks: client_id, client_secret"),
        ({"OIDC_X_ISSUER": "http://x.example", "OIDC_X_CLIENT_ID": "a", "OIDC_X_CLIENT_SECRET": "b"}, "https://"),
    ],
    ids=["incomplete", "without_tls"],
)
def test_a_provider_that_is_not_configured_wholly_stops_the_start(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(ProviderMisconfigured, match=sentence):
        providers(environ)


# --- connecting a provider to an account that exists -------------------------------------------------------------


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


def test_the_provider_is_asked_once_an_hour_where_its_pages_are(okta: OidcProvider) -> None:
    sign_in_with(Browser(), okta)
    okta.broken = {"/.well-known/openid-configuration"}
    assert sign_in_with(Browser(), okta).headers["Location"] == "/firms/"
