"""From nobody to a signed-in person: one confirmed address, and no word about who else has an account."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.tests.mail import link_in, newest_mail
from tenancy.context import IDENTITY, surface
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

NEW = {"full_name": "Jo Whitfield", "email": "jo@whitfield.example", "password1": "four unrelated old words"}


def sign_up(browser, **changes):
    return browser.post("/accounts/signup/", {**NEW, **changes})


def accounts(email):
    with surface(IDENTITY):
        return User.objects.filter(email__iexact=email).count()


def test_a_new_person_signs_up_confirms_and_is_in(client):
    assert sign_up(client).url == "/accounts/confirm-email/"
    assert "Check your email" in client.get("/accounts/confirm-email/").content.decode()
    message = newest_mail("jo@whitfield.example")
    assert message.subject == "Confirm your address"
    assert "Jo Whitfield, confirm that jo@whitfield.example is yours" in message.body
    page = client.get(link_in(message)).content.decode()
    assert "Confirm address" in page
    assert client.post(link_in(message)).url == "/firms/"
    assert "Welcome, Jo" in client.get("/firms/").content.decode()


def test_opening_the_link_confirms_nothing(client):
    sign_up(client)
    client.get(link_in(newest_mail("jo@whitfield.example")))
    assert client.post("/accounts/login/", {"login": NEW["email"], "password": NEW["password1"]}).url == (
        "/accounts/confirm-email/"
    )
    assert client.get("/firms/").status_code == 302


def test_in_another_browser_the_link_confirms_but_signs_nobody_in(client):
    sign_up(client)
    link, phone = link_in(newest_mail("jo@whitfield.example")), Client()
    assert phone.post(link).url == "/accounts/login/"
    assert phone.get("/firms/").status_code == 302
    page = phone.post("/accounts/login/", {"login": NEW["email"], "password": NEW["password1"]})
    assert page.url == "/firms/"


def test_a_used_link_says_so(client):
    sign_up(client)
    link = link_in(newest_mail("jo@whitfield.example"))
    client.post(link)
    assert "used or has expired" in Client().get(link).content.decode()
    assert Client().post(link).status_code == 404


def test_next_survives_sign_up_and_confirmation(client):
    page = client.get("/accounts/login/?next=/invitations/abc/").content.decode()
    assert 'href="/accounts/signup/?next=%2Finvitations%2Fabc%2F"' in page
    assert (
        'href="/accounts/login/?next=%2Finvitations%2Fabc%2F"'
        in client.get("/accounts/signup/?next=/invitations/abc/").content.decode()
    )
    sign_up(client, next="/invitations/abc/")
    assert client.post(link_in(newest_mail("jo@whitfield.example"))).url == "/invitations/abc/"


def test_too_many_tries_are_told_how_long_to_wait_and_keep_what_was_typed(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    sign_up(client, email="")
    secrets = {"code": "123456", "otp_code": "1", "passcode": "a", "old_password": "b", "credential": "{}"}
    refused = sign_up(client, next="/invitations/abc/", postcode="SW1A 2AA", **secrets)
    assert refused.status_code == 429 and 50 < int(refused.headers["Retry-After"]) <= 60
    page = refused.content.decode()
    assert f'data-countdown="{refused.headers["Retry-After"]}"' in page
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    del again["csrfmiddlewaretoken"]
    kept = {"full_name": NEW["full_name"], "email": NEW["email"], "postcode": "SW1A 2AA", "next": "/invitations/abc/"}
    assert again == kept


def test_a_known_address_is_answered_alike(client, cast):
    fresh, known = sign_up(client), sign_up(Client(), email=cast.stranger.email.upper())
    assert (fresh.status_code, fresh.url) == (known.status_code, known.url)
    assert accounts(cast.stranger.email) == 1
    assert newest_mail(cast.stranger.email).subject == "You have an account already"


def test_signing_up_with_a_known_address_changes_no_password(client, cast):
    sign_up(client, email=cast.stranger.email)
    assert client.post("/accounts/login/", {"login": cast.stranger.email, "password": PASSWORD}).url == "/firms/"


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": ""},
        {"full_name": "x" * 201},
        {"full_name": "Jo\u202eWhitfield"},
        {"full_name": "Jo\r\nBcc: all@firms.example"},
        {"email": "no address"},
        {"email": f"{'x' * 60}@{'y' * 60}.{'z' * 60}.{'w' * 60}.{'v' * 60}.example"},
        {"email": '"a\x01b"@whitfield.example'},
        {"password1": "short"},
        {"password1": "password123"},
        {"password1": "jo@whitfield.example"},
        {"password1": "x" * 201},
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(client, changes):
    response = sign_up(client, **changes)
    assert response.status_code == 200
    assert "invalid-feedback" in response.content.decode()
    assert mail.outbox == []
    assert accounts(NEW["email"]) == 0


def test_of_two_presses_at_once_the_later_is_answered_like_a_known_address(client, monkeypatch):
    sign_up(client)
    monkeypatch.setattr("accounts.forms.SignupForm.validate_unique_email", lambda self, value: value)
    assert sign_up(Client()).url == "/accounts/confirm-email/"
    assert accounts(NEW["email"]) == 1


def test_the_mail_shows_text_not_markup(client):
    sign_up(client, full_name="<b>Jo</b> & Co")
    message = newest_mail(NEW["email"])
    assert "<b>Jo</b> & Co" in message.body
    assert "&lt;b&gt;Jo&lt;/b&gt; &amp; Co" in message.alternatives[0].content
