"""Ids can be kept, and none reaches another firm's rows."""

import json
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client
from config.tests.adopting.sets import adopt, counted, inside, refused, write
from organizations.models import Membership, Organization

pytestmark = pytest.mark.django_db


def keep_uuids(folder, client_id):
    member = uuid.uuid4()
    write(folder, "members", "id,email,display_name,role", f"{member},stranger@nowhere.example,Sam,owner")
    write(folder, "clients", "id,name,created_by_id", f"{client_id},Bakery,{str(member).upper()}")
    (folder / "client_contacts.csv").unlink()


def test_ids_can_be_kept(small):
    client_id = uuid.uuid4()
    keep_uuids(small, client_id)
    adopt(small, "--ids", "keep")
    with inside():
        assert Client.objects.get().pk == client_id
        assert Client.objects.get().created_by.display_name == "Sam"
    assert "nothing was added" in adopt(small, "--ids", "keep")
    assert not (small / "id-map.csv").exists()


def test_an_id_that_is_none_cannot_be_kept(small):
    assert "clients.csv, row 2, id: “7” is no UUID" in refused(small, "--ids", "keep")


def test_an_id_of_another_firm_is_refused_without_saying_whose(small, cast):
    keep_uuids(small, cast.theirs.bakery.pk)
    said = refused(small, "--ids", "keep")
    assert "clients.csv, row 2, id: This id is in use already." in said
    assert not any(word in said for word in ("okafor", "Okafor", "Northwind", str(cast.theirs.organization.pk)))


def test_the_id_of_another_firm_itself_is_refused(small, cast):
    keep_uuids(small, uuid.uuid4())
    (small / "organization.json").write_text(json.dumps({"id": str(cast.theirs.organization.pk), "name": "X"}))
    said = refused(small, "--ids", "keep")
    assert "organization.json, id: This id is in use already." in said
    assert "kafor" not in said


def test_another_firms_rows_cannot_be_named(small, cast):
    write(small, "client_contacts", "id,client_id,name,email", f"1,{cast.theirs.bakery.pk},A,a@b.example")
    assert "row 2, client_id: No row of clients has this id." in refused(small)


def test_a_firm_that_is_there_is_not_taken_for_the_adopted_one(small, cast):
    before = counted(cast.ours.organization)
    with pytest.raises(CommandError):
        call_command("adopt_organization", str(small), "--slug", cast.ours.organization.slug, stderr=StringIO())
    assert counted(cast.ours.organization) == before


def test_adding_to_a_firm_leaves_its_rows_and_everybody_elses(small, cast):
    ours, theirs = counted(cast.ours.organization), counted(cast.theirs.organization)
    write(
        small,
        "members",
        "id,email,display_name,role",
        f"1,{cast.ours.member.email},Renamed,viewer",
        "2,x@y.example,X,owner",
    )
    said = StringIO()
    call_command("adopt_organization", str(small), "--slug", cast.ours.organization.slug, "--existing", stdout=said)
    assert counted(cast.theirs.organization) == theirs
    assert counted(cast.ours.organization) == ours | {
        "members": ours["members"] + 1, "clients": ours["clients"] + 2, "client_contacts": ours["client_contacts"] + 1,
    }  # fmt: skip
    with cast.ours.inside():
        assert Membership.objects.get(pk=cast.ours.member.pk).role == "member"
        assert Organization.objects.get().name == "Harcourt & Pell LLP"
