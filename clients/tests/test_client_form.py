"""Adding and changing a client: what is refused, what is kept, and two people at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.forms.row_form import RowForm
from clients.models import Client, ClientAssignment

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Bluewater Marine",
    "code": "BMS",
    "type": "company",
    "status": "active",
    "access": "firm",
    "year_end": "06-30",
}
CONTACT = {"name": "Jonas Keller", "email": "Jonas@Bakery.example", "portal_access": "on"}
DECEIVING = ["two\nlines", "fdp\u202etxt", "bell\x07", "para\u2029graph"]


def add(firm, *names, **fields):
    with firm.inside():
        return [Client.objects.create(name=name, **fields) for name in names]


def seen_in(browser, url):
    return browser.get(url).context["form"].initial["seen"]


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


def test_a_client_is_made_once_however_often_the_form_is_sent(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_create")
    form = {**FORM, "key": browser.get(url).context["form"].initial["key"]}
    first, second = browser.post(url, form), browser.post(url, form)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    with cast.ours.inside():
        assert Client.objects.filter(name="Bluewater Marine").count() == 1


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


def test_a_stored_tax_number_can_be_removed(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_update", client_id=cast.ours.bakery.pk)
    assert "Remove the stored tax number" in browser.get(url).content.decode()
    browser.post(url, {**FORM, "code": "NWB", "seen": seen_in(browser, url), "no_tax_id": "on"})
    with cast.ours.inside():
        assert Client.objects.get(pk=cast.ours.bakery.pk).tax_id == ""


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
