"""The list of clients: who sees it, search, filters, paging."""

import csv
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from clients.client_search import matching
from clients.models import Client
from tests.cast import ROLES

pytestmark = pytest.mark.django_db
SAMPLE = Path(settings.BASE_DIR).parent / "shared" / "data" / "clients-sp500.csv"
FORM = {
    "name": "Bluewater Marine",
    "code": "BMS",
    "type": "company",
    "status": "active",
    "access": "firm",
    "year_end": "06-30",
}


def add(firm, *names, **fields):
    with firm.inside():
        return [Client.objects.create(name=name, **fields) for name in names]


def page(browser, firm, **params):
    return browser.get(firm.url("client_list"), params).content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_who_may_see_and_who_may_change(cast, sign_in, role):
    browser = sign_in(cast.ours.members[role])
    sees, changes = role != "billing", role in ("owner", "admin", "member")
    for name, kwargs in (("client_list", {}), ("client_detail", {"client_id": cast.ours.bakery.pk})):
        assert browser.get(cast.ours.url(name, **kwargs)).status_code == (200 if sees else 403)
    assert browser.post(cast.ours.url("client_create"), FORM).status_code == (302 if changes else 403)
    archiving = cast.ours.url("client_archiving", client_id=cast.ours.bakery.pk)
    assert browser.post(archiving).status_code == (302 if changes else 403)


def test_a_row_archives_its_client_and_sends_its_main_contact_the_portal_link(cast, sign_in):
    listed = page(sign_in(cast.ours.member), cast.ours)
    assert cast.ours.url("portal_invitation_send", contact_id=cast.ours.ana.pk) in listed
    assert cast.ours.url("client_archiving", client_id=cast.ours.bakery.pk) in listed
    plain = page(sign_in(cast.ours.viewer), cast.ours)
    assert "Send portal link" not in plain and "Archive</button>" not in plain


def test_the_list_is_searched_by_beginnings_of_words(cast, sign_in):
    add(cast.ours, "Bluewater Marine", "Café Zoë", code="")
    browser = sign_in(cast.ours.member)
    assert "Bluewater Marine" in page(browser, cast.ours, q="mari")
    assert "Café Zoë" in page(browser, cast.ours, q="zo")
    assert "Bluewater Marine" not in page(browser, cast.ours, q="north")
    empty = page(browser, cast.ours, q="zzz & co")
    assert "No client matches" in empty and "Add “zzz &amp; co” as a client" in empty
    assert f"{cast.ours.url('client_create')}?name=zzz%20%26%20co" in empty
    assert "as a client" not in page(sign_in(cast.ours.viewer), cast.ours, q="zzz")
    for hostile in ("'", "!", "a & | b", "\0", ":*", "%", "x" * 5000):
        assert browser.get(cast.ours.url("client_list"), {"q": hostile}).status_code == 200


def test_filters_hold_what_they_say(cast, sign_in):
    add(cast.ours, "Kestrel", type="charity", status="onboarding")
    browser = sign_in(cast.ours.member)
    assert "Kestrel" in page(browser, cast.ours, type="charity", status="onboarding")
    assert "Northwind" not in page(browser, cast.ours, type="charity")
    assert "Kestrel" not in page(browser, cast.ours, lead="me")
    assert "Northwind" in page(browser, cast.ours, status="no such", type="no such")


@pytest.mark.parametrize("order", ["name", "-name", "code", "-code", "newest", "-newest"])
def test_paging_shows_every_client_once_in_either_direction(cast, sign_in, order):
    add(cast.ours, *(f"Client {number % 40:03d}" for number in range(120)))
    browser, seen, address = sign_in(cast.ours.member), [], f"?o={order}"
    forward = []
    while address:
        response = browser.get(cast.ours.url("client_list") + address)
        forward.append([row["client"].pk for row in response.context["rows"]])
        seen += forward[-1]
        last, address = response, response.context["page"].next
    assert len(seen) == len(set(seen)) == 121
    back = browser.get(cast.ours.url("client_list") + last.context["page"].previous)
    assert [row["client"].pk for row in back.context["rows"]] == forward[-2]


