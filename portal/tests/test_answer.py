"""What the contact sees, sends and gets a receipt for."""

import re
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditLog
from clients.models import ClientContact, Document, DocumentVersion, InformationRequest, RequestEvent, RequestList
from portal.models import PortalSession
from tests.cast import PDF, Cast, in_portal

pytestmark = pytest.mark.django_db
XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
EXE = b"MZ\x90\0\x03" + b"\0" * 60
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def ana(cast: Cast) -> Browser:
    return in_portal(cast.ours)


def pdf(name: str = "March.pdf", content: bytes = PDF + b"march") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def fresh(cast: Cast, item: InformationRequest) -> InformationRequest:
    with cast.ours.inside():
        return InformationRequest.objects.get(pk=item.pk)


def events(cast: Cast, item: InformationRequest) -> int:
    with cast.ours.inside():
        return RequestEvent.objects.filter(request=item).count()


def versions(cast: Cast, item: InformationRequest) -> list[DocumentVersion]:
    with cast.ours.inside():
        documents = Document.objects.filter(request_documents__request=item)
        return list(DocumentVersion.objects.filter(document__in=documents).select_related("document"))


def page(browser: Browser, cast: Cast, name: str, **kwargs: Any) -> str:
    return browser.get(cast.ours.portal(name, **kwargs)).content.decode()


def upload(browser: Browser, cast: Cast, *files: Any, item: Any = None, **extra: Any):
    where = cast.ours.portal("portal_upload", request_id=(item or cast.ours.pending).pk)
    headers = extra.pop("headers", None)
    return browser.post(where, {"files": list(files), **extra}, headers=headers)


def send(browser: Browser, cast: Cast, item: Any = None, **data: Any):
    return browser.post(cast.ours.portal("portal_submission", request_id=(item or cast.ours.pending).pk), data)


# What is seen


def test_ana_sees_what_is_asked_of_her_and_no_draft(cast: Cast, ana: Browser) -> None:
    seen = page(ana, cast, "portal_home")
    for title in ("pending", "returned", "submitted", "accepted", "waived"):
        assert f"The {title} request" in seen
    assert "The draft request" not in seen
    assert "Being checked" in seen and "Page 2 is missing." in seen


def test_the_words_are_those_of_clients(cast: Cast, ana: Browser) -> None:
    seen = page(ana, cast, "portal_home")
    assert "With client" not in seen and "PBC" not in seen and "To review" not in seen


def test_a_late_request_says_when_it_was_due(cast: Cast, ana: Browser) -> None:
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(due_date="2024-02-24")
    assert "Was due 24 Feb 2024" in page(ana, cast, "portal_home")


@pytest.mark.parametrize("name", ["portal_request", "portal_receipt", "portal_upload", "portal_submission"])
def test_a_draft_and_a_colleagues_request_are_not_found(cast: Cast, ana: Browser, name: str) -> None:
    with cast.ours.inside():
        ben = ClientContact.objects.create(client=cast.ours.bakery, name="Ben Cole", email="ben@bakery.example")
        InformationRequest.objects.filter(pk=cast.ours.submitted.pk).update(contact=ben)
    verb = ana.post if name in ("portal_upload", "portal_submission") else ana.get
    for item in (cast.ours.draft, cast.ours.submitted):
        assert verb(cast.ours.portal(name, request_id=item.pk)).status_code == 404
    assert "The submitted request" not in page(ana, cast, "portal_home")


def test_files_on_a_colleagues_request_cannot_be_downloaded(cast: Cast, ana: Browser) -> None:
    where = cast.ours.portal("portal_download", version_id=cast.ours.version.pk)
    assert b"".join(ana.get(where)) == PDF
    with cast.ours.inside():
        ben = ClientContact.objects.create(client=cast.ours.bakery, name="Ben Cole", email="ben@bakery.example")
        InformationRequest.objects.filter(pk=cast.ours.submitted.pk).update(contact=ben)
    assert ana.get(where).status_code == 404


def test_a_firm_only_file_is_neither_named_nor_given(cast: Cast, ana: Browser) -> None:
    with cast.ours.inside():
        Document.objects.update(visibility="firm")
    assert ana.get(cast.ours.portal("portal_download", version_id=cast.ours.version.pk)).status_code == 404
    assert "Bank statement.pdf" not in page(ana, cast, "portal_request", request_id=cast.ours.submitted.pk)


