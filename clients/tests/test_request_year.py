"""A list over the years: whose days it took, rolled forward, out to a spreadsheet and back."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from clients.models import (
    ClientContact,
    Document,
    InformationRequest,
    RequestCarryover,
    RequestDocument,
    RequestEvent,
    RequestList,
    RequestSample,
)
from clients.request_ageing import Ageing, ageing_of
from clients.request_table import KEY
from conversations.models import Notification
from portal.colleagues import pass_on
from tests.cast import Cast, Firm, in_portal

SignIn = Any


def url(firm: Firm, name: str) -> str:
    return firm.url(name, list_id=firm.request_list.pk)


# --- days -------------------------------------------------------------------------------------------------------


def happened(item: InformationRequest, *steps: tuple[str, int], by: Any) -> None:
    now = timezone.now()
    for status, days_ago in steps:
        RequestEvent.objects.create(
            request=item, to_status=status, member=by, created_at=now - timedelta(days=days_ago)
        )


def test_days_are_counted_against_the_side_that_has_the_ball(cast: Cast) -> None:
    with cast.ours.inside():
        item = cast.ours.returned
        happened(item, ("draft", 30), ("pending", 20), ("submitted", 15), ("returned", 12), by=cast.ours.member)
        today = timezone.localdate()
        assert ageing_of([item], today) == {item.pk: Ageing(client=5 + 12, firm=3, side="client", since=12)}
        item.request_list.closed_at = timezone.now() - timedelta(days=10)
        assert ageing_of([item], today)[item.pk].client == 5 + 2


def test_days_stay_when_a_request_is_passed_on_and_closed_days_are_nobodys(cast: Cast) -> None:
    with cast.ours.inside():
        item, today = cast.ours.returned, timezone.localdate()
        happened(item, ("pending", 20), by=cast.ours.member)
        jo = ClientContact.objects.create(client=cast.ours.bakery, name="Jo", email="jo@bakery.example")
        pass_on([item], to=jo, by=cast.ours.ana)
        assert ageing_of([item], today)[item.pk] == Ageing(client=20, side="client", since=20)
        closed = RequestList.objects.filter(pk=item.request_list_id)
        closed.update(status="closed", closed_at=timezone.now() - timedelta(days=6))
        item.request_list.reopen()
        assert ageing_of([item], today)[item.pk] == Ageing(client=14, side="client", since=14)


def test_days_stand_on_list_and_detail(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        happened(cast.ours.pending, ("pending", 4), by=cast.ours.member)
    browser = sign_in(cast.ours.viewer)
    assert "4 days with client" in browser.get(url(cast.ours, "request_list_detail")).text
    assert (
        "Days with client</dt><dd>4"
        in browser.get(cast.ours.url("request_detail", request_id=cast.ours.pending.pk)).text
    )


# --- rolling forward --------------------------------------------------------------------------------------------


def rolled(firm: Firm, browser: Any, *states: str, **more: Any) -> RequestList:
    with firm.inside():
        RequestList.objects.filter(pk=firm.request_list.pk).update(period="FY2025")
        InformationRequest.objects.filter(pk=firm.accepted.pk).update(
            title="Accounts of 2025", due_date=date(2026, 3, 2), answer_text="See page 7.", submitted_at=timezone.now()
        )
        RequestDocument.objects.create(request=firm.accepted, document=firm.document)
    data = {
        "title": "Next year", "period": "FY2026", "prefix": "PBC", "days": "365",
        "lines": [getattr(firm, state).pk for state in states], **more,
    }  # fmt: skip
    answer = browser.post(url(firm, "request_list_roll_forward"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    with firm.inside():
        return RequestList.objects.get(title="Next year")


def test_a_list_is_rolled_forward_with_last_years_answer_beside_it(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    shown = browser.get(url(cast.ours, "request_list_roll_forward"))
    assert shown.context["form"].initial["days"] == 365
    new = rolled(cast.ours, browser, "accepted", "pending")
    with cast.ours.inside():
        pending, accepted = new.requests.order_by("position")
        assert (accepted.title, accepted.due_date, accepted.status) == ("Accounts of 2026", date(2027, 3, 2), "draft")
        assert accepted.assigned_to_id == cast.ours.member.pk
        assert RequestCarryover.objects.get(request=accepted).previous_id == cast.ours.accepted.pk
        assert new.client_id == cast.ours.bakery.pk
        assert pending.number == 1
    detail = browser.get(cast.ours.url("request_detail", request_id=accepted.pk)).text
    assert "See page 7." in detail
    assert "Bank statement.pdf" in detail


def test_the_rows_that_were_filled_in_last_year_stand_beside_the_new_ones(cast: Cast, sign_in: SignIn) -> None:
    ours, browser = cast.ours, sign_in(cast.ours.member)
    new = rolled(ours, browser, "accepted")
    options = {"given": ["Invoice"], "asked": [{"label": "Delivered", "kind": "date"}], "row_files": True}
    with ours.inside():
        item = new.requests.get()
        tables = InformationRequest.objects.filter(pk__in=[ours.accepted.pk, item.pk])
        tables.update(answer_type="table", answer_options=options)
        item.refresh_from_db()
        RequestSample.objects.create(request=item, position=1, given=["INV-9"])
        item.publish(by=ours.member)
        RequestSample.objects.create(
            request=ours.accepted, position=1, given=["INV-7"], filled=["2025-02-03"], document=ours.document
        )
        Document.objects.filter(pk=ours.document.pk).update(visibility="shared")
    page = browser.get(ours.url("request_detail", request_id=item.pk)).text
    assert "1 row of last time" in page and "INV-7" in page and "2025-02-03" in page
    there, portal = ours.portal("portal_request", request_id=item.pk), in_portal(ours)
    shown = portal.get(there).text
    assert "Invoice: INV-7" in shown and "Delivered: 2025-02-03" in shown and "File: Bank statement.pdf" in shown
    with ours.inside():
        Document.objects.filter(pk=ours.document.pk).update(visibility="firm")
    assert "Bank statement.pdf" not in portal.get(there).text


@pytest.mark.parametrize(("visibility", "is_shown"), [("shared", True), ("firm", False)])
def test_the_client_sees_what_they_sent_last_year_and_no_more(
    cast: Cast, sign_in: SignIn, visibility: str, is_shown: bool
) -> None:
    new = rolled(cast.ours, sign_in(cast.ours.member), "accepted")
    with cast.ours.inside():
        item = new.requests.get()
        item.publish(by=cast.ours.member)
        Document.objects.filter(pk=cast.ours.document.pk).update(visibility=visibility)
    text = in_portal(cast.ours).get(cast.ours.portal("portal_request", request_id=item.pk)).text
    assert "What you sent last time" in text
    assert "See page 7." in text
    assert ("Bank statement.pdf" in text) is is_shown


def test_another_contacts_answer_of_last_year_is_not_shown(cast: Cast, sign_in: SignIn) -> None:
    from clients.models import ClientContact

    new = rolled(cast.ours, sign_in(cast.ours.member), "accepted")
    with cast.ours.inside():
        item = new.requests.get()
        item.publish(by=cast.ours.member)
        jonas = ClientContact.objects.create(client=cast.ours.bakery, name="Jonas Keller", email="jonas@bakery.example")
        InformationRequest.objects.filter(pk=cast.ours.accepted.pk).update(contact=jonas)
    text = in_portal(cast.ours).get(cast.ours.portal("portal_request", request_id=item.pk)).text
    assert "What you sent last time" not in text


# --- the spreadsheet --------------------------------------------------------------------------------------------


def exported(firm: Firm, browser: Any, query: str = "") -> Any:
    answer = browser.get(url(firm, "request_workbook") + query)
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.content)).worksheets[0]


def column(sheet: Any, heading: str) -> int:
    return [cell.value for cell in sheet[1]].index(heading) + 1


def row_of(sheet: Any, reference: str) -> int:
    return next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 2).value == reference)


def bring_back(firm: Firm, browser: Any, sheet: Any) -> Any:
    kept = io.BytesIO()
    sheet.parent.save(kept)
    file = SimpleUploadedFile("list.xlsx", kept.getvalue())
    return browser.post(url(firm, "request_workbook_upload"), {"file": file}, follow=True)


def apply(firm: Firm, browser: Any, preview: Any, *, everything: bool = False) -> Any:
    found = preview.context["found"]
    rows = [row.key for row in found if not row.problem and (everything or not row.is_conflict)]
    data = {"file": preview.context["token"], "rows": rows}
    return browser.post(url(firm, "request_workbook_application"), data, follow=True)


def test_an_export_holds_exactly_the_filtered_rows_and_no_formula(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(title="=HYPERLINK(1)\x07")
    browser = sign_in(cast.ours.viewer)
    sheet = exported(cast.ours, browser, "?status=pending")
    assert sheet.max_row == 2
    cell = sheet.cell(2, column(sheet, "Request"))
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")
    assert isinstance(sheet.cell(2, column(sheet, "Due date")).value, datetime)
    assert sheet.column_dimensions["A"].hidden
    text = browser.get(url(cast.ours, "request_csv") + "?status=pending").content.decode()
    assert "'=HYPERLINK(1)" in text
    assert "The draft request" not in text


def test_an_untouched_workbook_differs_in_nothing(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    assert "Nothing differs" in bring_back(cast.ours, browser, exported(cast.ours, browser)).text


def test_edited_cells_are_shown_and_applied(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    sheet = exported(cast.ours, browser)
    at = row_of(sheet, "PBC-002")
    sheet.cell(at, column(sheet, "Request")).value = "Bank statements"
    sheet.cell(at, column(sheet, "Due date")).value = "2026-04-01"
    sheet.cell(at, column(sheet, "Priority")).value = "high"
    sheet.cell(at, column(sheet, "Reviewer")).value = cast.ours.admin.email
    sheet.append([None, None, "Loans", "Loan agreements"])
    sheet.cell(sheet.max_row, column(sheet, "Reviewer")).value = cast.ours.admin.email
    preview = bring_back(cast.ours, browser, sheet)
    assert "<del>The pending request</del> <ins>Bank statements</ins>" in preview.text
    assert len(preview.context["found"]) == 2
    assert "1 changed, 1 added as drafts" in apply(cast.ours, browser, preview).text
    with cast.ours.inside():
        item = InformationRequest.objects.get(pk=cast.ours.pending.pk)
        assert (item.title, item.due_date, item.priority) == ("Bank statements", date(2026, 4, 1), "high")
        assert (item.assigned_to_id, item.version) == (cast.ours.admin.pk, 2)
        told = Notification.objects.get(member=cast.ours.admin)
        assert (told.event, told.subject_id) == ("requests_assigned", item.pk)
        assert InformationRequest.objects.get(title="Loan agreements").status == "draft"


def test_what_changed_here_meanwhile_is_a_conflict(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    sheet = exported(cast.ours, browser)
    sheet.cell(row_of(sheet, "PBC-002"), column(sheet, "Request")).value = "Theirs"
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(title="Ours", version=2)
    preview = bring_back(cast.ours, browser, sheet)
    assert "Changed here, too" in preview.text
    assert "0 changed" in apply(cast.ours, browser, preview).text
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(version=3)
    assert "left alone: PBC-002" in apply(cast.ours, browser, preview, everything=True).text


@pytest.mark.parametrize(
    ("heading", "value", "sentence"),
    [("Due date", "soon", "is not a date"), ("Priority", "Hm", "is no priority"), ("Reviewer", "Nobody Known", "can be reviewer"),
     ("Request", " ", "has no text"), ("Section", "x" * 201, "longer than 200"), (KEY, "x:1", "not in the list any more")],
    ids=["date", "priority", "person", "title", "length", "id"],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_told(
    cast: Cast, sign_in: SignIn, heading: str, value: str, sentence: str
) -> None:
    browser = sign_in(cast.ours.member)
    sheet = exported(cast.ours, browser)
    sheet.cell(row_of(sheet, "PBC-002"), column(sheet, heading)).value = value
    preview = bring_back(cast.ours, browser, sheet)
    assert sentence in preview.text
    assert "0 changed, 0 added" in apply(cast.ours, browser, preview).text


def test_another_firms_row_changes_nothing(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    sheet = exported(cast.ours, browser)
    sheet.cell(2, column(sheet, KEY)).value = f"{cast.theirs.draft.pk}:1"
    assert "not in the list any more" in bring_back(cast.ours, browser, sheet).text


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"], ids=["empty", "text", "broken"])
def test_what_is_no_workbook_is_refused_in_words(cast: Cast, sign_in: SignIn, content: bytes) -> None:
    file = SimpleUploadedFile("list.xlsx", content)
    answer = sign_in(cast.ours.member).post(url(cast.ours, "request_workbook_upload"), {"file": file})
    assert answer.status_code == 422


def test_a_workbook_from_elsewhere_is_refused_in_words(cast: Cast, sign_in: SignIn) -> None:
    sheet = Workbook().active
    sheet.append(["Request"])
    answer = bring_back(cast.ours, sign_in(cast.ours.member), sheet)
    assert "this one lacks its columns" in answer.text
