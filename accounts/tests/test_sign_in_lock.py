"""Wrong passwords pause signing in; the mailed link lifts it; no answer tells who has an account."""

import re
import time
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts import sign_in_lock
from accounts.models import User
from accounts.sign_in_lock import pause_after
from accounts.tests.mail import link_in, newest_mail
from accounts.tests.test_email import SECOND, add
from accounts.tests.test_password import NEW, ask_for_link, open_link
from accounts.tests.test_sign_in import LOGIN, enter, trail
from tenancy.context import IDENTITY, surface
from tests.api import Program
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

UNKNOWN = "nobody@nowhere.example"


class Somebody:
    def __init__(self, email):
        self.email = email


def fail(browser, person, times=5):
    for _ in range(times):
        answer = enter(browser, person, "wrong")
    return answer.content.decode()


def unlock_mail(to):
    for _ in range(100):
        if any(message.to == [to] and message.subject == "Signing in is paused" for message in mail.outbox):
            return newest_mail(to)
        time.sleep(0.02)
    raise AssertionError("No mail came.")


def account(person):
    with surface(IDENTITY):
        return User.objects.get(pk=person.pk)


@pytest.fixture
def later(time_machine):
    time_machine.move_to(time.time(), tick=True)

    def wait(**delta):
        time_machine.shift(timedelta(**delta))

    return wait


def test_the_pause_doubles_and_stays_below_an_hour():
    minutes = [pause_after(failures) and pause_after(failures).total_seconds() / 60 for failures in range(4, 12)]
    assert minutes == [None, 5, 10, 20, 40, 60, 60, 60]


def test_five_wrong_tries_pause_the_right_password_too(client, cast):
    fail(client, cast.stranger, 4)
    assert account(cast.stranger).failed_sign_ins == 4
    assert account(cast.stranger).locked_until is None
    fail(client, cast.stranger, 1)
    assert account(cast.stranger).locked_until is not None
    assert "Sign-in is paused for this address" in enter(Client(), cast.stranger).content.decode()
    assert trail("sign_in_paused")[0].resource_id == cast.stranger.pk


def test_tries_at_the_same_moment_are_all_counted(client, cast, monkeypatch):
    class Unread:
        """As each process finds the cache before the others have written."""

        def get(self, key, default=None):
            return default

        def __getattr__(self, name):
            return getattr(cache, name)

    with monkeypatch.context() as at_once:
        at_once.setattr(sign_in_lock, "cache", Unread())
        fail(client, cast.stranger, 5)
    key = sign_in_lock.tries_key(RequestFactory().get("/"), cast.stranger.email)
    cache.set(key, {"failures": 1, "until": None})  # the first of them was the last to write
    assert "paused" in enter(Client(), cast.stranger).content.decode()
    client.post(link_in(unlock_mail(cast.stranger.email)))
    assert "do not match" in fail(Client(), cast.stranger, 4), "all of them are forgotten"


def test_of_many_guesses_at_once_a_right_one_opens_nothing(client, cast, monkeypatch):
    compared = User.check_password

    def slowly(user, password):
        monkeypatch.setattr(User, "check_password", compared)
        fail(Client(), cast.stranger)  # the others are answered while this one is being compared
        return compared(user, password)

    monkeypatch.setattr(User, "check_password", slowly)
    assert "do not match" in enter(client, cast.stranger).content.decode()
    assert client.get("/firms/").status_code == 302


def test_a_pause_says_how_long_it_lasts(client, cast, later):
    fail(client, cast.stranger)
    assert "Try again in 5 minutes" in enter(client, cast.stranger).content.decode()
    later(minutes=4, seconds=5)
    assert "Try again in 1 minute," in enter(client, cast.stranger).content.decode()
    program = Program(cast.stranger)
    assert program.answer.status_code == 429 and 0 < int(program.answer.headers["Retry-After"]) < 60


def test_the_pause_ends_by_itself_and_the_next_one_is_longer(client, cast, later):
    fail(client, cast.stranger)
    later(minutes=5, seconds=1)
    fail(client, cast.stranger, 1)
    later(minutes=9)
    assert "paused" in enter(client, cast.stranger).content.decode()
    later(minutes=2)
    assert enter(client, cast.stranger).url == "/firms/"
    assert (account(cast.stranger).failed_sign_ins, account(cast.stranger).locked_until) == (0, None)


def test_the_right_password_forgets_the_wrong_ones(client, cast):
    fail(client, cast.stranger, 4)
    enter(Client(), cast.stranger)
    assert "do not match" in fail(client, cast.stranger, 4)


def test_the_mail_tells_the_hour_where_its_reader_is(client, cast):
    with surface(IDENTITY):
        User.objects.filter(pk=cast.stranger.pk).update(timezone="Asia/Tokyo", locale="en-us")
    fail(client, cast.stranger)
    assert re.search(r"paused until \w{3} \d+, \d{4}, \d+:\d\d [AP]M JST", unlock_mail(cast.stranger.email).body)


def test_the_mailed_link_lifts_the_pause(client, cast):
    fail(client, cast.stranger)
    link = link_in(unlock_mail(cast.stranger.email))
    mine = Client()
    assert "Lift the pause?" in mine.get(link).content.decode()
    assert "paused" in enter(mine, cast.stranger).content.decode(), "opening the link alone changes nothing"
    assert mine.post(link).url == LOGIN
    assert enter(mine, cast.stranger).url == "/firms/"
    assert trail("sign_in_unlocked")[0].user_id == cast.stranger.pk
    assert "used or has expired" in Client().get(link).content.decode()


