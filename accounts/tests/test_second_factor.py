"""Authenticator app, recovery codes, and what passkeys show without a device. The device itself is in the journeys."""

import re
import time
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.encryption import decrypted
from accounts.tests.mail import newest_mail
from accounts.tests.test_sign_in import enter, trail
from tenancy.context import IDENTITY, OPERATOR, acting_as, surface
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

HOME = "/accounts/second-factor/"
APP, CODES = f"{HOME}app/", f"{HOME}recovery-codes/"
STEP = f"{HOME}authenticate/"


@pytest.fixture
def browser(client, cast, told):
    """Signed in, and confirmed to be the one a moment ago."""
    enter(client, cast.stranger)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def told(monkeypatch):
    """A test's transaction never commits; what would follow the commit happens at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda follow, **kwargs: follow())


def code_of(secret, later=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def set_up(browser):
    """An authenticator app; answers its secret and the page of recovery codes."""
    secret = re.search(r"<code[^>]*>(\w+)</code>", browser.get(APP).content.decode())[1]
    page = browser.post(APP, {"code": code_of(secret)}, follow=True)
    assert page.redirect_chain[-1][0] == CODES, page.content.decode()
    return secret, page.content.decode()


def recovery_codes(page):
    return re.findall(r"<li>(\d{8})</li>", page)


def factors(person):
    with surface(IDENTITY):
        return {row.type: row for row in Authenticator.objects.filter(user=person)}


def test_an_authenticator_app_is_asked_for_after_the_password(browser, cast):
    secret, _ = set_up(browser)
    other = Client()
    assert enter(other, cast.stranger, next="/firms/new/").url.startswith(STEP)
    assert other.get("/firms/").status_code == 302
    assert "Enter your code" in other.get(STEP).content.decode()
    assert "did not match" in other.post(STEP, {"code": "000000"}).content.decode()
    assert other.post(STEP, {"code": code_of(secret, 1)}).url in ("/firms/", "/firms/new/")
    assert other.get("/firms/").status_code == 200


def test_the_second_step_needs_the_first(client, cast):
    assert client.get(STEP).url == "/accounts/login/"
    assert client.post(STEP, {"code": "123456"}).url == "/accounts/login/"


def test_a_code_works_once(browser, cast):
    secret, _ = set_up(browser)
    first, second, code = Client(), Client(), code_of(secret, 1)
    for other in (first, second):
        enter(other, cast.stranger)
    assert first.post(STEP, {"code": code}).status_code == 302
    assert "each works once" in second.post(STEP, {"code": code}).content.decode()


def test_codes_of_an_hour_ago_do_not_work(browser, cast):
    secret, _ = set_up(browser)
    other = Client()
    enter(other, cast.stranger)
    assert "did not match" in other.post(STEP, {"code": code_of(secret, -120)}).content.decode()


def test_guessing_codes_is_paused(browser, cast, settings):
    secret, _ = set_up(browser)
    settings.ACCOUNT_RATE_LIMITS = {}
    other = Client()
    enter(other, cast.stranger)
    for _ in range(5):
        other.post(STEP, {"code": "000000"})
    assert "paused" in other.post(STEP, {"code": code_of(secret, 1)}).content.decode()
    assert other.get("/firms/").status_code == 302


def test_recovery_codes_are_shown_once_and_can_be_downloaded(browser, cast):
    _, page = set_up(browser)
    codes = recovery_codes(page)
    assert len(set(codes)) == 10
    file = unquote(
        re.search(r'download="tickmark-recovery-codes.txt" href="data:text/plain;charset=utf-8,([^"]*)"', page)[1]
    )
    assert file.split()[-10:] == codes
    again = browser.get(CODES).content.decode()
    assert "10 of 10" in again
    assert recovery_codes(again) == [] and codes[0] not in again
    assert "10 of 10 left" in browser.get(HOME).content.decode()


def test_a_recovery_code_signs_in_once_and_is_told(browser, cast):
    code = recovery_codes(set_up(browser)[1])[3]
    other, third = Client(), Client()
    enter(other, cast.stranger)
    assert other.post(STEP, {"code": code}).status_code == 302
    assert other.get("/firms/").status_code == 200
    message = newest_mail(cast.stranger.email)
    assert message.subject == "A recovery code was used" and "You have 9 left" in message.body
    assert "9 of 10 left" in browser.get(HOME).content.decode()
    enter(third, cast.stranger)
    assert "did not match" in third.post(STEP, {"code": code}).content.decode()
    assert trail("factor_used")[-1].new_values == {"factor": "recovery_codes"}


def test_new_recovery_codes_end_the_old_ones(browser, cast):
    old = recovery_codes(set_up(browser)[1])
    page = browser.post(f"{CODES}new/", follow=True).content.decode()
    new = recovery_codes(page)
    assert len(new) == 10 and not set(new) & set(old)
    assert newest_mail(cast.stranger.email).subject == "New recovery codes were made"
    other = Client()
    enter(other, cast.stranger)
    assert "did not match" in other.post(STEP, {"code": old[0]}).content.decode()
    assert other.post(STEP, {"code": new[0]}).status_code == 302


def test_removing_the_app_takes_the_recovery_codes_along_and_is_told(browser, cast):
    set_up(browser)
    assert "Remove the authenticator app?" in browser.get(f"{APP}removal/").content.decode()
    browser.post(f"{APP}removal/")
    assert factors(cast.stranger) == {}
    assert newest_mail(cast.stranger.email).subject == "The authenticator app was removed"
    assert enter(Client(), cast.stranger).url == "/firms/"


def test_each_change_is_told_and_on_record(browser, cast):
    set_up(browser)
    message = newest_mail(cast.stranger.email)
    assert message.subject == "An authenticator app was added" and "If it was not you" in message.body
    assert {line.new_values["factor"] for line in trail("factor_added")} == {"totp", "recovery_codes"}
    browser.post(f"{CODES}new/")
    browser.post(f"{APP}removal/")
    assert [line.new_values["factor"] for line in trail("factor_reset")] == ["recovery_codes"]
    assert {line.new_values["factor"] for line in trail("factor_removed")} == {"totp", "recovery_codes"}
    assert all(line.user_id == cast.stranger.pk for line in trail("factor_removed"))


def test_a_wrong_code_is_on_record_and_changes_nothing(browser, cast):
    set_up(browser)
    other = Client()
    enter(other, cast.stranger)
    other.post(STEP, {"code": "000000"})
    assert trail("factor_failed")[0].resource_id == cast.stranger.pk


def test_a_wrong_code_at_setting_up_sets_nothing_up(browser, cast):
    browser.get(APP)
    mail.outbox.clear()
    page = browser.post(APP, {"code": "000000"}).content.decode()
    assert "did not match" in page
    assert factors(cast.stranger) == {} and mail.outbox == []


@pytest.mark.parametrize("page", [APP, f"{CODES}new/", f"{HOME}passkeys/new/"], ids=["app", "codes", "passkey"])
def test_changes_ask_for_the_password_again(client, cast, page):
    enter(client, cast.stranger)
    assert client.get(page).url.startswith("/accounts/reauthenticate/")
    assert client.post(page, {"code": "123456"}).url.startswith("/accounts/reauthenticate/")
    assert factors(cast.stranger) == {}


def test_a_code_confirms_who_it_is_too(browser, cast):
    secret, _ = set_up(browser)
    page = browser.get("/accounts/reauthenticate/?next=/firms/").content.decode()
    assert f"{HOME}reauthenticate/?next=%2Ffirms%2F" in page
    assert "Type a code" in browser.get(f"{HOME}reauthenticate/").content.decode()
    code = code_of(secret, 1)
    assert browser.post(f"{HOME}reauthenticate/", {"code": code, "next": "/firms/new/"}).url == "/firms/new/"


def test_secrets_are_encrypted_at_rest(browser, cast):
    secret, _ = set_up(browser)
    kept = factors(cast.stranger)
    assert decrypted(kept["totp"].data["secret"]) == secret
    for row in kept.values():
        assert secret not in str(row.data)
    assert kept["recovery_codes"].data["seed"].startswith("gAAAA")


@pytest.mark.parametrize("role", ["app", "operator"])
def test_no_role_but_sign_in_reads_factors(cast, role):
    entered = surface(OPERATOR) if role == "operator" else acting_as(cast.stranger.pk)
    with entered, pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Authenticator.objects.values_list("data").first()


def test_nobody_touches_another_persons_passkey(browser, cast):
    with surface(IDENTITY):
        theirs = Authenticator.objects.create(
            user_id=cast.ours.owner.user_id, type="webauthn", data={"name": "Phone of the owner", "credential": {}}
        )
    for address in (f"{HOME}passkeys/{theirs.pk}/", f"{HOME}passkeys/{theirs.pk}/removal/"):
        assert browser.get(address).status_code == browser.post(address, {"name": "Mine"}).status_code == 404
    assert factors(cast.ours.owner.user_id)["webauthn"].data["name"] == "Phone of the owner"
    assert "Phone of the owner" not in browser.get(HOME).content.decode()


def test_a_passkey_is_asked_for_without_naming_anybody(client, cast):
    assert "Sign in with a passkey" in client.get("/accounts/login/").content.decode()
    options = client.get(f"{HOME}passkeys/sign-in/", headers={"Accept": "application/json"}).json()["request_options"]
    assert options["publicKey"]["userVerification"] == "required"
    assert not options["publicKey"].get("allowCredentials")


@pytest.mark.parametrize("credential", ["", "{}", "[]", "not json", '{"id": "x", "response": {"userHandle": "AAAA"}}'])
def test_what_is_no_passkey_signs_nobody_in(client, cast, credential):
    client.get(f"{HOME}passkeys/sign-in/", headers={"Accept": "application/json"})
    assert client.post(f"{HOME}passkeys/sign-in/", {"credential": credential}).url == "/accounts/login/"
    assert client.get("/firms/").status_code == 302


def test_a_new_passkey_must_ask_for_its_person(browser):
    page = browser.get(f"{HOME}passkeys/new/").content.decode()
    assert '"userVerification": "required"' in page and '"residentKey": "required"' in page
    assert browser.post(f"{HOME}passkeys/new/", {"name": "Phone", "credential": "{}"}).status_code == 200
    assert "None yet" in browser.get(HOME).content.decode()


def test_an_address_can_still_be_added_with_a_second_factor_on(browser, cast):
    set_up(browser)
    browser.post("/accounts/email/", {"action_add": "", "email": "sam@third.example"})
    assert newest_mail("sam@third.example").subject == "Confirm your address"


def test_the_page_is_linked_from_both_menus(cast, sign_in):
    assert HOME in sign_in(cast.stranger).get("/firms/").content.decode()
    assert HOME in sign_in(cast.ours.owner).get(cast.ours.url("today")).content.decode()
