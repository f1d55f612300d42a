"""A device that is not asked for a second factor again: how it comes to that, and everything that ends it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import TrustedDevice
from accounts.tests.test_devices import FIREFOX, IPHONE
from accounts.tests.test_second_factor import APP, CODES, HOME, STEP, browser, code_of, set_up, told  # noqa: F401
from accounts.tests.test_sign_in import enter, trail
from tenancy.context import IDENTITY, OPERATOR, acting_as, surface
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(browser):  # noqa: F811
    return set_up(browser)[0]


def trusted(person):
    with surface(IDENTITY):
        return list(TrustedDevice.objects.filter(user=person.pk))


def trusting(person, secret, agent=FIREFOX, later=1):
    """A browser that has typed a code, ticked the box and signed out."""
    there = Client(headers={"User-Agent": agent})
    enter(there, person)
    assert there.post(STEP, {"code": code_of(secret, later), "trust": "on"}).status_code == 302
    there.post("/accounts/logout/")
    return there


def test_a_trusted_device_is_not_asked_for_a_code_again(cast, secret):
    there = trusting(cast.stranger, secret)
    assert enter(there, cast.stranger).url == "/firms/"
    assert there.get("/firms/").status_code == 200
    page = there.get(HOME).content.decode()
    assert "Trusted devices" in page and "Firefox on Windows" in page
    assert enter(Client(), cast.stranger).url.startswith(STEP)
    assert trail("device_trusted")[0].user_id == cast.stranger.pk


def test_it_takes_a_right_code_and_the_box(cast, secret):
    there = Client()
    enter(there, cast.stranger)
    there.post(STEP, {"code": "000000", "trust": "on"})
    assert trusted(cast.stranger) == []
    there.post(STEP, {"code": code_of(secret, 1)})
    assert trusted(cast.stranger) == []


def test_the_password_is_asked_for_all_the_same(cast, secret):
    there = trusting(cast.stranger, secret)
    assert "do not match" in enter(there, cast.stranger, "wrong").content.decode()
    assert there.get("/firms/").status_code == 302


def test_the_cookie_of_one_person_spares_nobody_else_and_is_no_key_in_the_table(cast, secret):
    there = trusting(cast.stranger, secret)
    [name] = [name for name in there.cookies if name.startswith("trusted_")]
    cookie = there.cookies[name]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/accounts/"
    [device] = trusted(cast.stranger)
    assert cookie.value.encode() not in bytes(device.token_hash)
    with surface(IDENTITY):
        TrustedDevice.objects.update(user=cast.ours.owner.user_id)
    assert enter(there, cast.stranger).url.startswith(STEP)


@pytest.mark.parametrize("ended_by", ["time", "password", "new codes", "another device", "removal"])
def test_trust_ends(cast, browser, secret, ended_by):  # noqa: F811
    there = trusting(cast.stranger, secret)
    [device] = trusted(cast.stranger)
    if ended_by == "time":
        with surface(IDENTITY):
            TrustedDevice.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    elif ended_by == "password":
        new = {"oldpassword": PASSWORD, "password1": "quite another long password"}
        assert browser.post("/accounts/password/change/", new).status_code == 302
    elif ended_by == "new codes":
        browser.post(f"{CODES}new/")
    elif ended_by == "another device":
        browser.post("/accounts/devices/others/end/")
    else:
        page = browser.post(f"/accounts/devices/trusted/{device.pk}/removal/", follow=True).content.decode()
        assert "Firefox on Windows is asked for a code again." in page
    assert "Trusted devices" not in browser.get(HOME).content.decode()
    password = "quite another long password" if ended_by == "password" else PASSWORD
    assert enter(there, cast.stranger, password).url.startswith(STEP)


def test_nobody_sees_or_forgets_another_persons_device(cast, secret):
    client = Client()
    trusting(cast.stranger, secret, IPHONE)
    [device] = trusted(cast.stranger)
    enter(client, cast.ours.owner)
    assert "Safari on iPhone" not in client.get(HOME).content.decode()
    assert client.post(f"/accounts/devices/trusted/{device.pk}/removal/").status_code == 404
    assert client.get(f"/accounts/devices/trusted/{device.pk}/removal/").status_code == 405
    with acting_as(cast.ours.owner.user_id):
        assert TrustedDevice.objects.values("pk").count() == 0
    for entered in (acting_as(cast.stranger.pk), surface(OPERATOR)):
        with entered, pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            TrustedDevice.objects.values_list("token_hash").first()