def test_nobody_locks_another_out_for_good(client, cast):
    fail(client, cast.stranger)
    mine = Client()
    mine.post(link_in(unlock_mail(cast.stranger.email)))
    fail(client, cast.stranger, 8)
    assert "paused" in enter(Client(), cast.stranger).content.decode()
    assert enter(mine, cast.stranger).url == "/firms/"


def test_a_browser_that_lifted_a_pause_is_paused_by_its_own_tries(client, cast):
    fail(client, cast.stranger)
    mine = Client()
    mine.post(link_in(unlock_mail(cast.stranger.email)))
    fail(mine, cast.stranger)
    assert "paused" in enter(mine, cast.stranger).content.decode()


def test_the_browser_of_one_person_gives_no_more_tries_at_another(client, cast):
    fail(client, cast.stranger)
    mine = Client()
    mine.post(link_in(unlock_mail(cast.stranger.email)))
    fail(client, cast.ours.owner)
    assert "paused" in enter(mine, cast.ours.owner).content.decode()


@pytest.mark.parametrize("token", ["no-such-token", "a:b:c"])
def test_a_made_up_link_says_no_more_than_a_used_one(client, token):
    page = f"/accounts/unlock/{token}/"
    assert "used or has expired" in client.get(page).content.decode()
    assert client.post(page).status_code == 200


def test_a_new_password_through_the_mail_lifts_the_pause(client, cast):
    fail(client, cast.stranger)
    ask_for_link(client, cast.stranger.email)
    client.post(open_link(client, cast.stranger.email), {"password1": NEW})
    assert account(cast.stranger).locked_until is None
    assert enter(Client(), cast.stranger, NEW).url == "/firms/"


def test_a_new_password_lifts_the_pause_of_a_browser_that_is_counted_apart(client, cast):
    fail(client, cast.stranger)
    mine = Client()
    mine.post(link_in(unlock_mail(cast.stranger.email)))
    fail(mine, cast.stranger)
    ask_for_link(mine, cast.stranger.email)
    mine.post(open_link(mine, cast.stranger.email), {"password1": NEW})
    mine.cookies.pop("sessionid")
    assert enter(mine, cast.stranger, NEW).url == "/firms/"


def test_two_addresses_do_not_tell_that_they_are_of_one_account(client, cast):
    mine = Client()
    enter(mine, cast.stranger)
    mine.post("/accounts/reauthenticate/", {"password": PASSWORD})
    add(mine)
    mine.post(link_in(newest_mail(SECOND)))
    fail(client, cast.stranger)
    second = Somebody(SECOND)
    assert "do not match" in enter(client, second, "wrong").content.decode()
    assert "do not match" in enter(client, second).content.decode(), "the account is paused, and says so nowhere"


def test_known_and_unknown_addresses_are_paused_alike(client, cast, later):
    def answers(person):
        found = []
        for step in range(9):
            later(minutes=6 if step in (5, 7) else 0)
            page = enter(client, person, "wrong").content.decode().replace(person.email, "…")
            found.append([line for line in page.splitlines() if "csrfmiddlewaretoken" not in line])
        return found

    assert answers(cast.stranger) == answers(Somebody(UNKNOWN))
    unlock_mail(cast.stranger.email)
    assert {tuple(message.to) for message in mail.outbox} == {(cast.stranger.email,)}


@pytest.mark.parametrize("before", [0, 4, 5], ids=["first", "pausing", "paused"])
def test_an_unknown_address_costs_as_much_as_a_known_one(client, cast, monkeypatch, before):
    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))

    def cost(person):
        if before:
            fail(client, person, before)
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            enter(client, person, "wrong")
        asked = [
            query["sql"] for query in queries if "SAVEPOINT" not in query["sql"] and "set_config" not in query["sql"]
        ]
        return len(hashed), len(asked)

    cost(cast.ours.owner)
    known, unknown = cost(cast.stranger), cost(Somebody(UNKNOWN))
    assert known[0] == unknown[0]
    assert abs(known[1] - unknown[1]) <= 1, "allauth looks an unknown address up in two tables, by index"


def test_who_only_claims_an_address_lifts_no_pause_of_it(client, cast):
    claiming = Client()
    enter(claiming, cast.stranger)
    add(claiming, cast.ours.owner.email)
    fail(client, cast.ours.owner)
    fail(client, cast.stranger)
    claiming.post(link_in(unlock_mail(cast.stranger.email)))
    ask_for_link(client, cast.stranger.email)
    client.post(open_link(client, cast.stranger.email), {"password1": NEW})
    for browser in (claiming, Client()):
        browser.cookies.pop("sessionid", None)
        assert "paused" in enter(browser, cast.ours.owner).content.decode()
    assert unlock_mail(cast.ours.owner.email)


def test_sign_up_with_a_known_address_is_answered_alike(client, cast):
    def answer(email):
        data = {"full_name": "Jo", "email": email, "password1": "four unrelated words"}
        response = Client().post("/accounts/signup/", data)
        return response.status_code, response.url, sorted(response.cookies)

    assert answer(cast.stranger.email) == answer("jo@brand-new.example")
    assert newest_mail(cast.stranger.email).subject == "You have an account already"
