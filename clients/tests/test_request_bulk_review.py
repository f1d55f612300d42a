"""Accepting, returning, moving and deleting for many requests at once."""

from typing import Any

import pytest

from clients import request_bulk
from clients.models import ClientContact, InformationRequest, RequestEvent, RequestList
from clients.models.request_lifecycle import TransitionRefused
from conversations.models import Notification
from organizations import duties
from portal.jobs import send_published_notice, send_returned_notice
from tests.cast import Cast, Firm

SignIn = Any


def press(firm: Firm, browser: Any, name: str, *states: str, **more: Any) -> Any:
    selected = [f"{getattr(firm, state).pk}:1" for state in states]
    address = firm.url(f"request_bulk_{name}", list_id=firm.request_list.pk)
    return browser.post(f"{address}?status=submitted", {"selected": selected, **more}, follow=True)


def statuses(firm: Firm) -> dict[str, str]:
    with firm.inside():
        return {item.title.split()[1]: item.status for item in InformationRequest.objects.all()}


def test_answers_are_accepted_and_the_rest_is_named(cast: Cast, sign_in: SignIn) -> None:
    answer = press(cast.ours, sign_in(cast.ours.member), "acceptance", "submitted", "pending")
    assert "1 request accepted" in answer.text
    assert "left alone: PBC-002" in answer.text
    assert answer.redirect_chain[-1][0].endswith("?status=submitted")
    assert (statuses(cast.ours)["submitted"], statuses(cast.ours)["pending"]) == ("accepted", "pending")
    with cast.ours.inside():
        event = RequestEvent.objects.get(request=cast.ours.submitted, to_status="accepted")
        assert (event.from_status, event.member_id) == ("submitted", cast.ours.member.pk)


def test_an_answer_the_firms_rules_leave_to_a_colleague_is_not_accepted_with_the_rest(
    cast: Cast, sign_in: SignIn
) -> None:
    with cast.ours.inside():
        duties.keep(cast.ours.organization, ["author_accepts"])
        InformationRequest.objects.filter(pk=cast.ours.submitted.pk).update(created_by=cast.ours.member)
    answer = press(cast.ours, sign_in(cast.ours.member), "acceptance", "submitted")
    assert "Not waiting for your review, so left alone: PBC-003" in answer.text
    assert statuses(cast.ours)["submitted"] == "submitted"
    press(cast.ours, sign_in(cast.ours.admin), "acceptance", "submitted")
    assert statuses(cast.ours)["submitted"] == "accepted"


def test_many_are_asked_of_one_person_at_the_client(cast: Cast, sign_in: SignIn) -> None:
    ours, browser = cast.ours, sign_in(cast.ours.member)
    with ours.inside():
        bo = ClientContact.objects.create(client=ours.bakery, name="Bo", email="bo@bakery.example")
    answer = press(ours, browser, "contact", "draft", "pending", "accepted", contact=bo.pk)
    assert "2 requests changed hands" in answer.text
    assert "Answered, so left alone: PBC-005" in answer.text
    assert "Nothing was changed" in press(ours, browser, "contact", "returned", contact=cast.theirs.ana.pk).text
    with ours.inside():
        asked = InformationRequest.objects.filter(contact=bo)
        assert {row.pk for row in asked} == {ours.draft.pk, ours.pending.pk}


def test_many_are_returned_with_one_reason(cast: Cast, sign_in: SignIn, monkeypatch: Any) -> None:
    told: list[str] = []
    monkeypatch.setattr(type(send_returned_notice), "enqueue", lambda self, **kw: told.append("one"))
    monkeypatch.setattr(type(send_published_notice), "enqueue_in", lambda self, *a, **kw: told.extend(kw))
    with cast.ours.inside():
        InformationRequest.objects.update(assigned_to=cast.ours.admin)
    browser = sign_in(cast.ours.member)
    assert "Say what is missing" in press(cast.ours, browser, "return", "submitted", reason=" ").text
    answer = press(cast.ours, browser, "return", "submitted", "accepted", reason="Sign page 3.")
    assert "2 requests returned" in answer.text
    assert told.count("list_id") == 1 and "one" not in told
    with cast.ours.inside():
        assert InformationRequest.objects.get(pk=cast.ours.submitted.pk).review_reason == "Sign page 3."
        notification = Notification.objects.get(member=cast.ours.admin)
        assert (notification.event, notification.subject_id) == ("requests_returned", cast.ours.submitted.pk)


def test_a_row_that_changed_is_not_accepted(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.submitted.pk).update(version=2)
    answer = press(cast.ours, sign_in(cast.ours.member), "acceptance", "submitted")
    assert "changed meanwhile and were left alone: PBC-003" in answer.text
    assert statuses(cast.ours)["submitted"] == "submitted"


def test_requests_move_to_another_section(cast: Cast, sign_in: SignIn) -> None:
    press(cast.ours, sign_in(cast.ours.member), "section", "draft", "accepted", section="Loans")
    with cast.ours.inside():
        rows = InformationRequest.objects.filter(request_list=cast.ours.request_list).order_by("position")
        assert [(item.category, item.title.split()[1]) for item in rows][-2:] == [
            ("Loans", "draft"),
            ("Loans", "accepted"),
        ]


def test_requests_are_deleted_together(cast: Cast, sign_in: SignIn) -> None:
    press(cast.ours, sign_in(cast.ours.member), "removal", "draft", "pending")
    assert statuses(cast.ours).keys() == {"submitted", "returned", "accepted", "waived"}


def test_whoever_gets_the_requests_of_one_removed_is_told(cast: Cast, sign_in: SignIn, monkeypatch: Any) -> None:
    told: list[Any] = []
    monkeypatch.setattr(type(send_published_notice), "enqueue", lambda self, **kw: told.append(kw["list_id"]))
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(contact=cast.ours.ana)
    browser, page = sign_in(cast.ours.member), cast.ours.url("contact_removal", contact_id=cast.ours.ana.pk)
    form = browser.get(page).context["form"]
    choice = next(iter(form.fields["successor"].choices)) if "successor" in form.fields else ("", "")
    browser.post(page, {"successor": getattr(choice[0], "value", choice[0]), "requests_to": "anyone"})
    assert told == [cast.ours.request_list.pk]


@pytest.mark.parametrize("act", ["publish", "send_back", "trash", "change", "move", "publish_all"])
def test_the_model_itself_keeps_closed_lists_closed(cast: Cast, act: str) -> None:
    more: dict[str, dict[str, Any]] = {
        "publish": {"by": cast.ours.member}, "send_back": {"by": cast.ours.member, "reason": "x"},
        "change": {"values": {"priority": "low"}}, "move": {"section": "x"},
    }  # fmt: skip
    with cast.ours.inside():
        cast.ours.request_list.close()
        seen = {cast.ours.draft.pk: 1, cast.ours.submitted.pk: 1}
        with pytest.raises(TransitionRefused, match="closed"):
            if act == "publish_all":
                request_bulk.publish_all(cast.ours.request_list, by=cast.ours.member)
            else:
                getattr(request_bulk, act)(cast.ours.request_list, seen, **more.get(act, {}))
        for step in (
            lambda: cast.ours.draft.publish(by=cast.ours.member),
            lambda: cast.ours.pending.submit(by=cast.ours.ana),
        ):
            with pytest.raises(TransitionRefused, match="closed"):
                step()
        assert RequestList.objects.get(pk=cast.ours.request_list.pk).status == "closed"
