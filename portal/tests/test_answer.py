"""What the contact sends, takes back and gets a receipt for."""

from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from audit.models import AuditLog
from clients.models import ClientContact, DocumentVersion, RequestList
from portal.tests.answering import events, fresh, page, pdf, send, upload, versions
from tests.cast import PDF, Cast

pytestmark = pytest.mark.django_db
XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
EXE = b"MZ\x90\0\x03" + b"\0" * 60
JSON = {"headers": {"accept": "application/json"}}


# Sending


def test_upload_submit_receipt_without_javascript(cast: Cast, ana: Browser) -> None:
    assert upload(ana, cast, pdf()).status_code == 302
    assert send(ana, cast, answer="provided", text="").url == cast.ours.portal("portal_home")
    assert fresh(cast, cast.ours.pending).status == "submitted"
    receipt = page(ana, cast, "portal_receipt", request_id=cast.ours.pending.pk)
    text = page(ana, cast, "portal_receipt_text", request_id=cast.ours.pending.pk)
    with cast.ours.inside():
        taken = AuditLog.objects.get(action="download")
    assert (taken.resource_id, taken.context["name"]) == (cast.ours.pending.pk, cast.ours.ana.name)
    for shown in (receipt, text):
        assert sha256(PDF + b"march").hexdigest() in shown
        assert "March.pdf" in shown and "Ana Ruiz" in shown and str(len(PDF + b"march")) in shown
    sent = timezone.localtime(fresh(cast, cast.ours.pending).submitted_at, cast.ours.organization.zone)
    assert f"{sent:%H:%M:%S}" in text and "Europe/London" in text


def test_the_last_button_alone_sends_the_chosen_files_too(cast: Cast, ana: Browser) -> None:
    assert send(ana, cast, files=[pdf()], answer="provided").status_code == 302
    assert [version.document.name for version in versions(cast, cast.ours.pending)] == ["March.pdf"]


def test_one_bad_file_does_not_lose_the_good_ones(cast: Cast, ana: Browser) -> None:
    answer = upload(ana, cast, pdf(), pdf("setup.pdf", EXE), pdf("empty.pdf", b""), SimpleUploadedFile("a.xls", XLS))
    seen = answer.content.decode()
    assert answer.status_code == 422
    assert "setup.pdf" in seen and "the file is a program or script" in seen and "the file is empty" in seen
    assert {version.document.name for version in versions(cast, cast.ours.pending)} == {"March.pdf", "a.xls"}


def test_a_refused_file_keeps_the_answer_from_going_and_what_was_typed(cast: Cast, ana: Browser) -> None:
    answer = send(ana, cast, files=[pdf("setup.pdf", EXE)], answer="provided", text="All twelve are here.")
    assert answer.status_code == 422 and "All twelve are here." in answer.content.decode()
    assert fresh(cast, cast.ours.pending).status == "pending"


def test_the_same_file_under_another_name_is_said_to_be_there(cast: Cast, ana: Browser) -> None:
    upload(ana, cast, pdf("March.pdf"))
    there = upload(ana, cast, pdf("Copy of March.pdf"), pdf("April.pdf", PDF + b"april"))
    said = ana.get(there.url).content.decode()
    assert "Copy of March.pdf: You already sent this as “March.pdf”." in said
    assert "1 file added" in said
    assert "March.pdf: You already" not in ana.get(upload(ana, cast, pdf("March.pdf")).url).content.decode()
    upload(ana, cast, pdf("Copy.pdf"), **JSON)
    assert "Copy.pdf: You already sent this" in page(ana, cast, "portal_home")
    beside = upload(ana, cast, pdf("Copy.pdf"), text="Typed").content.decode()
    assert "You already sent this as “March.pdf”." in beside
    assert len(versions(cast, cast.ours.pending)) == 2


def test_what_was_typed_beside_the_files_stays(cast: Cast, ana: Browser) -> None:
    answer = upload(ana, cast, pdf(), text="Page 3 follows.", answer="provided")
    assert answer.status_code == 200 and "Page 3 follows." in answer.content.decode()


