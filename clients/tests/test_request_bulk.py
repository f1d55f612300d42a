"""One change to the checked rows; what changed meanwhile is reported, not overwritten."""

from datetime import date
from typing import Any

import pytest

from clients.models import InformationRequest, RequestEvent
from conversations.models import Notification
from tests.cast import Cast, Firm

SignIn = Any
ACTIONS = ["request_bulk_publication", "request_bulk_assignment", "request_bulk_due_date"]


def url(firm: Firm, name: str) -> str:
    return firm.url(name, list_id=firm.request_list.pk)


def checked(firm: Firm, *states: str, version: int = 1) -> list[str]:
    return [f"{getattr(firm, state).pk}:{version}" for state in states]


def stored(firm: Firm) -> dict[str, InformationRequest]:
    with firm.inside():
        return {item.title.split()[1]: item for item in InformationRequest.objects.all()}


def test_the_due_date_of_all_checked_rows_is_set(cast: Cast, sign_in: SignIn) -> None:
    data = {"selected": checked(cast.ours, "draft", "pending"), "due_date": "2026-03-10"}
    answer = sign_in(cast.ours.member).post(url(cast.ours, "request_bulk_due_date"), data, follow=True)
    assert "2 requests given the due date" in answer.text
    rows = stored(cast.ours)
    assert rows["draft"].due_date == rows["pending"].due_date == date(2026, 3, 10)
    assert rows["draft"].version == 2
    assert rows["submitted"].due_date != date(2026, 3, 10)


def test_all_checked_rows_are_assigned(cast: Cast, sign_in: SignIn) -> None:
    data = {"selected": checked(cast.ours, "draft", "pending"), "assigned_to": cast.ours.admin.pk}
    sign_in(cast.ours.member).post(url(cast.ours, "request_bulk_assignment"), data)
    assert {stored(cast.ours)[state].assigned_to_id for state in ("draft", "pending")} == {cast.ours.admin.pk}
    with cast.ours.inside():  # told once, however many they are
        assert Notification.objects.filter(event="requests_assigned", member=cast.ours.admin).count() == 1


def test_a_row_that_changed_meanwhile_is_named_and_left_alone(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        cast.ours.submitted.accept(by=cast.ours.admin)
        cast.ours.returned.waive(by=cast.ours.admin, reason="Not needed.")
    selected = checked(cast.ours, "draft", "pending", "submitted", "returned", "accepted")
    data = {"selected": selected, "due_date": "2026-03-10"}
    answer = sign_in(cast.ours.member).post(url(cast.ours, "request_bulk_due_date"), data, follow=True)
    assert "2 of 5 changed meanwhile and were left alone: PBC-003, PBC-004" in answer.text
    assert stored(cast.ours)["submitted"].due_date != date(2026, 3, 10)


def test_drafts_among_the_checked_rows_are_published(cast: Cast, sign_in: SignIn) -> None:
    data = {"selected": checked(cast.ours, "draft", "accepted")}
    answer = sign_in(cast.ours.member).post(url(cast.ours, "request_bulk_publication"), data, follow=True)
    assert "1 request published" in answer.text
    assert "left alone: PBC-005" in answer.text
    rows = stored(cast.ours)
    assert (rows["draft"].status, rows["accepted"].status) == ("pending", "accepted")
    with cast.ours.inside():
        assert RequestEvent.objects.get(request=cast.ours.draft).member_id == cast.ours.member.pk


def test_after_a_change_the_same_page_and_filters_are_shown(cast: Cast, sign_in: SignIn) -> None:
    browser, query = sign_in(cast.ours.member), "?q=request&status=pending"
    there = f"{url(cast.ours, 'request_bulk_due_date')}{query}"
    shown = browser.get(cast.ours.url("request_list_detail", list_id=cast.ours.request_list.pk) + query).text
    assert f'formaction="{there.replace("&", "&amp;")}"' in shown
    data = {"selected": checked(cast.ours, "pending"), "due_date": "2026-03-10"}
    assert browser.post(there, data).url.endswith(query)


def test_of_many_left_alone_the_first_twenty_are_named(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        made = InformationRequest.objects.bulk_create(
            InformationRequest(request_list=cast.ours.request_list, number=n, title="x", version=2)
            for n in range(101, 146)
        )
    data = {"selected": [f"{item.pk}:1" for item in made], "due_date": "2026-03-10"}
    text = sign_in(cast.ours.member).post(url(cast.ours, "request_bulk_due_date"), data, follow=True).text
    assert "PBC-119, PBC-120 and 25 more" in text
    assert "PBC-121, " not in text


@pytest.mark.parametrize("name", ACTIONS)
def test_more_checked_rows_than_can_be_changed_at_once_are_answered_by_a_sentence(
    cast: Cast, sign_in: SignIn, name: str
) -> None:
    selected = [f"{cast.ours.draft.pk}:{version}" for version in range(5000)]
    data = {"selected": selected, "due_date": "2026-03-10"}
    answer = sign_in(cast.ours.member).post(url(cast.ours, name), data)
    assert answer.status_code == 422
    assert "Check up to 500 requests at once." in answer.text


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize("selected", ["nothing", "theirs", "nonsense", "no version"])
def test_rows_that_are_no_valid_choice_stop_everything(cast: Cast, sign_in: SignIn, name: str, selected: str) -> None:
    wrong = {
        "nothing": [],
        "theirs": checked(cast.theirs, "draft"),
        "nonsense": ["x"],
        "no version": [str(cast.ours.draft.pk)],
    }[selected]
    valid = checked(cast.ours, "draft") if wrong else []
    data = {"selected": wrong + valid, "due_date": "2026-03-10", "assigned_to": cast.ours.admin.pk}
    answer = sign_in(cast.ours.member).post(url(cast.ours, name), data)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert {item.version for item in stored(cast.ours).values()} == {1}
    assert {item.version for item in stored(cast.theirs).values()} == {1}


def test_people_of_another_firm_cannot_be_assigned(cast: Cast, sign_in: SignIn) -> None:
    data = {"selected": checked(cast.ours, "draft"), "assigned_to": cast.theirs.member.pk}
    assert sign_in(cast.ours.member).post(url(cast.ours, "request_bulk_assignment"), data).status_code == 422


def test_a_due_date_must_be_chosen(cast: Cast, sign_in: SignIn) -> None:
    data = {"selected": checked(cast.ours, "draft"), "due_date": ""}
    answer = sign_in(cast.ours.member).post(url(cast.ours, "request_bulk_due_date"), data)
    assert answer.status_code == 422
    assert "Choose the due date" in answer.text


@pytest.mark.parametrize("name", ACTIONS)
def test_bulk_actions_need_permission_the_right_firm_and_post(cast: Cast, sign_in: SignIn, name: str) -> None:
    data = {"selected": checked(cast.ours, "draft")}
    assert sign_in(cast.ours.viewer).post(url(cast.ours, name), data).status_code == 403
    assert sign_in(cast.ours.billing).post(url(cast.ours, name), data).status_code == 403
    theirs = cast.ours.url(name, list_id=cast.theirs.request_list.pk)
    assert sign_in(cast.ours.owner).post(theirs, data).status_code == 404
    assert sign_in(cast.ours.owner).get(url(cast.ours, name)).status_code == 405