@pytest.mark.parametrize("cursor", ["x", "e30", "WyJhIl0", "WyJhIiwiYiJd", "%00", "W10"])
def test_a_cursor_somebody_made_up_shows_the_first_page(cast, sign_in, cursor):
    browser = sign_in(cast.ours.member)
    for name in ("after", "before"):
        assert browser.get(cast.ours.url("client_list"), {name: cursor}).status_code == 200


def test_the_list_asks_as_many_questions_for_fifty_clients_as_for_one(cast, sign_in):
    browser = sign_in(cast.ours.member)
    page(browser, cast.ours)
    with CaptureQueriesContext(connection) as few:
        page(browser, cast.ours)
    add(cast.ours, *(f"Client {number}" for number in range(49)))
    with CaptureQueriesContext(connection) as many:
        page(browser, cast.ours)
    assert len(many) == len(few)


def test_archiving_hides_and_bringing_back_shows(cast, sign_in):
    browser, link = sign_in(cast.ours.member), cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)
    browser.post(cast.ours.url("client_archiving", client_id=cast.ours.bakery.pk))
    assert link not in page(browser, cast.ours)
    assert link in page(browser, cast.ours, status="archived")
    browser.post(cast.ours.url("client_unarchiving", client_id=cast.ours.bakery.pk))
    assert link in page(browser, cast.ours)


@pytest.mark.parametrize(
    "name", ["J.B. Hunt", "Smith/Jones Ltd", "Amazon.com", "AT&T", "Moody's", "C.H. Robinson", "Zoë–Café", "a_b@c.de"]
)
def test_a_name_with_signs_in_it_is_found_as_it_is_written_and_without_them(cast, sign_in, name):
    add(cast.ours, name)
    browser = sign_in(cast.ours.member)
    for asked in (name, name.upper(), re.sub(r"[\W_]", " ", name), name[:3]):
        assert escape(name) in page(browser, cast.ours, q=asked), asked


@pytest.mark.skipif(not SAMPLE.exists(), reason="the folder with real inputs is not beside this checkout")
def test_every_real_company_is_found_by_its_full_name(cast, sign_in):
    with SAMPLE.open(encoding="utf-8") as file:
        names = [row["Security"] for row in csv.DictReader(file)]
    add(cast.ours, *names)
    assert escape("J.B. Hunt") in page(sign_in(cast.ours.member), cast.ours, q="J.B. Hunt")
    with cast.ours.inside():
        lost = [name for name in names if not matching(Client.objects.all(), name).filter(name=name).exists()]
    assert lost == []


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true", "HX-Request-Type": "full"},
        {"HX-Request": "true", "HX-History-Restore-Request": "true", "HX-Request-Type": "full"},
    ],
)
def test_walking_back_in_the_history_draws_the_whole_list(cast, sign_in, headers):
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_list")
    assert "<html" in browser.get(url, headers=headers).content.decode()
    part = browser.get(url, headers={"HX-Request": "true", "HX-Request-Type": "partial"}).content.decode()
    assert "<html" not in part
    assert "Northwind" in part
    assert "1 client</hx-partial>" in part
    assert "hx-partial" not in browser.get(url).content.decode()


@pytest.mark.parametrize("what", ["list", "client"])
def test_what_is_closed_or_archived_waits_on_nobody(cast, sign_in, what):
    browser = sign_in(cast.ours.member)
    assert "1 of 4" in page(browser, cast.ours)
    if what == "list":
        browser.post(cast.ours.url("request_list_closing", list_id=cast.ours.request_list.pk))
    else:
        browser.post(cast.ours.url("client_archiving", client_id=cast.ours.bakery.pk))
    assert "Nothing open" in page(browser, cast.ours, status="all")
    detail = browser.get(cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)).content.decode()
    assert "Nothing is asked of this client" in detail
