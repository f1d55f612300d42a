"""The order of a list, what waits for what, and the trash."""

from typing import Any

from clients.models import InformationRequest
from tests.cast import Cast, Firm

SignIn = Any


def url(firm: Firm, name: str) -> str:
    return firm.url(name, list_id=firm.request_list.pk)


def order(firm: Firm, **places: Any) -> dict[str, Any]:
    """What the page sends when nothing was touched, and what was."""
    with firm.inside():
        items = list(InformationRequest.objects.filter(request_list=firm.request_list).order_by("position"))
    data: dict[str, Any] = {"name-1": "Bank", "at-1": "1", "new_section": ""}
    data |= {f"place-{item.pk}": f"1.{at}" for at, item in enumerate(items, start=1)}
    data["shown"] = [str(item.pk) for item in items]
    return data | {name.replace("_", "-", 1) if name[:2] == "at" else name: value for name, value in places.items()}


def titles(firm: Firm) -> list[tuple[str, str]]:
    with firm.inside():
        rows = InformationRequest.objects.filter(request_list=firm.request_list).order_by("position")
        return [(item.category, item.title.split()[1]) for item in rows]


def test_a_request_is_moved_up_by_its_place(cast: Cast, sign_in: SignIn) -> None:
    data = order(cast.ours) | {f"place-{cast.ours.accepted.pk}": "1.2"}
    assert sign_in(cast.ours.member).post(url(cast.ours, "request_order"), data).status_code == 302
    assert [title for _, title in titles(cast.ours)] == [
        "draft",
        "accepted",
        "pending",
        "submitted",
        "returned",
        "waived",
    ]


def test_sections_are_made_renamed_and_reordered(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    data = order(cast.ours) | {"new_section": "Loans", f"place-{cast.ours.waived.pk}": "2.1", "name-1": "Cash"}
    browser.post(url(cast.ours, "request_order"), data)
    assert titles(cast.ours)[-1] == ("Loans", "waived")
    data = order(cast.ours) | {"name-1": "Cash", "name-2": "Loans", "at-1": "2", "at-2": "1"}
    data[f"place-{cast.ours.waived.pk}"] = "2.1"
    browser.post(url(cast.ours, "request_order"), data)
    assert titles(cast.ours)[:2] == [("Loans", "waived"), ("Cash", "draft")]


def test_a_place_that_is_none_is_told_beside_its_field(cast: Cast, sign_in: SignIn) -> None:
    for place in ("9.1", "x", "", "1.NaN", "-1"):
        data = order(cast.ours) | {f"place-{cast.ours.waived.pk}": place}
        assert sign_in(cast.ours.member).post(url(cast.ours, "request_order"), data).status_code == 422


def test_an_order_of_a_list_that_grew_meanwhile_is_not_saved(cast: Cast, sign_in: SignIn) -> None:
    data = order(cast.ours) | {f"place-{cast.ours.accepted.pk}": "1.1"}
    with cast.ours.inside():
        InformationRequest.objects.create(request_list=cast.ours.request_list, number=9, title="The new one")
    answer = sign_in(cast.ours.member).post(url(cast.ours, "request_order"), data)
    assert answer.status_code == 409
    assert "while you arranged the list" in answer.text
    assert titles(cast.ours)[1] == ("Bank", "draft")


def wait(firm: Firm, state: str, before: str) -> dict[str, Any]:
    item = getattr(firm, state)
    return {
        "title": item.title,
        "category": "Bank",
        "priority": "medium",
        "version": 1,
        "depends_on": getattr(firm, before).pk,
    }


def edit(firm: Firm, state: str) -> str:
    return firm.url("request_update", request_id=getattr(firm, state).pk)


def test_a_blocked_request_says_on_what(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    assert browser.post(edit(cast.ours, "pending"), wait(cast.ours, "pending", "submitted")).status_code == 302
    shown = browser.get(url(cast.ours, "request_list_detail")).text
    assert "Waits for PBC-003" in shown
    assert "Blocked" in shown
    detail = browser.get(cast.ours.url("request_detail", request_id=cast.ours.pending.pk)).text
    assert "It waits for" in detail
    with cast.ours.inside():
        cast.ours.submitted.accept(by=cast.ours.member)
    assert "Waits for PBC-003" not in browser.get(url(cast.ours, "request_list_detail")).text


def test_requests_cannot_wait_in_a_circle(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    browser.post(edit(cast.ours, "pending"), wait(cast.ours, "pending", "submitted"))
    browser.post(edit(cast.ours, "submitted"), wait(cast.ours, "submitted", "returned"))
    answer = browser.post(edit(cast.ours, "returned"), wait(cast.ours, "returned", "pending"))
    assert answer.status_code == 422
    assert "waits for this one already" in answer.text


def test_a_request_goes_to_the_trash_and_back(cast: Cast, sign_in: SignIn) -> None:
    browser, pending = sign_in(cast.ours.member), cast.ours.pending
    browser.post(cast.ours.url("request_removal", request_id=pending.pk))
    assert browser.get(cast.ours.url("request_detail", request_id=pending.pk)).status_code == 404
    assert "The pending request" in browser.get(url(cast.ours, "request_trash")).text
    browser.post(cast.ours.url("request_restoration", request_id=pending.pk))
    assert browser.get(cast.ours.url("request_detail", request_id=pending.pk)).status_code == 200


def test_of_a_closed_list_nothing_is_deleted_or_moved(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    browser.post(url(cast.ours, "request_list_closing"))
    answer = browser.post(cast.ours.url("request_removal", request_id=cast.ours.pending.pk), follow=True)
    assert "The list is closed." in answer.text
    assert browser.post(url(cast.ours, "request_order"), order(cast.ours)).status_code == 302
    with cast.ours.inside():
        assert InformationRequest.objects.filter(pk=cast.ours.pending.pk).exists()


def test_a_list_goes_to_the_trash_and_back(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    browser.post(url(cast.ours, "request_list_removal"))
    assert browser.get(url(cast.ours, "request_list_detail")).status_code == 404
    assert "Year-end audit requests" in browser.get(cast.ours.url("request_list_trash")).text
    browser.post(url(cast.ours, "request_list_restoration"))
    assert browser.get(url(cast.ours, "request_list_detail")).status_code == 200
