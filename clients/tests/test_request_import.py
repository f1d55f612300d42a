"""Import of requests: upload, look, import; again; and what cannot be read."""

import csv
import io
import os
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from procrastinate.contrib.django import app

from audit.models import AuditLog
from clients.importing import guess_mapping
from clients.jobs import discard_abandoned_imports
from clients.models import InformationRequest, RequestEvent
from clients.request_import import COLUMNS, split_text
from conversations.models import Notification
from organizations.models import Membership
from tests.cast import Cast, Firm

SignIn = Any
SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "requests-due-diligence.csv"
THREE = "Request ID,Category,Request\nA.1,Bank,Statements\nA.2,Bank,Mandates\nB.1,Loans,Agreements\n"


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "clients.storage.DocumentStorage", "OPTIONS": {"location": str(tmp_path)}}}  # fmt: skip
    return tmp_path


def url(firm: Firm, name: str) -> str:
    return firm.url(name, list_id=firm.request_list.pk)


def upload(browser: Any, firm: Firm, text: str | bytes, name: str = "list.csv") -> Any:
    content = text.encode() if isinstance(text, str) else text
    return browser.post(url(firm, "request_import"), {"file": SimpleUploadedFile(name, content)})


def bring_in(browser: Any, firm: Firm, text: str | bytes) -> Any:
    """The whole way, as a person goes it: the fields of the preview's form are sent back."""
    preview = browser.get(upload(browser, firm, text).url)
    fields = {"file": preview.context["token"], **dict(preview.context["chosen"])}
    return browser.post(url(firm, "request_import_run"), fields, follow=True)


def imported(firm: Firm) -> list[InformationRequest]:
    with firm.inside():
        return list(InformationRequest.objects.filter(number__gt=6).order_by("position"))


def test_the_preview_says_what_would_happen_and_writes_nothing(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    preview = browser.get(upload(browser, cast.ours, THREE).url)
    assert preview.status_code == 200
    assert [row.state for row in preview.context["plan"].rows] == ["new", "new", "new"]
    assert "Import 3 requests" in preview.text
    assert imported(cast.ours) == []


def test_rows_become_numbered_drafts_in_order_with_their_history(
    cast: Cast, sign_in: SignIn, django_capture_on_commit_callbacks: Any, own_store: Path
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = bring_in(sign_in(cast.ours.member), cast.ours, THREE)
    assert "3 requests imported as drafts" in answer.text
    made = imported(cast.ours)
    assert [(item.number, item.source_ref, item.category, item.title, item.status) for item in made] == [
        (7, "A.1", "Bank", "Statements", "draft"),
        (8, "A.2", "Bank", "Mandates", "draft"),
        (9, "B.1", "Loans", "Agreements", "draft"),
    ]
    assert {item.created_by_id for item in made} == {cast.ours.member.pk}
    with cast.ours.inside():
        assert RequestEvent.objects.filter(to_status="draft", member=cast.ours.member).count() == 3
    assert [path for path in own_store.rglob("*") if path.is_file()] == []


@pytest.mark.skipif(not SAMPLE.exists(), reason="no sample data beside the checkout")
def test_a_real_list_of_115_comes_in_once_with_sections_in_order(cast: Cast, sign_in: SignIn) -> None:
    browser, content = sign_in(cast.ours.member), SAMPLE.read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))

    assert "115 requests imported as drafts" in bring_in(browser, cast.ours, content).text

    made = imported(cast.ours)
    assert [item.source_ref for item in made] == [row["Request ID"] for row in rows]
    assert [item.category for item in made] == [row["Category"] for row in rows]
    assert all(row["Request"].startswith(item.title) for row, item in zip(rows, made, strict=True))
    assert "Nothing new in this file, 115 already there" in bring_in(browser, cast.ours, content).text
    assert len(imported(cast.ours)) == 115


