"""The pages of a contact: what they show, to whom, and what they load."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import ClientContact, Document, InformationRequest, RequestList
from portal.models import PortalSession
from portal.tests.answering import fresh, page, send
from tests.cast import PDF, Cast

pytestmark = pytest.mark.django_db
JSON = {"headers": {"accept": "application/json"}}


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
