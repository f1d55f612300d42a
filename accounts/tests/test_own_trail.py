"""What a person reads of their own sign-ins, failures and changes."""

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.tests.test_devices import FIREFOX, IPHONE
from accounts.tests.test_sign_in import enter
from audit.log import record_platform
from tenancy.context import IDENTITY, audited, surface
from tests.cast import signed_in

pytestmark = pytest.mark.django_db
TRAIL, SECURITY = "/accounts/second-factor/history/", "/accounts/second-factor/"


def lines(person, how_many):
    """Sign-ins, oldest first."""
    for number in range(how_many):
        with surface(IDENTITY), audited(ip=f"203.0.113.{number}"):
            record_platform("login", "users", person.pk, by=person.pk)


def shown(browser, address):
    return browser.get(address).content.decode()


def test_sign_ins_and_failures_are_shown_with_place_and_device(cast):
    stranger = Client(headers={"User-Agent": IPHONE}, REMOTE_ADDR="198.51.100.7")
    enter(stranger, cast.stranger, "a guess")
    here = Client(headers={"User-Agent": FIREFOX}, REMOTE_ADDR="203.0.113.9")
    enter(here, cast.stranger)
    for address in (SECURITY, TRAIL, f"{TRAIL}?only=failures"):
        page = shown(here, address)
        assert "Wrong password" in page and "198.51.100.7" in page and "Safari on iPhone" in page
    assert "203.0.113.9" not in page and "a guess" not in page
    assert "Wrong password" not in shown(here, f"{TRAIL}?only=sign-ins")


def test_nobody_reads_of_another_persons(cast):
    enter(Client(REMOTE_ADDR="198.51.100.7"), cast.ours.owner, "a guess")
    enter(Client(REMOTE_ADDR="198.51.100.7"), cast.ours.owner)
    page = shown(signed_in(cast.stranger), TRAIL)
    assert "198.51.100.7" not in page
    assert "Nothing of this kind has happened." in shown(signed_in(cast.theirs.owner), f"{TRAIL}?only=failures")


def test_every_line_is_reached_page_by_page_and_back(cast):
    lines(cast.stranger, 120)
    browser, address, seen = signed_in(cast.stranger), TRAIL, []
    for _ in range(3):
        response = browser.get(address)
        seen.append([event.address for event in response.context["page"].rows])
        address = response.context["older"]
    assert [len(page) for page in seen[:2]] == [50, 50] and address == ""
    places = [place for page in seen for place in page if place.startswith("203.0.113.")]
    assert places == [f"203.0.113.{n}" for n in reversed(range(120))]
    back = browser.get(browser.get(response.context["newer"]).context["newer"])
    assert [event.address for event in back.context["page"].rows] == seen[0] and back.context["newer"] == ""


@pytest.mark.parametrize(
    "query", ["before=x", "after=%00", "only=none", f"before={UUID(int=0)}", f"after={UUID(int=0)}"]
)
def test_an_odd_address_is_no_error(cast, query):
    lines(cast.stranger, 2)
    assert signed_in(cast.stranger).get(f"{TRAIL}?{query}").status_code == 200


def test_many_lines_cost_no_more_questions_than_one(cast):
    browser = signed_in(cast.stranger)
    browser.get(TRAIL)
    with CaptureQueriesContext(connection) as few:
        browser.get(TRAIL)
    lines(cast.stranger, 60)
    with CaptureQueriesContext(connection) as many:
        browser.get(TRAIL)
    assert len(many) <= len(few)
