"""A firm's data comes in whole, into one firm, or not at all, and every no names file, row and field."""

import csv
import json
import uuid
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import User
from audit.models import AuditLog
from clients.models import Client, ClientContact, DocumentVersion, InformationRequest, RequestList
from config.adopting.tables import FILE, NAMES, TABLES
from config.demo.builder import build_firm
from config.demo.firms import OKAFOR
from organizations.invitations import accept
from organizations.lookups import my_invitations, organization_by_slug
from organizations.models import Invitation, Membership, Organization
from tenancy.context import IDENTITY, acting_as, surface, tenant
from tenancy.expected import tenant_models
from tests.cast import PDF
from workspaces.models import Task

pytestmark = pytest.mark.django_db
SLUG = "adopted-firm"


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    monkeypatch.setattr(default_storage, "_location", str(tmp_path / "store"), raising=False)
    monkeypatch.setattr(default_storage, "location", str(tmp_path / "store"), raising=False)


@pytest.fixture
def small(tmp_path, cast):
    """Two tables, and the people they need; the owner has an account, the other member has none."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "organization.json").write_text(json.dumps({"id": str(uuid.uuid4()), "name": "Adopted & Co"}))
    write(
        folder,
        "members",
        "id,email,display_name,role",
        f"1,{cast.stranger.email},Sam,owner",
        "2,new@there.example,Nia,admin",
    )
    write(folder, "clients", "id,name,code,tax_id,created_by_id", '7,"Bakery, Ltd",BAK,GB123,2', "8,Ünïcode,UNI,,")
    write(folder, "client_contacts", "id,client_id,name,email", "7,7,Ana,ana@there.example")
    return folder


def write(folder, name, *lines):
    (folder / f"{name}.csv").write_text("\n".join([*lines, ""]))


def adopt(folder, *options):
    said = StringIO()
    call_command("adopt_organization", str(folder), "--slug", SLUG, *options, stdout=said, stderr=said)
    return said.getvalue()


def refused(folder, *options):
    """What it says where it refuses; and nothing was written."""
    said = StringIO()
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("adopt_organization", str(folder), "--slug", SLUG, *options, stdout=said, stderr=said)
    assert organization_by_slug(SLUG) is None
    assert stored() == []
    return said.getvalue()


def inside(user=None):
    return tenant(organization_by_slug(SLUG), user=user)


def stored():
    return [path for path in Path(default_storage.location).rglob("*") if path.is_file()]


def counted(firm):
    with tenant(firm):
        return {table.name: table.model._base_manager.count() for table in TABLES}


# --- a small set --------------------------------------------------------------------------------------------------


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


# --- people -------------------------------------------------------------------------------------------------------


def test_nobody_gets_in_by_being_listed(small):
    adopt(small)
    with inside():
        nia = Membership.with_deleted.get(display_name="Nia")
        assert nia.deleted_at is not None
        assert list(Invitation.objects.pending().values_list("email", "role")) == [("new@there.example", "admin")]
    with surface(IDENTITY):
        account = User.objects.get(email="new@there.example")
        assert not User.objects.only("password").get(pk=account.pk).has_usable_password()


def test_whoever_accepts_gets_the_membership_of_the_set(small):
    adopt(small)
    with surface(IDENTITY):
        account = User.objects.get(email="new@there.example")
        EmailAddress.objects.filter(user=account).update(verified=True)
    with acting_as(account):
        [offer] = my_invitations()
    member = accept(offer, by=account)
    with inside(account):
        assert Client.objects.get(code="BAK").created_by == member
    adopt(small)
    with inside(account):
        assert Membership.objects.get(user=account.pk).pk == member.pk
        assert not Invitation.objects.pending().exists()


def test_an_address_that_nobody_confirmed_is_invited_only(small, cast):
    with surface(IDENTITY):
        User.objects.create_user("new@there.example", "a-squatters-password", full_name="Squatter")
    adopt(small)
    with inside():
        assert Membership.objects.get().user_id == cast.stranger.pk


def test_passwords_are_refused(small):
    write(small, "members", "id,email,display_name,role,password", "1,a@there.example,A,owner,argon2")
    assert "members.csv, password: Passwords and other secrets are never taken over" in refused(small)


def test_a_firm_needs_an_owner(small):
    write(small, "members", "id,email,display_name,role", "2,a@there.example,A,admin")
    assert "needs a member with the role owner" in refused(small)


# --- what is wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "lines", "says"),
    [
        ("clients", ["id,code", "7,A"], "clients.csv, name: This column is missing."),
        ("clients", ["id,name,nmae", "7,A,B"], "clients.csv, nmae: The table has no such column. Did you mean name?"),
        ("clients", ["id,name,name", "7,A,B"], "clients.csv, row 1, name: Two columns have this heading."),
        ("clients", ["id,name", "7"], "clients.csv, row 2: 1 cells stand under 2 headings."),
        ("clients", ["id,name", "7,A", "7,B"], "clients.csv, row 3, id: Another row has the id “7” already."),
        ("clients", ["id,name", ",A"], "clients.csv, row 2, id: The row has no id."),
        ("clients", ["id,name", "7,"], "clients.csv, row 2, name: This must not be empty."),
        ("clients", ["id,name,type", "7,A,heap"], "clients.csv, row 2, type: Value 'heap' is not a valid choice."),
        ("clients", ["id,name", f"7,{'x' * 201}"], "clients.csv, row 2, name: Ensure this value has at most 200"),
        ("clients", ["id,name,address", "7,A,{"], "clients.csv, row 2, address: This cannot be read as JSON"),
        ("clients", ["id,name,created_at", "7,A,2026-01-01 10:00"], "row 2, created_at: “2026-01-01 10:00” does not say"),
        ("clients", ["id,name,status", "7,A,active", "8,B,archived"], "row 3: The row breaks the rule clients_archived_at"),
        ("clients", ["id,name,code", "7,A,X", "8,B,x"], "clients.csv, row 3: Another client has this code."),
        ("clients", ["id,name,created_by_id", "7,A,99"], "row 2, created_by_id: No row of members has this id."),
        ("clients", ['id,name', '7,"A', 'B'], "This line cannot be read as CSV"),
        ("client_contacts", ["id,client_id,name,email", "1,70,A,a@b.example"], "row 2, client_id: No row of clients has this id."),
        ("client_contacts", ["id,client_id,name,email,is_primary", "1,7,A,a@b.example,maybe"], "“maybe” is neither true nor false"),
        ("client_contacts", ["id,client_id,name,email", "1,7,A,nonsense"], "row 2, email: Enter a valid email address."),
        ("client_contacts", ["id,client_id,name,email,portal_key", "1,7,A,a@b.example,k"], "portal_key: The table has no such"),
        ("client", ["id,name", "7,A"], "client.csv: No table has this name. Did you mean clients.csv?"),
        ("members", ["id,email,display_name,role", "1,a@b.example,A,owner", "2,A@b.example,B,admin"], "row 3, email: Another row"),
        ("document_versions", ["id,document_id,file", "1,1,../organization.json"], "row 2, file: There is no file files/../org"),
    ],
    ids=[
        "missing column", "unknown column", "column twice", "short row", "duplicate id", "no id", "empty", "choice", "length",
        "json", "naive time", "check", "unique", "dangling person", "quotes", "dangling client", "boolean", "email", "ours",
        "file name", "address twice", "outside the folder",
    ],
)  # fmt: skip
def test_a_broken_set_is_told_by_file_row_and_field(small, name, lines, says):
    write(small, name, *lines)
    assert says in refused(small)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"name": "B"}, "clients.json, row 2, id: The row has no id."),
        ({"id": 8}, "clients.json, row 2, name: This must not be empty."),
    ],
    ids=["no id", "no name"],
)
def test_a_json_row_that_leaves_something_out_is_told(small, row, says):
    (small / "clients.csv").unlink()
    (small / "clients.json").write_text(json.dumps([{"id": 7, "name": "A"}, row]))
    assert says in refused(small)


@pytest.mark.parametrize("left_out", ["id", "name"])
def test_a_column_that_no_json_row_has_is_told_once(small, left_out):
    (small / "clients.csv").unlink()
    (small / "client_contacts.csv").unlink()
    rows = [{"id": 7, "name": "A"}, {"id": 8, "name": "B"}]
    (small / "clients.json").write_text(
        json.dumps([{name: said for name, said in row.items() if name != left_out} for row in rows])
    )
    said = refused(small)
    assert f"clients.json, {left_out}: This column is missing." in said
    assert said.count("clients.json") == 1


def test_a_dry_run_tells_what_a_run_would(small):
    write(small, "clients", "id,name,code", "7,A,X", "8,B,x")
    assert refused(small, "--dry-run") == refused(small)


def test_tasks_that_wait_in_a_circle_or_for_another_project_are_told(small):
    write(small, "projects", "id,name", "1,Audit", "2,Payroll")
    write(
        small,
        "tasks",
        "id,project_id,number,title,position",
        *(f"{n},{p},{n},T{n},{n}" for n, p in [(1, 1), (2, 1), (3, 2)]),
    )
    write(small, "task_dependencies", "id,task_id,blocker_id", "1,1,2", "2,2,1", "3,3,1")
    said = refused(small)
    assert "row 2, blocker_id: These tasks wait for each other in a circle." in said and "row 3" in said
    assert "row 4, blocker_id: A task waits for tasks of its own project only." in said


def test_letters_that_are_not_utf8_are_told(small):
    (small / "clients.csv").write_bytes("id,name\n7,A\n8,Café\n".encode("cp1252"))
    assert "clients.csv, row 3: This line is not UTF-8" in refused(small)


def test_all_problems_are_told_at_once(small):
    write(small, "clients", "id,name,type", "7,,heap", "8,B,pile")
    write(small, "client_contacts", "id,client_id,name,email", "1,7,A,nonsense")
    assert len(refused(small, "--dry-run").splitlines()) == 4


def test_a_document_that_is_another_is_told(small):
    add_document(small, sha256="0" * 64)
    assert "document_versions.csv, row 2, sha256: The file has" in refused(small)


def test_a_program_does_not_come_in(small):
    add_document(small, content=b"MZ\0\0")
    assert "row 2, file: Not accepted: the file is a program" in refused(small)


def test_no_file_stays_where_the_last_table_is_wrong(small):
    add_document(small)
    write(small, "client_portal_preferences", "id,contact_id", "1,7", "2,7")
    assert "Another row of client_portal_preferences has the same contact" in refused(small)


def test_a_document_comes_with_its_file(small):
    add_document(small)
    adopt(small)
    with inside():
        version = DocumentVersion.objects.get()
        assert version.storage_key.startswith(f"org/{version.organization_id}/")
        assert default_storage.open(version.storage_key).read() == PDF
    adopt(small)
    assert len(stored()) == 1


def add_document(folder, content=PDF, sha256=""):
    (folder / "files").mkdir(exist_ok=True)
    (folder / "files" / "a.pdf").write_bytes(content)
    write(folder, "documents", "id,client_id,name", "1,7,Statement.pdf")
    write(folder, "document_versions", "id,document_id,file,sha256", f"1,1,a.pdf,{sha256}")


# --- whose rows ---------------------------------------------------------------------------------------------------


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


# --- a whole firm ---------------------------------------------------------------------------------------------------


def export(firm_id, folder):
    """Every adoptable row of a firm, as another installation would hand it over."""
    with tenant(firm_id):
        firm = Organization.objects.get()
        told = {"name": firm.name, "brand_colors": firm.brand_colors, "timezone": firm.timezone}
        (folder / "organization.json").write_text(json.dumps(told))
        for table in TABLES:
            rows = [cells(table, row, folder) for row in table.model._base_manager.order_by("pk")]
            if rows:
                with (folder / f"{table.name}.csv").open("w", newline="") as file:
                    writer = csv.DictWriter(file, list(rows[0]))
                    writer.writeheader()
                    writer.writerows(rows)


def cells(table, row, folder):
    found = {}
    for column in table.columns.values():
        if column is FILE:
            name = f"{row.pk}.{row.document.name.rpartition('.')[2]}"
            (folder / "files").mkdir(exist_ok=True)
            (folder / "files" / name).write_bytes(default_storage.open(row.storage_key).read())
            found["file"] = name
        else:
            said = getattr(row, column.field.attname)
            found[column.name] = json.dumps(said, cls=DjangoJSONEncoder) if isinstance(said, dict) else said
    return found


def shape(firm_id):
    """What the firm holds, in words that do not depend on ids."""
    with tenant(firm_id):
        asks = InformationRequest.objects.select_related("request_list__client", "assigned_to", "reviewed_by")
        return {
            "requests": sorted(
                (r.request_list.client.name, r.reference, r.title, r.status, str(r.assigned_to), str(r.reviewed_by),
                 r.submitted_at, r.answer_text, r.events.count(), r.request_documents.count())
                for r in asks
            ),
            "lists": sorted(RequestList.objects.values_list("title", "last_number", "project__name", "created_at")),
            "versions": sorted(DocumentVersion.objects.values_list("document__name", "number", "sha256", "size")),
            "tasks": sorted(Task.objects.values_list("project__name", "number", "title", "status", "assigned_to__email",
                                                     "steps__text", "waits__blocker__number", "time_entries__minutes"),
                            key=str),
            "members": sorted(Membership.objects.values_list("email", "role", "joined_at")),
            "clients": sorted(Client.objects.values_list("name", "code", "access", "year_end")),
        }  # fmt: skip


def test_a_whole_firm_arrives_as_it_was(tmp_path):
    build_firm(OKAFOR)
    source, folder = organization_by_slug(OKAFOR.slug), tmp_path / "whole"
    folder.mkdir()
    export(source, folder)
    before = counted(source)
    adopt(folder)
    firm = organization_by_slug(SLUG)
    assert shape(firm) == shape(source)
    assert counted(firm) == counted(source) == before
    assert "nothing was added" in adopt(folder)
    assert counted(firm) == before


def test_every_table_of_the_firms_is_adopted_or_left_out_for_a_reason():
    left_out = {
        "organization_domains": "proofs are made here",
        "client_imports": "imports of this installation", "client_import_rows": "imports of this installation",
        "list_preferences": "how members like their lists here", "client_merges": "merges are made here",
        "organizations": "organization.json", "invitations": "secrets", "access_tokens": "secrets", "support_grants": "consents given here",
        "client_portal_sessions": "secrets",
        **dict.fromkeys(
            sorted(m._meta.db_table for m in tenant_models() if m._meta.app_label == "billing"),
            "what this installation has counted and sold",
        ),
        "client_magic_link_tokens": "secrets", "reminder_mails": "what was sent from here", "reminder_items": "the same",
        "reminder_schedules": "set up here", "reminder_snoozes": "set up here", "portal_settings": "set up here",
        "colleague_invitations": "asked and answered here", "audit_logs": "the trail of this installation",
        "firm_exports": "copies made and deleted here", "audit_chain_blocks": "seals over that trail", "audit_chain_checks": "answers about that trail",
        "document_contents": "read anew from the files", "document_scans": "checked anew",
        "document_intakes": "work of a moment", "partial_uploads": "work of a moment",
        "evidence_packages": "known by what was made here",
        **dict.fromkeys(
            sorted(m._meta.db_table for m in tenant_models() if m._meta.app_label == "conversations" and m not in NAMES),
            "what was told to whom, and how far they have read, begins here",
        ),
        **dict.fromkeys(
            sorted(m._meta.db_table for m in tenant_models() if m._meta.app_label == "workspaces" and m not in NAMES),
            "files are signed where they were made; tasks, hours and scopes begin here",
        ),
    }  # fmt: skip
    assert {model._meta.db_table for model in tenant_models() if model not in NAMES} == left_out.keys()


def test_the_page_about_adopting_is_fresh():
    call_command("adopting_docs", check=True)
