"""Changing how an account is entered takes its person; an open session, which may be a stolen one, is not enough."""

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from accounts.confirming import SIGN_IN_AGAIN
from accounts.models import User
from tenancy.context import IDENTITY, surface
from tests.cast import PASSWORD, Cast, came_by, signed_in

pytestmark = pytest.mark.django_db

EMAIL, SECURITY = "/accounts/email/", "/accounts/second-factor/"
NEW = {"action_add": "", "email": "thief@elsewhere.example"}
WORDS = "five entirely different new words"


def addresses(person: User) -> list[str]:
    with surface(IDENTITY):
        return list(EmailAddress.objects.filter(user=person).values_list("email", flat=True))


def test_a_stolen_session_changes_no_address(cast: Cast) -> None:
    browser = signed_in(cast.stranger)
    asked = browser.post(EMAIL, NEW)
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    assert addresses(cast.stranger) == [cast.stranger.email]
    browser.post(asked.headers["Location"], {"password": PASSWORD})
    assert NEW["email"] in addresses(cast.stranger), "what was asked goes on once its person has confirmed"


def test_who_signs_in_elsewhere_alone_changes_nothing_on_an_old_session(cast: Cast, okta: Any) -> None:
    with surface(IDENTITY):
        User.objects.filter(pk=cast.stranger.pk).update(password="!")
    came = {"method": "socialaccount", "provider": "okta", "uid": "1"}
    old = came_by(cast.stranger, {**came, "at": time.time() - 660})
    changes = {
        EMAIL: NEW, "/accounts/password/set/": {"password1": WORDS}, f"{SECURITY}app/": {}, f"{SECURITY}passkeys/new/": {},
        "/accounts/oidc/okta/connect/": {"process": "connect"}, "/accounts/oidc/removal/1/": {},
    }  # fmt: skip
    for page, data in changes.items():
        answer = old.post(page, data)
        assert answer.headers.get("Location") == SECURITY, page
    assert SIGN_IN_AGAIN in old.get(SECURITY).text
    with surface(IDENTITY):
        assert User.objects.get(pk=cast.stranger.pk).password == "!"
    assert addresses(cast.stranger) == [cast.stranger.email]
    just_now = came_by(cast.stranger, came)
    assert just_now.get(f"{SECURITY}app/").status_code == 200
    assert just_now.post("/accounts/password/set/", {"password1": WORDS}).status_code == 302
    with surface(IDENTITY):
        assert User.objects.get(pk=cast.stranger.pk).check_password(WORDS)
