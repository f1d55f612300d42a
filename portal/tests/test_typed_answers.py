"""Answers that are no files: one value, or the rows of a table of samples."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from clients.models import InformationRequest, RequestSample
from clients.models.request_lifecycle import TransitionRefused
from tests.cast import PDF, Cast, Firm, in_portal

BY_KIND = {
    "text": "We changed banks in May.",
    "choice": "Weekly",
    "yes_no": "no",
    "date": "2026-03-31",
    "number": "1,250.5",
    "amount": "48 117.20",
}
STORED: dict[str, Any] = {**BY_KIND, "number": "1250.5", "amount": {"minor": 4811720, "currency": "GBP"}}
SHOWN = {**BY_KIND, "yes_no": "No", "date": "31 March 2026", "number": "1250.5", "amount": "48,117.20 GBP"}
OPTIONS = {"choices": ["Monthly", "Weekly"], "currency": "GBP"}
WRONG = [
    ("text", "", "Fill this in."),
    ("choice", "Yearly", "Choose one of the answers."),
    ("yes_no", "", "Fill this in."),
    ("date", "31/03/2026", "Write the date as year-month-day"),
    ("number", "many", "Write a number in digits"),
    ("number", "NaN", "Write a number in digits"),
    ("amount", "1.234", "two digits after the point"),
]
TABLE = {"given": ["Invoice"], "asked": [{"label": "Delivered", "kind": "date"}], "row_files": True}


def ask(firm: Firm, kind: str, options: dict[str, Any] | None = None) -> None:
    with firm.inside():
        InformationRequest.objects.filter(pk=firm.pending.pk).update(
            answer_type=kind, answer_options=options or OPTIONS
        )


def url(firm: Firm, name: str) -> str:
    return firm.portal(name, request_id=firm.pending.pk)


def stored(firm: Firm) -> InformationRequest:
    with firm.inside():
        return InformationRequest.objects.get(pk=firm.pending.pk)


def samples(firm: Firm) -> list[RequestSample]:
    with firm.inside():
        return list(RequestSample.objects.filter(request=firm.pending).select_related("document"))


@pytest.mark.parametrize("kind", list(BY_KIND))
def test_a_typed_answer_is_sent_and_shown_on_both_sides(cast: Cast, sign_in: Any, kind: str) -> None:
    ask(cast.ours, kind)
    browser = in_portal(cast.ours)
    assert 'name="value"' in browser.get(url(cast.ours, "portal_request")).text
    answer = browser.post(url(cast.ours, "portal_submission"), {"answer": "provided", "value": BY_KIND[kind]})
    assert answer.status_code == 302
    request = stored(cast.ours)
    assert (request.status, request.answer_value) == ("submitted", STORED[kind])
    assert SHOWN[kind] in browser.get(url(cast.ours, "portal_request")).text
    for name in ("portal_receipt", "portal_receipt_text"):
        assert SHOWN[kind] in browser.get(url(cast.ours, name)).text
    detail = cast.ours.url("request_detail", request_id=cast.ours.pending.pk)
    assert SHOWN[kind] in sign_in(cast.ours.member).get(detail).text


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"), WRONG, ids=[f"{kind}-{at}" for at, (kind, _, _) in enumerate(WRONG)]
)
def test_a_wrong_value_is_told_beside_its_field_and_stays_typed(
    cast: Cast, kind: str, typed: str, sentence: str
) -> None:
    ask(cast.ours, kind)
    answer = in_portal(cast.ours).post(url(cast.ours, "portal_submission"), {"answer": "provided", "value": typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert kind in ("choice", "yes_no") or typed in answer.text
    assert stored(cast.ours).status == "pending"


def test_without_a_value_it_may_be_withheld_with_a_reason(cast: Cast) -> None:
    ask(cast.ours, "date")
    data = {"answer": "withheld", "text": "Our lawyers say so."}
    assert in_portal(cast.ours).post(url(cast.ours, "portal_submission"), data).status_code == 302
    assert (stored(cast.ours).answer, stored(cast.ours).answer_value) == ("withheld", None)


def test_rows_are_kept_while_they_are_filled_in_and_then_sent(cast: Cast, sign_in: Any) -> None:
    ask(cast.ours, "table", TABLE)
    (row,) = samples(cast.ours)
    browser: Browser = in_portal(cast.ours)
    shown = browser.get(url(cast.ours, "portal_request")).text
    assert "Invoice: INV-1" in shown
    saved = browser.post(url(cast.ours, "portal_rows"), {f"s{row.pk}-0": "some day"}, follow=True)
    assert "Saved. Go on whenever you like" in saved.text
    assert "some day" in browser.get(url(cast.ours, "portal_request")).text
    browser.post(url(cast.ours, "portal_rows"), {})
    assert samples(cast.ours)[0].filled == ["some day"]
    browser.post(url(cast.ours, "portal_rows"), {f"s{row.pk}-0": " "})
    assert samples(cast.ours)[0].filled == [""]
    sent = browser.post(url(cast.ours, "portal_submission"), {"answer": "provided", f"s{row.pk}-0": "some day"})
    assert sent.status_code == 422
    assert "Write the date as year-month-day" in sent.text
    file = SimpleUploadedFile("delivery note.pdf", PDF + b"%1", "application/pdf")
    data = {"answer": "provided", f"s{row.pk}-0": "2026-02-03", f"f{row.pk}": file}
    assert browser.post(url(cast.ours, "portal_submission"), data).status_code == 302
    (row,) = samples(cast.ours)
    assert row.filled == ["2026-02-03"]
    assert row.document.name == "delivery note.pdf"
    detail = sign_in(cast.ours.member).get(cast.ours.url("request_detail", request_id=cast.ours.pending.pk)).text
    assert "2026-02-03" in detail
    assert "delivery note.pdf" in detail


def test_a_table_without_rows_is_not_published_and_one_not_filled_in_is_not_sent(cast: Cast, sign_in: Any) -> None:
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.draft.pk).update(answer_type="table", answer_options=TABLE)
    browser, draft = sign_in(cast.ours.member), {"request_id": cast.ours.draft.pk}
    edit, this_list = cast.ours.url("request_update", **draft), {"list_id": cast.ours.request_list.pk}
    answer = browser.post(cast.ours.url("request_publication", **draft), follow=True)
    assert answer.redirect_chain[-1][0] == edit and "This table has no rows yet" in answer.text
    answer = browser.post(cast.ours.url("request_list_publication", **this_list), follow=True)
    assert f"<a href='{edit}'>add the rows of" in answer.text
    ask(cast.ours, "table", TABLE)
    with cast.ours.inside():
        assert InformationRequest.objects.get(pk=cast.ours.draft.pk).status == "draft"
        item, (row,) = stored(cast.ours), samples(cast.ours)
        for filled in ([], ["some day"]):
            RequestSample.objects.filter(pk=row.pk).update(filled=filled)
            with pytest.raises(TransitionRefused, match="not filled in"):
                item.submit(by=cast.ours.ana)
        RequestSample.objects.filter(request=item).delete()
        with pytest.raises(TransitionRefused, match="not filled in"):
            item.submit(by=cast.ours.ana)


def test_a_cell_of_which_nothing_can_be_said_is_none(cast: Cast) -> None:
    ask(cast.ours, "table", TABLE)
    (row,) = samples(cast.ours)
    data = {"answer": "provided", f"s{row.pk}-0": "none"}
    assert in_portal(cast.ours).post(url(cast.ours, "portal_submission"), data).status_code == 302


def test_a_file_of_a_row_that_is_refused_is_named_and_the_rest_kept(cast: Cast) -> None:
    ask(cast.ours, "table", TABLE)
    (row,) = samples(cast.ours)
    data = {f"s{row.pk}-0": "2026-02-03", f"f{row.pk}": SimpleUploadedFile("empty.pdf", b"")}
    answer = in_portal(cast.ours).post(url(cast.ours, "portal_rows"), data)
    assert answer.status_code == 422
    assert "Row 1:" in answer.text
    assert samples(cast.ours)[0].filled == ["2026-02-03"]


def test_rows_of_an_answered_request_stay_as_they_were_sent(cast: Cast) -> None:
    ask(cast.ours, "table", TABLE)
    (row,) = samples(cast.ours)
    browser = in_portal(cast.ours)
    browser.post(url(cast.ours, "portal_submission"), {"answer": "provided", f"s{row.pk}-0": "2026-02-03"})
    assert browser.post(url(cast.ours, "portal_rows"), {f"s{row.pk}-0": "2020-01-01"}).status_code == 409
    assert "Delivered: 2026-02-03" in browser.get(url(cast.ours, "portal_receipt")).text
    assert samples(cast.ours)[0].filled == ["2026-02-03"]


def form_data(firm: Firm, **more: Any) -> dict[str, Any]:
    return {
        "title": "Sample of sales",
        "category": "Bank",
        "priority": "medium",
        "version": 1,
        "answer_type": "table",
        **more,
    }


def test_the_firm_pastes_a_sample_from_a_spreadsheet(cast: Cast, sign_in: Any) -> None:
    browser, edit = sign_in(cast.ours.member), cast.ours.url("request_update", request_id=cast.ours.pending.pk)
    pasted = "Invoice\tDate\nINV-1\t2025-02-01\nINV-9\t2025-03-01"
    assert "Paste the rows" in browser.post(edit, form_data(cast.ours, asked="Delivered (date)")).text
    answer = browser.post(edit, form_data(cast.ours, asked="Delivered (date)\nRemark", sample=pasted, row_files="on"))
    assert answer.status_code == 302
    assert [row.given for row in samples(cast.ours)] == [["INV-1", "2025-02-01"], ["INV-9", "2025-03-01"]]
    assert [column.kind for column in stored(cast.ours).options.asked] == ["date", "text"]
    with cast.ours.inside():
        RequestSample.objects.filter(request=cast.ours.pending, position=2).update(filled=["2025-03-04", ""])
    data = form_data(cast.ours, asked="Delivered (date)\nRemark", sample=f"{pasted}\nINV-12\t2025-04-01", version=2)
    assert browser.post(edit, data).status_code == 302
    assert [row.filled for row in samples(cast.ours)] == [[], ["2025-03-04", ""], []]


@pytest.mark.parametrize(("kind", "data", "sentence"), [("choice", {"choices": "One"}, "at least two answers"),
                                                        ("table", {"sample": "Invoice"}, "The first line holds the headings"),
                                                        ("amount", {"currency": "pounds"}, "at most 3 characters")],
                         ids=["choice", "table", "amount"])  # fmt: skip
def test_an_answer_nobody_could_give_is_not_asked_for(
    cast: Cast, sign_in: Any, kind: str, data: dict[str, str], sentence: str
) -> None:
    edit = cast.ours.url("request_update", request_id=cast.ours.pending.pk)
    answer = sign_in(cast.ours.member).post(edit, {**form_data(cast.ours), "answer_type": kind, **data})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_long_table_is_filled_in_on_its_own_page_and_its_progress_is_told(cast: Cast) -> None:
    ask(cast.ours, "table", TABLE)
    with cast.ours.inside():
        RequestSample.objects.filter(request=cast.ours.pending).delete()
        for number in (1, 2):
            RequestSample.objects.create(
                request=cast.ours.pending, position=number, given=[f"INV-{number}"], filled=["2026-03-01"][: number - 1]
            )
    text = in_portal(cast.ours).get(cast.ours.portal("portal_home")).text
    assert "1 of 2 rows filled in" in text
    assert "INV-1" not in text
    assert "INV-1" in in_portal(cast.ours).get(url(cast.ours, "portal_request")).text
