"""One request: its page, its drawer, adding, editing, and the cells of its row."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from clients.models import ClientContact, Document, DocumentVersion, InformationRequest, RequestDocument, RequestEvent
from organizations.models import Membership
from tests.cast import Cast, Firm

SignIn = Any
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def url(firm: Firm, name: str, state: str = "submitted") -> str:
    return firm.url(name, request_id=getattr(firm, state).pk)


def stored(firm: Firm, state: str = "submitted") -> InformationRequest:
    with firm.inside():
        return InformationRequest.objects.select_related("assigned_to", "contact").get(pk=getattr(firm, state).pk)


def typed(firm: Firm, **changes: Any) -> dict[str, Any]:
    item = stored(firm)
    return {"title": item.title, "category": item.category, "priority": "medium", "version": item.version, **changes}


def test_the_page_shows_answer_files_and_history(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.ours.member).get(url(cast.ours, "request_detail"))
    text = answer.text
    assert "PBC-003" in text
    assert "Provided" in text
    assert "Bank statement.pdf" in text
    assert cast.ours.url("document_preview", document_id=cast.ours.document.pk) in text
    assert "Answered" in text
    assert text.count("<h1") == 1


def test_a_draft_offers_publishing_and_no_acceptance(cast: Cast, sign_in: SignIn) -> None:
    text = sign_in(cast.ours.member).get(url(cast.ours, "request_detail", "draft")).text
    assert url(cast.ours, "request_publication", "draft") in text
    assert url(cast.ours, "request_acceptance", "draft") not in text


def test_a_viewer_sees_the_page_without_buttons(cast: Cast, sign_in: SignIn) -> None:
    text = sign_in(cast.ours.viewer).get(url(cast.ours, "request_detail")).text
    assert "The submitted request" in text
    for step in ("request_acceptance", "request_return", "request_waiver", "request_update"):
        assert url(cast.ours, step) not in text


def test_without_the_right_to_documents_files_have_names_only(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.viewer.pk).update(permissions={"view_documents": False})
    text = sign_in(cast.ours.viewer).get(url(cast.ours, "request_detail")).text
    assert "Bank statement.pdf" in text
    assert "/download/" not in text


def test_htmx_gets_the_drawer(cast: Cast, sign_in: SignIn) -> None:
    text = sign_in(cast.ours.member).get(url(cast.ours, "request_detail"), headers=PART).text
    assert text.strip().startswith('<div class="offcanvas-header">')
    assert f"{url(cast.ours, 'request_acceptance')}?list" in text


def test_a_request_is_added_as_a_draft_with_the_next_number(cast: Cast, sign_in: SignIn) -> None:
    browser, add = sign_in(cast.ours.member), cast.ours.url("request_create", list_id=cast.ours.request_list.pk)
    key = browser.get(add).context["form"].initial["key"]
    data = {
        "title": "Loan agreements",
        "category": "Loans",
        "priority": "high",
        "contact": cast.ours.ana.pk,
        "key": key,
    }

    for _ in range(2):  # a double click
        assert browser.post(add, data).status_code == 302

    with cast.ours.inside():
        item = InformationRequest.objects.get(title="Loan agreements")
        event = RequestEvent.objects.get(request=item)
        assert item.reference == "PBC-007"
        assert (event.from_status, event.to_status, event.member_id) == ("", "draft", cast.ours.member.pk)
    assert (item.status, item.priority, item.contact_id) == ("draft", "high", cast.ours.ana.pk)
    assert item.created_by_id == cast.ours.member.pk


def test_a_request_may_be_shown_to_the_client_at_once(cast: Cast, sign_in: SignIn) -> None:
    add = cast.ours.url("request_create", list_id=cast.ours.request_list.pk)
    sign_in(cast.ours.member).post(add, {"title": "Loan agreements", "priority": "medium", "publish": "on"})
    with cast.ours.inside():
        assert InformationRequest.objects.get(title="Loan agreements").status == "pending"


@pytest.mark.parametrize("name", ["request_create", "request_update"])
def test_only_people_of_this_firm_and_client_can_be_chosen(cast: Cast, sign_in: SignIn, name: str) -> None:
    wrong = {"assigned_to": cast.theirs.member.pk, "contact": cast.theirs.ana.pk, "title": ""}
    there = cast.ours.url(name, list_id=cast.ours.request_list.pk) if name == "request_create" else url(cast.ours, name)
    answer = sign_in(cast.ours.member).post(there, typed(cast.ours, **wrong))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"assigned_to", "contact", "title"}


def test_a_reviewer_must_be_able_to_see_requests(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.ours.member).get(url(cast.ours, "request_update"))
    with cast.ours.inside():
        offered = set(answer.context["form"].fields["assigned_to"].queryset.values_list("role", flat=True))
    assert offered == {"owner", "admin", "member", "viewer"}


@pytest.mark.parametrize("gone", ["contact", "reviewer"])
def test_saving_a_request_keeps_people_who_left(cast: Cast, sign_in: SignIn, gone: str) -> None:
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.submitted.pk).update(
            contact=cast.ours.ana, assigned_to=cast.ours.viewer
        )
        if gone == "contact":
            ClientContact.objects.filter(pk=cast.ours.ana.pk).update(deleted_at=timezone.now())
        else:
            Membership.objects.filter(pk=cast.ours.viewer.pk).update(status="suspended")
    browser, there = sign_in(cast.ours.member), url(cast.ours, "request_update")
    form = browser.get(there)
    assert {"contact": "Ana Ruiz (removed)", "reviewer": "(suspended)"}[gone] in form.text
    data = {name: form.context["form"][name].value() for name in ("contact", "assigned_to")}
    assert browser.post(there, typed(cast.ours, title="Renamed", **data)).status_code == 302
    item = stored(cast.ours)
    assert (item.title, item.contact_id, item.assigned_to_id) == ("Renamed", cast.ours.ana.pk, cast.ours.viewer.pk)
    cell = browser.get(url(cast.ours, "request_assignment"), headers=PART).text
    assert f'value="{cast.ours.viewer.pk}" selected' in cell


def test_a_request_of_a_removed_contact_says_that_nobody_sees_it(cast: Cast, sign_in: SignIn) -> None:
    browser, there = sign_in(cast.ours.member), url(cast.ours, "request_detail", "pending")
    assert "Nobody at the client sees this" not in browser.get(there).text
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(contact=cast.ours.ana)
        ClientContact.objects.filter(pk=cast.ours.ana.pk).update(deleted_at=timezone.now())
    assert "Nobody at the client sees this" in browser.get(there).text


def test_a_request_is_changed(cast: Cast, sign_in: SignIn) -> None:
    data = typed(cast.ours, title="Bank statements", due_date="2026-03-10", assigned_to=cast.ours.admin.pk)
    answer = sign_in(cast.ours.member).post(url(cast.ours, "request_update"), data)
    assert answer.url == url(cast.ours, "request_detail")
    item = stored(cast.ours)
    assert (item.title, item.due_date, item.assigned_to_id) == (
        "Bank statements",
        date(2026, 3, 10),
        cast.ours.admin.pk,
    )
    assert (item.version, item.status) == (2, "submitted")


def test_a_stale_form_is_not_saved_and_keeps_what_was_typed(cast: Cast, sign_in: SignIn) -> None:
    browser, mine = sign_in(cast.ours.member), typed(cast.ours, title="My title")
    sign_in(cast.ours.admin).post(url(cast.ours, "request_update"), typed(cast.ours, title="Their title"))

    answer = browser.post(url(cast.ours, "request_update"), mine)

    assert answer.status_code == 409
    assert 'value="My title"' in answer.text
    assert "Their title" in answer.text
    assert stored(cast.ours).title == "Their title"
    again = mine | {"version": answer.context["form"].data["version"]}
    assert browser.post(url(cast.ours, "request_update"), again).status_code == 302
    assert stored(cast.ours).title == "My title"


def test_a_due_date_is_changed_in_its_row(cast: Cast, sign_in: SignIn) -> None:
    browser, there = sign_in(cast.ours.member), url(cast.ours, "request_due_date", "pending")
    assert browser.get(there, headers=PART).text.strip().startswith("<form")

    row = browser.post(there, {"due_date": "2020-01-01", "version": 1}, headers=PART)

    assert row.status_code == 200
    assert row.text.strip().startswith(f'<tr id="request-{cast.ours.pending.pk}"')
    assert f"{cast.ours.pending.pk}:2" in row.text
    assert "Overdue" in row.text
    assert '<hx-partial hx-target="#progress"' in row.text
    assert stored(cast.ours, "pending").due_date == date(2020, 1, 1)


def test_a_cell_that_changed_meanwhile_is_not_overwritten(cast: Cast, sign_in: SignIn) -> None:
    browser, there = sign_in(cast.ours.member), url(cast.ours, "request_due_date")
    browser.post(there, {"due_date": "2026-03-01", "version": 1})
    row = browser.post(there, {"due_date": "2026-04-01", "version": 1}, headers=PART)
    assert row.status_code == 409
    assert "PBC-003 changed meanwhile" in row.headers["HX-Trigger"]
    assert stored(cast.ours).due_date == date(2026, 3, 1)
    page = browser.post(there, {"due_date": "2026-04-01", "version": 1}, follow=True)
    assert "PBC-003 changed meanwhile" in page.text


def test_a_cell_has_a_page_of_its_own_without_scripts(cast: Cast, sign_in: SignIn) -> None:
    browser, there = sign_in(cast.ours.member), url(cast.ours, "request_assignment")
    assert "<h1" in browser.get(there).text
    answer = browser.post(there, {"assigned_to": cast.ours.admin.pk, "version": 1})
    assert answer.url.endswith(f"#request-{cast.ours.submitted.pk}")
    assert stored(cast.ours).assigned_to_id == cast.ours.admin.pk
    assert browser.post(there, {"assigned_to": cast.theirs.admin.pk, "version": 2}).status_code == 422


FORMS = ["request_update", "request_due_date", "request_assignment"]


@pytest.mark.parametrize("name", ["request_detail", *FORMS])
def test_another_firms_request_is_not_found(cast: Cast, sign_in: SignIn, name: str) -> None:
    browser = sign_in(cast.ours.owner)
    for request_id in (cast.theirs.submitted.pk, uuid4()):
        assert browser.get(cast.ours.url(name, request_id=request_id)).status_code == 404


@pytest.mark.parametrize("name", FORMS)
def test_a_viewer_may_not_edit(cast: Cast, sign_in: SignIn, name: str) -> None:
    browser = sign_in(cast.ours.viewer)
    assert browser.get(url(cast.ours, name)).status_code == 403
    assert browser.post(url(cast.ours, name), typed(cast.ours)).status_code == 403


@pytest.mark.parametrize("name", ["request_detail", *FORMS])
def test_billing_sees_no_request(cast: Cast, sign_in: SignIn, name: str) -> None:
    assert sign_in(cast.ours.billing).get(url(cast.ours, name)).status_code == 403


def test_the_page_costs_the_same_for_many_files(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    browser, there = sign_in(cast.ours.member), url(cast.ours, "request_detail")
    with django_assert_max_num_queries(29) as few:
        browser.get(there)
    with cast.ours.inside():
        for number in range(20):
            document = Document.objects.create(client=cast.ours.bakery, name=f"{number}.pdf")
            RequestDocument.objects.create(request=cast.ours.submitted, document=document)
            DocumentVersion.objects.create(
                document=document, sha256="0" * 64, size=1, content_type="text/csv", storage_key=f"org/{cast.ours.organization.pk}/{number}",
                uploaded_by_member=cast.ours.member,
            )  # fmt: skip
            RequestEvent.objects.create(request=cast.ours.submitted, to_status="submitted", member=cast.ours.member)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert "19.pdf" in browser.get(there).text
