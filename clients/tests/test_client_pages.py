"""The list of clients, their page, and changing them."""

import csv
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from clients.client_search import matching
from clients.forms.row_form import RowForm
from clients.models import Client, ClientAssignment, ClientContact, ClientGrant, InformationRequest
from organizations.models import Membership
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


def test_the_list_is_searched_by_beginnings_of_words(cast, sign_in):
    add(cast.ours, "Bluewater Marine", "Café Zoë", code="")
    browser = sign_in(cast.ours.member)
    assert "Bluewater Marine" in page(browser, cast.ours, q="mari")
    assert "Café Zoë" in page(browser, cast.ours, q="zo")
    assert "Bluewater Marine" not in page(browser, cast.ours, q="north")
    assert "No client matches" in page(browser, cast.ours, q="zzz")
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


def test_adding_a_client_with_lead_and_staff(cast, sign_in):
    browser = sign_in(cast.ours.member)
    form = {**FORM, "lead": cast.ours.admin.pk, "staff": [cast.ours.viewer.pk], "tax_id": "GB987654321", "city": "Hull"}
    response = browser.post(cast.ours.url("client_create"), form)
    shown = browser.get(response.url).content.decode()
    assert "Admin Harcourt" in shown
    assert "4321" in shown
    assert "GB987654321" not in shown
    with cast.ours.inside():
        client = Client.objects.get(name="Bluewater Marine")
        assert client.created_by_id == cast.ours.member.pk
        assert ClientAssignment.objects.filter(client=client, is_lead=True).get().member_id == cast.ours.admin.pk
        assert ClientAssignment.objects.filter(client=client).count() == 2


def test_the_tax_number_is_not_readable_in_the_table(cast):
    with cast.ours.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT tax_id FROM clients WHERE id = %s", [cast.ours.bakery.pk])
        assert "GB123456789" not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "This field is required"),
        ("name", "x" * 10_000_000, "at most 200 characters"),
        ("name", "nul\0", "Null characters"),
        ("code", "nwb", "Another client has this code"),
        ("type", "galaxy", "Select a valid choice"),
        ("website", "not a site", "Enter a valid URL"),
        ("year_end", "05/06", "Write month and day"),
        ("year_end", "02-30", "Write month and day"),
        ("year_end", "W01-1", "Write month and day"),
        ("lead", "00000000-0000-0000-0000-000000000000", "Select a valid choice"),
        ("lead", "not an id", "Select a valid choice"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_the_field(cast, sign_in, field, value, sentence):
    response = sign_in(cast.ours.member).post(cast.ours.url("client_create"), {**FORM, field: value})
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_another_firms_member_cannot_lead(cast, sign_in):
    response = sign_in(cast.ours.member).post(cast.ours.url("client_create"), {**FORM, "lead": cast.theirs.member.pk})
    assert response.status_code == 422


def test_a_code_taken_in_another_firm_is_free_here(cast, sign_in):
    add(cast.theirs, "Bluewater", code="BMS")
    assert sign_in(cast.ours.member).post(cast.ours.url("client_create"), FORM).status_code == 302


def test_a_stale_form_loses_nothing_and_overwrites_nothing_unasked(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_update", client_id=cast.ours.bakery.pk)
    seen = browser.get(url).context["form"].initial["seen"]
    with cast.ours.inside():
        Client.objects.filter(pk=cast.ours.bakery.pk).update(industry="Bread")
    response = browser.post(url, {**FORM, "code": "NWB", "seen": seen})
    assert response.status_code == 409
    assert "Bluewater Marine" in response.content.decode()
    again = browser.post(url, {**FORM, "code": "NWB", "seen": response.context["form"]["seen"].value()})
    assert again.status_code == 302


def test_leaving_the_tax_number_empty_keeps_it(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_update", client_id=cast.ours.bakery.pk)
    seen = browser.get(url).context["form"].initial["seen"]
    browser.post(url, {**FORM, "code": "NWB", "seen": seen})
    with cast.ours.inside():
        assert Client.objects.get(pk=cast.ours.bakery.pk).tax_id == "GB123456789"


def test_archiving_hides_and_bringing_back_shows(cast, sign_in):
    browser, link = sign_in(cast.ours.member), cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)
    browser.post(cast.ours.url("client_archiving", client_id=cast.ours.bakery.pk))
    assert link not in page(browser, cast.ours)
    assert link in page(browser, cast.ours, status="archived")
    browser.post(cast.ours.url("client_unarchiving", client_id=cast.ours.bakery.pk))
    assert link in page(browser, cast.ours)


def test_a_restricted_client_exists_for_granted_staff_only(cast, sign_in):
    with cast.ours.inside():
        Client.objects.filter(pk=cast.ours.bakery.pk).update(access="assigned")
    detail = cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)
    listing = cast.ours.url("request_list_detail", list_id=cast.ours.request_list.pk)
    for role, status in (("owner", 200), ("member", 200), ("viewer", 404)):
        assert sign_in(cast.ours.members[role]).get(detail).status_code == status
        assert sign_in(cast.ours.members[role]).get(listing).status_code == status
    assert "Northwind" not in page(sign_in(cast.ours.viewer), cast.ours)


def test_taking_somebody_off_a_restricted_client_ends_their_view(cast, sign_in):
    browser, url = sign_in(cast.ours.owner), cast.ours.url("client_update", client_id=cast.ours.bakery.pk)
    seen = browser.get(url).context["form"].initial["seen"]
    browser.post(url, {**FORM, "access": "assigned", "staff": [cast.ours.viewer.pk], "seen": seen})
    with cast.ours.inside():
        assert [grant.user_id for grant in ClientGrant.objects.all()] == [cast.ours.viewer.pk]
    detail = cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)
    assert sign_in(cast.ours.viewer).get(detail).status_code == 200
    assert sign_in(cast.ours.member).get(detail).status_code == 404