def test_a_second_import_adds_only_what_is_new(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    bring_in(browser, cast.ours, THREE)
    answer = bring_in(browser, cast.ours, THREE + "B.2,Loans,Covenants\n")
    assert "1 request imported as drafts, 3 already there" in answer.text
    assert imported(cast.ours)[-1].title == "Covenants"


def test_without_references_the_title_within_its_section_decides(cast: Cast, sign_in: SignIn) -> None:
    browser, text = sign_in(cast.ours.member), "Section,Document\nBank,The pending request\nLoans,The pending request\n"
    assert "1 request imported as drafts, 1 already there" in bring_in(browser, cast.ours, text).text
    assert [item.category for item in imported(cast.ours)] == ["Loans"]


def test_a_double_click_on_import_imports_once(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    preview = browser.get(upload(browser, cast.ours, THREE).url)
    fields = {"file": preview.context["token"], **dict(preview.context["chosen"])}
    for _ in range(2):
        assert browser.post(url(cast.ours, "request_import_run"), fields).status_code == 302
    assert len(imported(cast.ours)) == 3


FAULTY = (
    "Ref,Area,Request,Due,Priority\n"
    "1,Bank,,2026-03-01,\n"
    "2,Bank,=HYPERLINK(1),31/12,\n"
    "3,Bank,Mandates,,soon\n"
    "4,Bank,Good one,2026-03-01,high\n"
    "4,Bank,Same reference,,\n"
)


def test_rows_that_cannot_be_imported_say_why_and_come_back_as_a_file(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    preview = browser.get(upload(browser, cast.ours, FAULTY).url)
    assert [row.state for row in preview.context["plan"].rows] == ["failing"] * 3 + ["new", "failing"]
    answer = browser.get(f"{url(cast.ours, 'request_import_failures')}?{preview.context['mapping']}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Ref", "Area", "Request", "Due", "Priority", "What to correct"]
    with cast.ours.inside():
        assert AuditLog.objects.get(action="export").new_values["what"] == "rows to correct"
    assert [row[-1] for row in rows[1:]] == [
        "The request has no text.",
        "“31/12” is not a date such as 2026-03-31.",
        "“soon” is no priority: use low, medium, high or urgent.",
        "Line 5 asks for the same.",
    ]
    assert rows[2][2] == "'=HYPERLINK(1)"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_workbook_with_a_title_above_comes_in_with_its_people_and_dates(cast: Cast, sign_in: SignIn) -> None:
    ours, browser, book = cast.ours, sign_in(cast.ours.member), Workbook()
    for row in (
        ["Year-end 2026, Northwind"],
        ["Request", "Due date", "Reviewer", "Client contact", "Expected format"],
        ["Ledger", date(2026, 3, 31), ours.admin.email.upper(), ours.ana.name, "XLSX"],
        ["Minutes", "soon", "Nobody Known", None, None],
    ):
        book.active.append(row)
    book.save(kept := io.BytesIO())

    answer = bring_in(browser, ours, kept.getvalue())

    assert "1 request imported as drafts, 1 not imported" in answer.text
    (made,) = imported(ours)
    assert (made.due_date, made.assigned_to_id, made.contact_id) == (date(2026, 3, 31), ours.admin.pk, ours.ana.pk)
    assert made.expected_format == "XLSX"
    with ours.inside():
        assert Notification.objects.get(member=ours.admin).event == "request_assigned"
    plan = browser.get(upload(browser, ours, kept.getvalue()).url).context["plan"]
    assert plan.failing[0].problem == (
        "“soon” is not a date such as 2026-03-31. Nobody called “Nobody Known” can be reviewer."
    )


def test_long_rows_and_hidden_characters_fail_at_the_line_they_stand_in(cast: Cast, sign_in: SignIn) -> None:
    text = 'Ref,Request\n\n1,"Bank\nstatements"\n2,Mandates,too,many\n3,Pay\u202eroll\n'
    plan = (browser := sign_in(cast.ours.member)).get(upload(browser, cast.ours, text).url).context["plan"]
    assert [(row.line, row.problem) for row in plan.rows] == [
        (3, ""),
        (5, "The row has more cells than there are headings."),
        (6, "Request holds hidden characters. Type it instead of pasting it."),
    ]
    assert plan.new[0].values["title"] == "Bank statements"


def test_a_file_of_more_rows_than_a_list_takes_is_refused(cast: Cast, sign_in: SignIn) -> None:
    answer = upload(sign_in(cast.ours.member), cast.ours, "Request\n" + "x\n" * 5001)
    assert "more than 5,000 rows" in answer.text


def test_another_column_can_be_chosen(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    preview = browser.get(upload(browser, cast.ours, "What we need,Who\nLedger,Ana\n").url)
    assert preview.context["plan"] is None
    again = browser.get(preview.request["PATH_INFO"], {"file": preview.context["token"], "title": "0"})
    assert [row.values["title"] for row in again.context["plan"].new] == ["Ledger"]


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03", b"Request\n"])
def test_an_unreadable_or_empty_file_is_refused_at_the_field(
    cast: Cast, sign_in: SignIn, content: bytes, own_store: Path
) -> None:
    answer = upload(sign_in(cast.ours.member), cast.ours, content)
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors
    assert [path for path in own_store.rglob("*") if path.is_file()] == []


def test_the_waiting_file_is_for_the_member_and_list_that_uploaded_it(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    there = upload(browser, cast.ours, THREE).url
    assert sign_in(cast.ours.admin).get(there).url == url(cast.ours, "request_import")
    token = browser.get(there).context["token"]
    theirs = sign_in(cast.theirs.member).get(url(cast.theirs, "request_import_preview"), {"file": token})
    assert theirs.url == url(cast.theirs, "request_import")
    changed = browser.get(url(cast.ours, "request_import_preview"), {"file": token + "x"})
    assert changed.url == url(cast.ours, "request_import")


NAMES = ["request_import", "request_import_preview", "request_import_failures", "request_import_run"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", ["viewer", "billing"])
def test_import_needs_the_right_to_manage_requests(cast: Cast, sign_in: SignIn, name: str, role: str) -> None:
    person: Membership = getattr(cast.ours, role)
    browser = sign_in(person)
    send = browser.post if name == "request_import_run" else browser.get
    assert send(url(cast.ours, name)).status_code == 403
    theirs = cast.ours.url(name, list_id=cast.theirs.request_list.pk)
    owner = sign_in(cast.ours.owner)
    assert (owner.post if name == "request_import_run" else owner.get)(theirs).status_code == 404


def test_import_is_no_get(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.ours.member).get(url(cast.ours, "request_import_run")).status_code == 405


def test_headers_are_guessed_whatever_their_case() -> None:
    headers = ["REQUEST ID", "Area", "Item description", "Deadline", "Notes"]
    assert guess_mapping(headers, COLUMNS) == {
        "source_ref": 0,
        "category": 1,
        "title": 2,
        "due_date": 3,
        "description": 4,
    }


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("Short. Two sentences.", "Short. Two sentences.", ""),
        ("A" * 190 + " for the U.S. Treasury. Include all.", "A" * 190 + " for the U.S. Treasury.", "Include all."),
        ("Word " * 120, ("Word " * 99).strip() + "…", "Word " * 120),
    ],
)
def test_a_long_text_becomes_a_title_and_a_description(text: str, title: str, rest: str) -> None:
    assert split_text(text) == (title, rest)


def test_the_store_keeps_nothing_of_a_refused_upload(own_store: Path) -> None:
    assert not default_storage.exists("org")
    assert not default_storage.exists("imports")


def test_files_nobody_imported_within_a_day_are_deleted(cast: Cast, sign_in: SignIn, own_store: Path) -> None:
    discard_abandoned_imports()
    browser = sign_in(cast.ours.member)
    abandoned = upload(browser, cast.ours, THREE).url
    (file,) = [path for path in own_store.rglob("*") if path.is_file()]
    assert file.relative_to(own_store).parts[:2] == ("imports", str(cast.ours.organization.pk))
    document = own_store / "org" / "kept"
    document.parent.mkdir()
    document.write_text("kept")
    for path in (file, document):
        os.utime(path, (time.time() - 90_000,) * 2)
    waiting = upload(browser, cast.ours, THREE).url
    discard_abandoned_imports()
    assert browser.get(abandoned).url == url(cast.ours, "request_import")
    assert browser.get(waiting).status_code == 200
    assert document.exists()


def test_the_worker_looks_for_abandoned_files_every_hour() -> None:
    found = [task.task.name for task in app.periodic_registry.periodic_tasks.values()]
    assert "clients.jobs.discard_abandoned_imports" in found
