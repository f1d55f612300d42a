"""The steps of a request's life, over HTTP."""

from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from clients.models import InformationRequest, RequestEvent
from conversations.models import Notification
from tests.cast import Cast, Firm, in_portal
from tests.jobs import run_jobs

SignIn = Any
STEPS = ["request_publication", "request_acceptance", "request_return", "request_waiver", "request_reopening"]
WHY = {"reason": "Page 3 is missing."}


def url(firm: Firm, name: str, state: str) -> str:
    return firm.url(name, request_id=getattr(firm, state).pk)


def status(firm: Firm, state: str) -> str:
    with firm.inside():
        return InformationRequest.objects.values_list("status", flat=True).get(pk=getattr(firm, state).pk)


@pytest.mark.parametrize(
    ("state", "step", "end"),
    [
        ("draft", "request_publication", "pending"),
        ("submitted", "request_acceptance", "accepted"),
        ("submitted", "request_return", "returned"),
        ("accepted", "request_return", "returned"),
        ("draft", "request_waiver", "waived"),
        ("pending", "request_waiver", "waived"),
        ("returned", "request_waiver", "waived"),
        ("accepted", "request_reopening", "pending"),
        ("waived", "request_reopening", "pending"),
    ],
)
def test_a_step_leads_on_and_its_history_says_who_and_why(
    cast: Cast, sign_in: SignIn, state: str, step: str, end: str
) -> None:
    answer = sign_in(cast.ours.member).post(url(cast.ours, step, state), WHY)
    assert answer.status_code == 302
    assert answer.url == url(cast.ours, "request_detail", state)
    assert status(cast.ours, state) == end
    with cast.ours.inside():
        event = RequestEvent.objects.filter(request=getattr(cast.ours, state)).latest("id")
    reason = "" if step in ("request_publication", "request_acceptance") else WHY["reason"]
    assert (event.from_status, event.to_status, event.member_id) == (state, end, cast.ours.member.pk)
    assert event.reason == reason


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("pending", "request_publication"),
        ("pending", "request_acceptance"),
        ("draft", "request_return"),
        ("accepted", "request_waiver"),
        ("submitted", "request_reopening"),
    ],
)
def test_a_step_from_the_wrong_state_is_refused_with_a_sentence(
    cast: Cast, sign_in: SignIn, state: str, step: str
) -> None:
    answer = sign_in(cast.ours.member).post(url(cast.ours, step, state), WHY)
    assert answer.status_code == 409
    assert "Someone changed this meanwhile" in answer.text
    assert status(cast.ours, state) == state


def test_a_second_acceptance_changes_nothing_and_says_so(cast: Cast, sign_in: SignIn) -> None:
    browser, accept = sign_in(cast.ours.member), url(cast.ours, "request_acceptance", "submitted")
    assert browser.post(accept).status_code == 302
    assert browser.post(accept).status_code == 409
    with cast.ours.inside():
        assert RequestEvent.objects.filter(request=cast.ours.submitted, to_status="accepted").count() == 1


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("request_return", "Say what is missing"),
        ("request_waiver", "Say why it is no longer needed"),
        ("request_reopening", "Say why you ask again"),
    ],
)
def test_a_reason_is_needed_and_asked_for_beside_its_field(
    cast: Cast, sign_in: SignIn, step: str, sentence: str
) -> None:
    state = "accepted" if step == "request_reopening" else "submitted"
    answer = sign_in(cast.ours.member).post(url(cast.ours, step, state), {"reason": "  "})
    assert answer.status_code == 422
    assert f'id="{step.removeprefix("request_")}-reason-error"' in answer.text
    assert sentence in answer.text
    assert status(cast.ours, state) == state


def test_what_is_asked_again_says_why_to_the_client_and_to_who_follows_it(cast: Cast, sign_in: SignIn) -> None:
    ours, item = cast.ours, cast.ours.accepted
    with ours.inside():
        InformationRequest.objects.filter(pk=item.pk).update(assigned_to=ours.admin, submitted_by=ours.ana)
    sign_in(ours.member).post(url(ours, "request_reopening", "accepted"), {"reason": "The bank sent a newer one."})
    run_jobs()
    (sent,) = [message for message in mail.outbox if message.to == [ours.ana.email]]
    assert sent.subject == f"Asked again: {item.title}"
    assert "once more" in sent.body and "The bank sent a newer one." in sent.body
    with ours.inside():
        assert Notification.objects.get(member=ours.admin).event == "request_reopened"
    portal, page = in_portal(ours), ours.portal("portal_request", request_id=item.pk)
    assert "Asked again: The bank sent a newer one." in portal.get(ours.portal("portal_home")).text
    shown = portal.get(page).text
    assert "Asked again" in shown and "The bank sent a newer one." in shown
    assert "The bank sent a newer one." in sign_in(ours.member).get(url(ours, "request_detail", "accepted")).text
    portal.post(ours.portal("portal_submission", request_id=item.pk), {"answer": "provided", "text": "Here it is."})
    assert status(ours, "accepted") == "submitted"
    assert "Asked again" not in portal.get(page).text