def test_a_download_can_run_nothing(cast: Cast, ana: Browser) -> None:
    response = ana.get(cast.ours.portal("portal_download", version_id=cast.ours.version.pk))
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_list_takes_as_many_queries_for_fifty_requests_as_for_five(cast: Cast, ana: Browser) -> None:
    page(ana, cast, "portal_home")
    with CaptureQueriesContext(connection) as few:
        page(ana, cast, "portal_home")
    with cast.ours.inside():
        for number in range(100, 145):
            InformationRequest.objects.create(
                request_list=cast.ours.request_list, number=number, title=f"More {number}", status="pending"
            )
    with CaptureQueriesContext(connection) as many:
        page(ana, cast, "portal_home")
    assert len(many) == len(few) <= 14


def test_each_list_stands_under_its_own_heading(cast: Cast, ana: Browser) -> None:
    with cast.ours.inside():
        other = RequestList.objects.create(title="Payroll review", client=cast.ours.bakery)
        InformationRequest.objects.create(request_list=other, number=1, title="Payslips", status="pending")
    seen = page(ana, cast, "portal_home")
    assert re.search(r"<h2[^>]*>Payroll review</h2>", seen) and re.search(
        r"<h2[^>]*>Year-end audit requests</h2>", seen
    )
    assert seen.count("<h1") == 1


def test_with_nothing_asked_the_page_says_so(cast: Cast, ana: Browser) -> None:
    with cast.ours.inside():
        InformationRequest.objects.update(deleted_at=timezone.now())
    assert "Nothing is asked of you now" in page(ana, cast, "portal_home")


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


# An ended session


@pytest.mark.parametrize("name", ["portal_upload", "portal_submission", "portal_upload_removal"])
def test_whoever_was_signed_out_comes_back_to_the_request(cast: Cast, name: str) -> None:
    removal = {"version_id": cast.ours.version.pk} if name == "portal_upload_removal" else {}
    answer = Browser().post(cast.ours.portal(name, request_id=cast.ours.pending.pk, **removal), {"text": "Long."})
    assert parse_qs(urlsplit(answer.url).query) == {"next": [f"requests/{cast.ours.pending.pk}/"]}


def marked_as_sent(text: str) -> set[str]:
    return set(re.findall(r'data-sent="([^"]+)"', text))


def test_a_page_says_which_answers_have_arrived_and_no_others(cast: Cast, ana: Browser) -> None:
    """What was typed is kept in the browser until such a mark is seen."""
    arrived = {str(item.pk) for item in (cast.ours.submitted, cast.ours.accepted, cast.ours.waived)}
    assert marked_as_sent(page(ana, cast, "portal_home")) == arrived
    assert not marked_as_sent(page(ana, cast, "portal_request", request_id=cast.ours.pending.pk))
    assert not marked_as_sent(send(ana, cast, answer="provided", text="").text)
    send(ana, cast, answer="provided", text="Here.")
    assert marked_as_sent(page(ana, cast, "portal_request", request_id=cast.ours.pending.pk)) == {
        str(cast.ours.pending.pk)
    }


def test_what_was_typed_too_late_is_not_marked_as_sent(cast: Cast, ana: Browser) -> None:
    assert not marked_as_sent(send(ana, cast, cast.ours.waived, answer="provided", text="A long explanation.").text)


def test_pages_load_no_script_they_do_not_use(cast: Cast, ana: Browser) -> None:
    assert "htmx" not in re.sub(r"<meta[^>]*>", "", page(ana, cast, "portal_home"))


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


# Around


@pytest.mark.parametrize("name", ["portal_upload", "portal_submission"])
def test_a_page_that_changes_something_answers_no_get(cast: Cast, ana: Browser, name: str) -> None:
    assert ana.get(cast.ours.portal(name, request_id=cast.ours.pending.pk)).status_code == 405


@pytest.mark.parametrize("name", ["portal_sign_out", "portal_link_request", "portal_code_request"])
def test_buttons_of_the_entry_page_answer_no_get(cast: Cast, ana: Browser, name: str) -> None:
    assert ana.get(cast.ours.portal(name)).status_code == 405


def test_signed_out_meanwhile_nothing_is_sent_and_that_is_said(cast: Cast, ana: Browser) -> None:
    with cast.ours.inside():
        PortalSession.objects.update(revoked_at=timezone.now())
    answer = send(ana, cast, answer="provided", text="x")
    assert answer.status_code == 302
    assert "so nothing was sent" in ana.get(answer.url).content.decode()
    assert fresh(cast, cast.ours.pending).status == "pending"


def test_the_firms_colour_is_a_stylesheet(cast: Cast, ana: Browser) -> None:
    response = ana.get(cast.ours.portal("portal_brand_css"))
    assert response.headers["Content-Type"].startswith("text/css")
    assert "--tk-brand:#" in response.content.decode()