CONTACT = {"name": "Jonas Keller", "email": "Jonas@Bakery.example", "portal_access": "on"}


def test_contacts_are_added_changed_and_removed(cast, sign_in):
    browser = sign_in(cast.ours.member)
    browser.post(cast.ours.url("contact_create", client_id=cast.ours.bakery.pk), CONTACT)
    with cast.ours.inside():
        jonas = ClientContact.objects.get(email="jonas@bakery.example")
    url = cast.ours.url("contact_update", contact_id=jonas.pk)
    browser.post(url, {**CONTACT, "title": "Payroll", "seen": seen_in(browser, url)})
    shown = browser.get(cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)).content.decode()
    assert "Payroll" in shown
    removal = cast.ours.url("contact_removal", contact_id=jonas.pk)
    assert "No open request is asked of Jonas Keller alone" in browser.get(removal).content.decode()
    assert "Jonas Keller removed. Their portal is closed." in browser.post(removal, follow=True).content.decode()
    with cast.ours.inside():
        gone = ClientContact.with_deleted.get(pk=jonas.pk)
        assert (gone.deleted_at is not None, gone.portal_access) == (True, False)


@pytest.mark.parametrize("successor", ["jonas", "anyone"])
def test_the_open_requests_of_a_removed_contact_go_to_somebody(cast, sign_in, successor):
    browser = sign_in(cast.ours.member)
    with cast.ours.inside():
        jonas = ClientContact.objects.create(client=cast.ours.bakery, name="Jonas Keller", email="jonas@b.example")
        InformationRequest.objects.update(contact=cast.ours.ana)
    removal = cast.ours.url("contact_removal", contact_id=cast.ours.ana.pk)
    asked = browser.get(removal).content.decode()
    assert "4 open requests are asked of Ana Ruiz alone" in asked
    assert "The pending request" in asked
    assert "The accepted request" not in asked
    assert "Choose who answers" in browser.post(removal).content.decode()
    with cast.ours.inside():
        assert ClientContact.objects.filter(pk=cast.ours.ana.pk).exists()
    to = {"jonas": str(jonas.pk), "anyone": "anyone"}[successor]
    said = browser.post(removal, {"requests_to": to}, follow=True).content.decode()
    assert f"4 open requests go to {'Jonas Keller' if successor == 'jonas' else 'anyone at the client'}" in said
    with cast.ours.inside():
        pending = InformationRequest.objects.get(pk=cast.ours.pending.pk)
        assert (pending.contact, pending.version) == (jonas if successor == "jonas" else None, 2)
        assert InformationRequest.objects.get(pk=cast.ours.accepted.pk).contact_id == cast.ours.ana.pk