def test_a_reason_that_comes_too_late_is_not_lost(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.ours.member).post(url(cast.ours, "request_waiver", "submitted"), WHY)
    assert answer.status_code == 302
    with cast.ours.inside():
        InformationRequest.objects.get(pk=cast.ours.submitted.pk).reopen(by=cast.ours.admin, reason="Needed after all.")
    answer = sign_in(cast.ours.member).post(url(cast.ours, "request_return", "submitted"), WHY)
    assert answer.status_code == 409
    assert WHY["reason"] in answer.text


def test_a_draft_that_was_waived_is_a_draft_again_and_the_client_never_hears_of_it(cast: Cast, sign_in: SignIn) -> None:
    ours, browser = cast.ours, sign_in(cast.ours.member)
    for step in ("request_waiver", "request_reopening"):
        assert browser.post(url(ours, step, "draft"), WHY).status_code == 302
    run_jobs()
    assert status(ours, "draft") == "draft" and mail.outbox == []
    browser.post(url(ours, "request_publication", "draft"))
    page = in_portal(ours).get(ours.portal("portal_request", request_id=ours.draft.pk)).text
    assert ours.draft.title in page and "Asked again" not in page
    with ours.inside():
        verbs = [event.verb for event in RequestEvent.objects.filter(request=ours.draft).order_by("created_at", "pk")]
    assert verbs[-3:] == ["waived", "reopened", "published"]


def test_from_the_list_a_step_leads_back_to_the_list(cast: Cast, sign_in: SignIn) -> None:
    pressed = url(cast.ours, "request_acceptance", "submitted") + "?list&status=submitted&after=abc"
    answer = sign_in(cast.ours.member).post(pressed)
    there = cast.ours.url("request_list_detail", list_id=cast.ours.request_list.pk)
    assert answer.url == f"{there}?status=submitted&after=abc#request-{cast.ours.submitted.pk}"


@pytest.mark.parametrize("step", STEPS)
def test_a_step_needs_permission_and_the_right_firm(cast: Cast, sign_in: SignIn, step: str) -> None:
    assert sign_in(cast.ours.viewer).post(url(cast.ours, step, "submitted"), WHY).status_code == 403
    assert sign_in(cast.ours.billing).post(url(cast.ours, step, "submitted"), WHY).status_code == 403
    for request_id in (cast.theirs.submitted.pk, uuid4()):
        there = cast.ours.url(step, request_id=request_id)
        assert sign_in(cast.ours.owner).post(there, WHY).status_code == 404
    assert sign_in(cast.ours.owner).get(url(cast.ours, step, "submitted")).status_code == 405
    assert status(cast.theirs, "submitted") == "submitted"


@pytest.mark.parametrize("step", STEPS)
def test_signed_out_nothing_happens(cast: Cast, client: Any, step: str) -> None:
    answer = client.post(url(cast.ours, step, "submitted"), WHY)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")
    assert status(cast.ours, "submitted") == "submitted"


def test_an_answer_that_came_another_way_is_noted_with_whom_it_came_from(cast: Cast, sign_in: SignIn) -> None:
    ours, browser = cast.ours, sign_in(cast.ours.member)
    where, page = url(ours, "request_receiving", "pending"), url(ours, "request_detail", "pending")
    assert where in browser.get(page).text
    assert where not in sign_in(ours.viewer).get(page).text

    said = {"giver": ours.ana.pk, "reason": "By email on 3 March."}
    unsaid, stranger = (
        browser.post(where, said | {"reason": " "}),
        browser.post(where, said | {"giver": cast.theirs.ana.pk}),
    )
    assert "Say how it came" in unsaid.text
    assert stranger.status_code == unsaid.status_code == 422
    assert browser.post(where, said).url == page
    assert "Someone changed this meanwhile, so nothing was done" in browser.post(where, said).text

    with ours.inside():
        item, event = InformationRequest.objects.get(pk=ours.pending.pk), RequestEvent.objects.latest("id")
    assert (item.status, item.answer, item.submitted_by_id) == ("submitted", "provided", ours.ana.pk)
    assert (event.verb, event.member_id, event.reason) == ("received", ours.member.pk, "By email on 3 March.")
    assert "By email on 3 March." in in_portal(ours).get(ours.portal("portal_request", request_id=item.pk)).text
    assert browser.post(url(ours, "request_acceptance", "pending")).status_code == 302
