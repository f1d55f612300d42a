"""Forgetting, choosing and changing a password."""

import pytest
from django.core import mail
from django.test import Client

from accounts.tests.mail import link_in, newest_mail
from accounts.tests.test_sign_in import enter, sessions, trail
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

RESET, CHANGE = "/accounts/password/reset/", "/accounts/password/change/"
NEW = "five entirely different new words"


def ask_for_link(browser, email):
    return browser.post(RESET, {"email": email})


def open_link(browser, email):
    """The address of the form: the key is taken out of it, so that it leaks into no referrer."""
    page = browser.get(link_in(newest_mail(email)))
    assert page.url.endswith("-set-password/")
    return page.url


def test_a_forgotten_password_is_replaced_through_the_mail(client, cast):
    assert ask_for_link(client, cast.stranger.email).url == f"{RESET}done/"
    assert "Check your email" in client.get(f"{RESET}done/").content.decode()
    form = open_link(client, cast.stranger.email)
    assert "Choose a new password" in client.get(form).content.decode()
    assert client.post(form, {"password1": NEW}).url == "/firms/"
    assert client.get("/firms/").status_code == 200
    assert "do not match" in enter(Client(), cast.stranger).content.decode()
    assert enter(Client(), cast.stranger, NEW).url == "/firms/"


def test_a_reset_ends_other_sessions_and_is_told_and_recorded(client, cast):
    other = Client()
    enter(other, cast.stranger)
    ask_for_link(client, cast.stranger.email)
    client.post(open_link(client, cast.stranger.email), {"password1": NEW})
    assert sorted(session.revoked_at is None for session in sessions(cast.stranger)) == [False, True]
    assert other.get("/firms/").status_code == 302
    assert newest_mail(cast.stranger.email).subject == "Your password was changed"
    assert trail("password_reset")[0].resource_id == cast.stranger.pk


def test_a_link_works_once(client, cast):
    ask_for_link(client, cast.stranger.email)
    link = link_in(newest_mail(cast.stranger.email))
    client.post(open_link(client, cast.stranger.email), {"password1": NEW})
    assert "used or has expired" in Client().get(link).content.decode()


def test_a_made_up_link_says_no_more_than_a_used_one(client):
    assert "used or has expired" in client.get("/accounts/password/reset/key/1-abc-def/").content.decode()


def test_an_unknown_address_is_answered_alike(client, cast):
    known, unknown = ask_for_link(client, cast.stranger.email), ask_for_link(client, "nobody@nowhere.example")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert newest_mail("nobody@nowhere.example").subject == "No account with this address"


def test_a_person_changes_the_password_and_other_browsers_are_out(client, cast):
    other = Client()
    enter(client, cast.stranger)
    enter(other, cast.stranger)
    key = client.cookies["sessionid"].value
    assert "Change password" in client.get(CHANGE).content.decode()
    assert client.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW}).url == CHANGE
    assert client.get("/firms/").status_code == 200
    assert client.cookies["sessionid"].value != key
    assert "/end/" not in client.get("/accounts/second-factor/").content.decode(), "it is shown as signed in no more"
    assert other.get("/firms/").status_code == 302
    assert newest_mail(cast.stranger.email).subject == "Your password was changed"
    assert trail("password_changed")[0].resource_id == cast.stranger.pk


def test_the_current_password_is_asked_for(client, cast):
    enter(client, cast.stranger)
    page = client.post(CHANGE, {"oldpassword": "wrong", "password1": NEW}).content.decode()
    assert "That is not your current password." in page
    assert NEW not in page
    assert mail.outbox == []
    assert len(sessions(cast.stranger)) == 1


def test_reauthentication_asks_for_the_password_again(client, cast):
    enter(client, cast.stranger)
    assert "Confirm it is you" in client.get("/accounts/reauthenticate/?next=/firms/").content.decode()
    assert "not your password" in client.post("/accounts/reauthenticate/", {"password": "wrong"}).content.decode()
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/firms/"}).url == "/firms/"