def test_one_address_is_one_contact_of_a_client(cast, sign_in):
    url = cast.ours.url("contact_create", client_id=cast.ours.bakery.pk)
    response = sign_in(cast.ours.member).post(url, {**CONTACT, "email": cast.ours.ana.email.upper()})
    assert response.status_code == 422
    assert "has a contact with this address" in response.content.decode()


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


def seen_in(browser, url):
    return browser.get(url).context["form"].initial["seen"]


def test_a_client_is_made_once_however_often_the_form_is_sent(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_create")
    form = {**FORM, "key": browser.get(url).context["form"].initial["key"]}
    first, second = browser.post(url, form), browser.post(url, form)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    with cast.ours.inside():
        assert Client.objects.filter(name="Bluewater Marine").count() == 1


def test_a_contact_is_made_once_however_often_the_form_is_sent(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("contact_create", client_id=cast.ours.bakery.pk)
    form = {**CONTACT, "key": browser.get(url).context["form"].initial["key"]}
    assert browser.post(url, form).url == browser.post(url, form).url
    with cast.ours.inside():
        assert ClientContact.objects.filter(name="Jonas Keller").count() == 1


@pytest.mark.parametrize("kind", ["client", "contact"])
def test_what_somebody_else_took_at_the_same_moment_is_said_in_the_form(cast, sign_in, monkeypatch, kind):
    monkeypatch.setattr(RowForm, "validate_constraints", lambda form: None)  # as if the check came before their row
    browser = sign_in(cast.ours.member)
    if kind == "client":
        response = browser.post(cast.ours.url("client_create"), {**FORM, "code": "NWB"})
        sentence = "Another client has this code"
    else:
        taken = {**CONTACT, "email": cast.ours.ana.email}
        response = browser.post(cast.ours.url("contact_create", client_id=cast.ours.bakery.pk), taken)
        sentence = "has a contact with this address"
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_two_presses_at_the_same_moment_lead_to_one_row(cast, sign_in, monkeypatch):
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_create")
    form = {**FORM, "key": browser.get(url).context["form"].initial["key"]}
    first = browser.post(url, form)
    before, looked = RowForm.made_before, []
    monkeypatch.setattr(RowForm, "validate_constraints", lambda form: None)
    monkeypatch.setattr(RowForm, "made_before", lambda form, rows: before(form, rows) if looked else looked.append(1))
    assert browser.post(url, form).url == first.url


def test_a_stale_contact_is_not_overwritten_unasked(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("contact_update", contact_id=cast.ours.ana.pk)
    seen = seen_in(browser, url)
    with cast.ours.inside():
        ClientContact.objects.filter(pk=cast.ours.ana.pk).update(phone="0123")
    response = browser.post(url, {**CONTACT, "seen": seen})
    assert response.status_code == 409
    assert "Somebody changed this contact" in response.content.decode()
    again = {**CONTACT, "seen": response.context["form"]["seen"].value()}
    assert browser.post(url, again).status_code == 302


def test_a_contact_who_visits_the_portal_does_not_make_their_form_stale(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("contact_update", contact_id=cast.ours.ana.pk)
    seen = seen_in(browser, url)
    with cast.ours.inside():
        ClientContact.objects.filter(pk=cast.ours.ana.pk).update(last_seen_at=timezone.now())
    assert browser.post(url, {**CONTACT, "seen": seen}).status_code == 302


def test_a_change_of_staff_makes_a_form_of_the_client_stale(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_update", client_id=cast.ours.bakery.pk)
    seen = seen_in(browser, url)
    with cast.ours.inside():
        ClientAssignment.objects.create(client=cast.ours.bakery, member=cast.ours.viewer)
    assert browser.post(url, {**FORM, "code": "NWB", "seen": seen}).status_code == 409


@pytest.mark.parametrize("name", ["client_update", "contact_update", "request_list_update"])
def test_of_two_people_saving_at_once_the_second_waits(cast, sign_in, name):
    row = {
        "client_update": {"client_id": cast.ours.bakery.pk},
        "contact_update": {"contact_id": cast.ours.ana.pk},
        "request_list_update": {"list_id": cast.ours.request_list.pk},
    }
    with CaptureQueriesContext(connection) as queries:
        sign_in(cast.ours.member).post(cast.ours.url(name, **row[name]), FORM)
    assert any("FOR UPDATE" in query["sql"] for query in queries)


def test_whoever_restricts_a_client_keeps_seeing_it(cast, sign_in):
    with cast.ours.inside():
        ClientAssignment.objects.all().delete()
        ClientGrant.objects.all().delete()
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_update", client_id=cast.ours.bakery.pk)
    form = {**FORM, "access": "assigned", "staff": [cast.ours.viewer.pk], "seen": seen_in(browser, url)}
    assert browser.post(url, form, follow=True).status_code == 200
    with cast.ours.inside():
        assert {grant.user_id for grant in ClientGrant.objects.all()} == {cast.ours.member.pk, cast.ours.viewer.pk}


def test_a_suspended_lead_stays_until_another_is_chosen(cast, sign_in):
    with cast.ours.inside(cast.ours.owner):
        Membership.objects.filter(pk=cast.ours.member.pk).update(status="suspended")
    browser, url = sign_in(cast.ours.owner), cast.ours.url("client_update", client_id=cast.ours.bakery.pk)
    page = browser.get(url)
    assert "(suspended)" in page.content.decode()
    initial = page.context["form"].initial
    browser.post(url, {**FORM, "lead": initial["lead"], "staff": initial["staff"], "seen": initial["seen"]})
    with cast.ours.inside():
        assert ClientAssignment.objects.get(client=cast.ours.bakery, is_lead=True).member_id == cast.ours.member.pk


def test_a_stored_tax_number_can_be_removed(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_update", client_id=cast.ours.bakery.pk)
    assert "Remove the stored tax number" in browser.get(url).content.decode()
    browser.post(url, {**FORM, "code": "NWB", "seen": seen_in(browser, url), "no_tax_id": "on"})
    with cast.ours.inside():
        assert Client.objects.get(pk=cast.ours.bakery.pk).tax_id == ""


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


def test_without_the_right_to_requests_a_client_page_tells_of_none(cast, sign_in):
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.member.pk).update(permissions={"view_requests": False})
    browser = sign_in(cast.ours.member)
    shown = browser.get(cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)).content.decode()
    assert "Ana Ruiz" in shown
    for secret in ("Year-end audit requests", "The submitted request", "PBC-003", "Whose turn"):
        assert secret not in shown
    assert "1 of 4" not in page(browser, cast.ours)
    with cast.ours.inside():
        InformationRequest.objects.update(contact=cast.ours.ana)
    removal = browser.get(cast.ours.url("contact_removal", contact_id=cast.ours.ana.pk)).content.decode()
    assert "4 open requests" in removal
    assert "The pending request" not in removal


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


DECEIVING = ["two\nlines", "fdp\u202etxt", "bell\x07", "para\u2029graph"]


@pytest.mark.parametrize("text", DECEIVING, ids=["newline", "direction", "control", "paragraph"])
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("client_create", ["name", "code", "industry", "city"]),
        ("contact_create", ["name", "title"]),
        ("request_list_create", ["title", "period"]),
        ("request_create", ["title", "category"]),
    ],
)
def test_names_and_titles_hold_no_hidden_characters(cast, sign_in, name, fields, text):
    row = {
        "contact_create": {"client_id": cast.ours.bakery.pk},
        "request_create": {"list_id": cast.ours.request_list.pk},
    }
    response = sign_in(cast.ours.member).post(cast.ours.url(name, **row.get(name, {})), dict.fromkeys(fields, text))
    assert response.status_code == 422
    for field in fields:
        assert any("hidden characters" in error for error in response.context["form"].errors[field])
