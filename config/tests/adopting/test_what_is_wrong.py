"""Or it does not come in at all, and every no names file, row and field."""

import json

import pytest
from django.core.files.storage import default_storage

from clients.models import DocumentVersion
from config.tests.adopting.sets import add_document, adopt, inside, refused, stored, write
from tests.cast import PDF

pytestmark = pytest.mark.django_db


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
