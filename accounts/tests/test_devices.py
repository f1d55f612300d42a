"""The devices page: which browsers somebody is signed in with, and ending them."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts.devices import device_name
from accounts.models import ActiveUserSession, UserSession
from accounts.session_store import token_hash
from accounts.tests.test_sign_in import enter, sessions, trail
from tenancy.context import IDENTITY, OPERATOR, acting_as, surface

pytestmark = pytest.mark.django_db

SECURITY, DEVICES, OTHERS = "/accounts/second-factor/", "/accounts/devices/", "/accounts/devices/others/end/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
PIXEL = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"


def browser_of(person, agent, address="127.0.0.1"):
    browser = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    enter(browser, person)
    return browser


def end(device):
    return f"{DEVICES}{device.pk}/end/"


def session_of(browser):
    with surface(IDENTITY):
        return UserSession.objects.get(token_hash=token_hash(browser.cookies["sessionid"].value))


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on iPhone"),
        (EDGE, "Edge on Windows"),
        (PIXEL, "Chrome on Android"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown device"),
        ("something else", "Unknown device"),
    ],
    ids=["firefox", "iphone", "edge", "pixel", "curl", "nothing", "else"],
)
def test_a_browser_is_named_in_plain_words(agent, words):
    assert device_name(agent) == words


def test_each_device_is_listed_and_this_one_is_marked(cast):
    phone = browser_of(cast.stranger, IPHONE, "203.0.113.77")
    page = browser_of(cast.stranger, FIREFOX, "203.0.113.9").get(SECURITY).content.decode()
    assert "Firefox on Windows" in page and "Safari on iPhone" in page
    assert "203.0.113.9" in page and "203.0.113.77" in page
    marked = page[page.index("Firefox on Windows") :]
    assert page.count("This device") == 1 and "This device" in marked[:400]
    assert end(session_of(phone)) in page
    assert page.count("/end/") == 2  # the phone, and all others


def test_a_device_that_is_signed_out_is_out_at_its_next_request(cast):
    here, phone = browser_of(cast.stranger, FIREFOX), browser_of(cast.stranger, IPHONE)
    assert phone.get("/firms/").status_code == 200
    page = here.post(end(session_of(phone)), follow=True).content.decode()
    assert "Safari on iPhone is signed out." in page
    assert phone.get("/firms/").url == "/accounts/login/?next=/firms/"
    assert here.get("/firms/").status_code == 200
    assert trail("sessions_ended")[0].user_id == cast.stranger.pk


def test_all_other_devices_are_signed_out_at_once(cast):
    here = browser_of(cast.stranger, FIREFOX)
    others = [browser_of(cast.stranger, agent) for agent in (IPHONE, EDGE)]
    assert "All other devices are signed out." in here.post(OTHERS, follow=True).content.decode()
    assert [other.get("/firms/").status_code for other in others] == [302, 302]
    assert here.get(SECURITY).content.decode().count("/end/") == 0
    assert "No other device was signed in." in here.post(OTHERS, follow=True).content.decode()
    assert trail("sessions_ended")[0].new_values == {"count": 2}


def test_a_device_can_be_ended_inside_a_firm_too(cast):
    here, phone = browser_of(cast.ours.owner, FIREFOX), browser_of(cast.ours.owner, IPHONE)
    assert phone.get(cast.ours.url("today")).status_code == 200
    here.post(OTHERS)
    assert phone.get(cast.ours.url("today")).status_code == 302


def test_nobody_ends_another_persons_session(cast):
    theirs = browser_of(cast.ours.owner, FIREFOX)
    mine = browser_of(cast.stranger, IPHONE)
    assert mine.post(end(session_of(theirs))).status_code == 404
    mine.post(OTHERS)
    assert theirs.get("/firms/").status_code in (200, 302)
    assert session_of(theirs).revoked_at is None
    assert mine.post(f"{DEVICES}{uuid.uuid4()}/end/").status_code == 404
    assert "Firefox" not in mine.get(SECURITY).content.decode()


def test_devices_are_ended_by_post_alone_and_need_sign_in(client, cast):
    here = browser_of(cast.stranger, FIREFOX)
    assert here.get(OTHERS).status_code == here.get(end(session_of(here))).status_code == 405
    assert client.get(SECURITY).url == f"/accounts/login/?next={SECURITY}"
    assert client.post(OTHERS).status_code == 302


def test_a_session_that_ran_out_or_was_ended_is_not_listed(cast):
    here = browser_of(cast.stranger, FIREFOX)
    for change in ({"expires_at": timezone.now() - timedelta(minutes=1)}, {"revoked_at": timezone.now()}):
        other = session_of(browser_of(cast.stranger, IPHONE))
        with surface(IDENTITY):
            UserSession.objects.filter(pk=other.pk).update(**change)
        assert end(other) not in here.get(SECURITY).content.decode()
    assert len(sessions(cast.stranger)) == 3


def test_the_devices_page_is_linked_from_both_menus(cast, sign_in):
    assert sign_in(cast.stranger).get(DEVICES).url == SECURITY  # where it was before
    assert SECURITY in sign_in(cast.stranger).get("/firms/").content.decode()
    assert SECURITY in sign_in(cast.ours.owner).get(cast.ours.url("today")).content.decode()


def test_operators_see_who_is_signed_in_and_change_nothing(cast, sign_in):
    phone = session_of(browser_of(cast.stranger, IPHONE))
    operator = sign_in(cast.operator)
    page = operator.get("/admin/accounts/activeusersession/").content.decode()
    assert "Safari on iPhone" in page
    address = f"/admin/accounts/activeusersession/{phone.pk}/change/"
    assert operator.get(address).status_code == 200
    assert operator.post(address, {"ip_address": "198.51.100.1"}).status_code == 403
    with surface(OPERATOR):
        assert ActiveUserSession.objects.filter(user=cast.stranger).exists()
    with surface(IDENTITY):
        assert UserSession.objects.get(pk=phone.pk).revoked_at is None


def test_an_operator_can_end_no_session_of_another_and_read_what_is_in_none(cast):
    phone = session_of(browser_of(cast.stranger, IPHONE))
    with surface(OPERATOR), acting_as(cast.operator):
        assert UserSession.objects.filter(pk=phone.pk).update(revoked_at=timezone.now()) == 0
        assert UserSession.objects.filter(pk=phone.pk).values_list("ip_address").count() == 1
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            UserSession.objects.values_list("session_data").first()
