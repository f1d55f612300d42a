"""A firm's data comes in whole, into one firm, and again without adding twice."""

import csv
import json

import pytest

from accounts.models import User
from audit.models import AuditLog
from clients.models import Client, ClientContact, RequestList
from config.tests.adopting.sets import SLUG, adopt, counted, inside, write
from organizations.lookups import organization_by_slug
from organizations.models import Membership, Organization
from tenancy.context import IDENTITY, surface

pytestmark = pytest.mark.django_db


def test_a_small_set_becomes_a_firm(small, cast):
    said = adopt(small)
    assert "clients: 2" in said
    with inside():
        bakery = Client.objects.get(code="BAK")
        assert (bakery.name, bakery.tax_id, bakery.created_by.display_name) == ("Bakery, Ltd", "GB123", "Nia")
        assert ClientContact.objects.get().client == bakery
        assert Organization.objects.get().name == "Adopted & Co"
        assert Membership.objects.get().user_id == cast.stranger.pk
        assert Client.objects.get(code="UNI").created_by is None


def test_the_map_lies_beside_the_data(small):
    adopt(small)
    rows = list(csv.DictReader((small / "id-map.csv").open()))
    with inside():
        ids = {row["source id"]: row["id"] for row in rows if row["table"] == "clients"}
        assert ids == {"7": str(Client.objects.get(code="BAK").pk), "8": str(Client.objects.get(code="UNI").pk)}


def test_a_dry_run_writes_nothing(small):
    with surface(IDENTITY):
        accounts = User.objects.count()
    said = adopt(small, "--dry-run")
    assert "clients: 2" in said
    assert "Invited: new@there.example" in said
    assert organization_by_slug(SLUG) is None
    assert not (small / "id-map.csv").exists()
    with surface(IDENTITY):
        assert User.objects.count() == accounts


def test_a_second_run_adds_nothing(small):
    adopt(small)
    firm = organization_by_slug(SLUG)
    before = counted(firm)
    with inside():
        lines = AuditLog.objects.count()
    assert "nothing was added" in adopt(small)
    assert counted(firm) == before
    with inside():
        assert AuditLog.objects.count() == lines


def test_a_later_set_adds_to_the_same_rows(small):
    adopt(small)
    (small / "clients.csv").unlink()
    write(small, "client_contacts", "id,client_id,name,email", "7,7,Ana,ana@there.example", "9,8,Bo,bo@there.example")
    adopt(small)
    with inside():
        assert ClientContact.objects.get(name="Bo").client.code == "UNI"


def test_a_list_that_a_later_set_added_to_goes_on_counting_after_it(small, cast):
    write(small, "request_lists", "id,client_id,title", "1,7,Year end")
    write(small, "requests", "id,request_list_id,number,title", "1,1,1,Ledger")
    adopt(small)
    (small / "request_lists.csv").unlink()
    write(small, "requests", "id,request_list_id,number,title", "1,1,1,Ledger", "2,1,2,Payroll")
    adopt(small)
    with inside(cast.stranger):
        assert list(RequestList.objects.get().next_numbers(1)) == [3]
    adopt(small)
    with inside():
        assert RequestList.objects.get().last_number == 3


def test_every_row_is_in_the_audit_trail_with_its_reason(small, cast):
    adopt(small, "--reason", "Moved from the old system")
    with inside():
        lines = AuditLog.objects.filter(resource_type="clients", action="insert")
        assert {(line.user_id, line.context["reason"]) for line in lines} == {
            (cast.stranger.pk, "Moved from the old system")
        }
        assert AuditLog.objects.get(action="adopt").new_values["tables"]["clients"] == 2


def test_formula_text_is_text(small):
    write(small, "clients", "id,name,code", "7,=1+1,-1", "8,@SUM(A1),+2")
    adopt(small)
    with inside():
        assert sorted(Client.objects.values_list("name", "code")) == [("=1+1", "-1"), ("@SUM(A1)", "+2")]


def test_a_cell_may_hold_any_line_break(small):
    (small / "clients.csv").write_bytes('id,name,notes\r\n7,A B,"one\ntwo\u2028\u0085"\r\n'.encode())
    adopt(small)
    with inside():
        assert Client.objects.values_list("name", "notes").get() == ("A B", "one\ntwo\u2028\u0085")


def test_json_is_read_too(small):
    (small / "clients.csv").unlink()
    rows = [{"id": 7, "name": "Bakery", "address": {"city": "Hull"}, "archived_at": None}]
    (small / "clients.json").write_text(json.dumps(rows))
    adopt(small)
    with inside():
        assert Client.objects.get().address == {"city": "Hull"}