def test_a_file_that_is_too_large_is_refused_in_words(cast: Cast, ana: Browser, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 40
    assert "the limit is" in upload(ana, cast, pdf()).content.decode()


def test_a_script_gets_json_file_by_file(cast: Cast, ana: Browser) -> None:
    good = upload(ana, cast, pdf(), page="home", **JSON)
    assert good.json()["files"] == [{"name": "March.pdf", "error": ""}]
    assert good.json()["redirect"].startswith(cast.ours.portal("portal_home"))
    bad = upload(ana, cast, pdf("setup.pdf", EXE), **JSON)
    assert bad.status_code == 422 and "program" in bad.json()["files"][0]["error"]
    assert upload(Browser(), cast, pdf(), **JSON).status_code == 403


def test_no_file_chosen_gets_a_sentence(cast: Cast, ana: Browser) -> None:
    answer = upload(ana, cast)
    assert answer.status_code == 422 and "No file was chosen" in answer.content.decode()


def test_nothing_to_send_gets_a_sentence(cast: Cast, ana: Browser) -> None:
    answer = send(ana, cast, answer="provided")
    assert answer.status_code == 422 and "There is nothing to send yet" in answer.content.decode()
    again = send(ana, cast, cast.ours.returned, answer="provided")
    assert "Nothing was added since this came back" in again.content.decode()


@pytest.mark.parametrize("answer", ["does_not_exist", "not_applicable", "withheld"])
def test_an_answer_without_files_needs_a_basis(cast: Cast, ana: Browser, answer: str) -> None:
    refused = send(ana, cast, answer=answer, text="  ")
    assert refused.status_code == 422 and "Say in a sentence why" in refused.content.decode()
    assert send(ana, cast, answer=answer, text="We closed that account.").status_code == 302
    item = fresh(cast, cast.ours.pending)
    assert (item.answer, item.answer_text, item.submitted_by_id) == (
        answer,
        "We closed that account.",
        cast.ours.ana.pk,
    )


@pytest.mark.parametrize("data", [{"answer": "hacked", "text": "x"}, {"text": "\0"}, {"text": "x" * 10_001}])
def test_a_strange_answer_is_refused_and_not_an_error(cast: Cast, ana: Browser, data: dict) -> None:
    assert send(ana, cast, **data).status_code == 422
    assert fresh(cast, cast.ours.pending).status == "pending"


def test_a_double_click_leaves_one_event(cast: Cast, ana: Browser) -> None:
    before = events(cast, cast.ours.pending)
    assert send(ana, cast, answer="provided", text="Done.").status_code == 302
    second = send(ana, cast, answer="provided", text="Done.")
    assert second.status_code == 409 and "nothing was sent now" in second.content.decode()
    assert events(cast, cast.ours.pending) == before + 1


def test_a_request_waived_meanwhile_keeps_what_was_typed(cast: Cast, ana: Browser) -> None:
    answer = send(ana, cast, cast.ours.waived, answer="provided", text="A long explanation.")
    assert answer.status_code == 409 and "A long explanation." in answer.content.decode()


def test_a_closed_list_takes_nothing(cast: Cast, ana: Browser) -> None:
    with cast.ours.inside():
        RequestList.objects.update(status="closed", closed_at=timezone.now())
    assert upload(ana, cast, pdf()).status_code == 409
    assert send(ana, cast, text="x").status_code == 409
    assert "Not sent" in page(ana, cast, "portal_home")


def test_when_all_is_sent_the_page_says_so(cast: Cast, ana: Browser) -> None:
    for item in (cast.ours.pending, cast.ours.returned):
        send(ana, cast, item, answer="provided", text="Here.")
    seen = page(ana, cast, "portal_home")
    assert "Everything is with us, Ana" in seen and "Download a receipt" in seen
    assert "The pending request" in page(ana, cast, "portal_receipts")
    assert "The returned request" in page(ana, cast, "portal_receipts_text")
    with cast.ours.inside():
        taken = AuditLog.objects.get(action="download")
    assert (taken.resource_type, taken.resource_id) == ("client_contacts", cast.ours.ana.pk)


def test_what_was_never_sent_has_no_receipt(cast: Cast, ana: Browser) -> None:
    assert ana.get(cast.ours.portal("portal_receipt", request_id=cast.ours.pending.pk)).status_code == 404


# Taking back


def removal(browser: Browser, cast: Cast, item: Any, version: Any):
    return browser.post(cast.ours.portal("portal_upload_removal", request_id=item.pk, version_id=version.pk))


def test_an_upload_can_be_taken_back_before_it_is_sent(cast: Cast, ana: Browser) -> None:
    upload(ana, cast, pdf())
    (version,) = versions(cast, cast.ours.pending)
    assert "Remove" in page(ana, cast, "portal_request", request_id=cast.ours.pending.pk)
    assert removal(ana, cast, cast.ours.pending, version).status_code == 302
    assert versions(cast, cast.ours.pending) == []


def test_what_was_sent_stays(cast: Cast, ana: Browser) -> None:
    assert removal(ana, cast, cast.ours.submitted, cast.ours.version).status_code == 409
    assert len(versions(cast, cast.ours.submitted)) == 1


def test_a_colleagues_upload_is_not_mine_to_remove(cast: Cast, ana: Browser) -> None:
    upload(ana, cast, pdf())
    (version,) = versions(cast, cast.ours.pending)
    with cast.ours.inside():
        ben = ClientContact.objects.create(client=cast.ours.bakery, name="Ben Cole", email="ben@bakery.example")
        DocumentVersion.objects.filter(pk=version.pk).update(uploaded_by_contact=ben)
    assert removal(ana, cast, cast.ours.pending, version).status_code == 409
    assert removal(ana, cast, cast.ours.returned, version).status_code == 404


def test_a_second_version_taken_back_leaves_the_first(cast: Cast, ana: Browser) -> None:
    upload(ana, cast, pdf())
    upload(ana, cast, pdf(content=PDF + b"april"))
    newest = max(versions(cast, cast.ours.pending), key=lambda version: version.number)
    removal(ana, cast, cast.ours.pending, newest)
    assert [version.number for version in versions(cast, cast.ours.pending)] == [1]
