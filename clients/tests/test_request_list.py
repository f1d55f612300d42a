"""Lists of requests: the index, a client's tab, making, changing, closing, and the page of one list."""

from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from clients.models import Client, ClientContact, ClientGrant, InformationRequest, RequestEvent, RequestList
from tests.cast import Cast, Firm

SignIn = Any


def page(firm: Firm) -> str:
    return firm.url("request_list_detail", list_id=firm.request_list.pk)


def many(firm: Firm, count: int, **values: Any) -> None:
    with firm.inside():
        InformationRequest.objects.bulk_create(
            InformationRequest(
                request_list=firm.request_list, number=n, position=n, category=f"Section {n % 7}", title=f"Item {n}",
                assigned_to=firm.member, contact=firm.ana, **values,
            )
            for n in range(100, 100 + count)
        )  # fmt: skip


def test_a_list_is_made_once_however_often_the_form_is_sent(cast: Cast, sign_in: SignIn) -> None:
    browser, url = sign_in(cast.ours.member), cast.ours.url("request_list_create")
    form = browser.get(url, {"client": str(cast.ours.bakery.pk)}).context["form"]
    assert form.initial["client"] == cast.ours.bakery
    data = {"client": cast.ours.bakery.pk, "title": "Tax return", "prefix": "tax", "key": form.initial["key"]}

    first, second = browser.post(url, data), browser.post(url, data)

    with cast.ours.inside():
        made = RequestList.objects.get(title="Tax return")
    assert (made.prefix, made.created_by_id) == ("TAX", cast.ours.member.pk)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url == cast.ours.url("request_list_detail", list_id=made.pk)


def test_a_list_needs_a_client_of_this_firm_and_a_plain_prefix(cast: Cast, sign_in: SignIn) -> None:
    data = {"client": cast.theirs.bakery.pk, "title": "Tax", "prefix": "T X", "project": cast.theirs.project.pk}
    answer = sign_in(cast.ours.member).post(cast.ours.url("request_list_create"), data)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"client", "prefix", "project"}


def test_a_list_is_changed(cast: Cast, sign_in: SignIn) -> None:
    url = cast.ours.url("request_list_update", list_id=cast.ours.request_list.pk)
    browser = sign_in(cast.ours.member)
    seen = browser.get(url).context["form"].initial["seen"]
    data = {"title": "Renamed", "prefix": "PBC", "due_date": "2026-03-10", "seen": seen}
    assert browser.post(url, data).url == page(cast.ours)
    with cast.ours.inside():
        changed = RequestList.objects.get(pk=cast.ours.request_list.pk)
    assert (changed.title, str(changed.due_date), changed.client_id) == ("Renamed", "2026-03-10", cast.ours.bakery.pk)


def test_a_stale_list_form_is_not_saved_and_keeps_what_was_typed(cast: Cast, sign_in: SignIn) -> None:
    url = cast.ours.url("request_list_update", list_id=cast.ours.request_list.pk)
    browser = sign_in(cast.ours.member)
    data = {"title": "Mine", "prefix": "PBC", "seen": browser.get(url).context["form"].initial["seen"]}
    with cast.ours.inside():
        RequestList.objects.filter(pk=cast.ours.request_list.pk).update(title="Theirs")
    answer = browser.post(url, data)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    data["seen"] = answer.context["form"]["seen"].value()
    assert browser.post(url, data).status_code == 302
    with cast.ours.inside():
        assert RequestList.objects.get(pk=cast.ours.request_list.pk).title == "Mine"


def test_a_request_added_meanwhile_does_not_make_the_lists_form_stale(cast: Cast, sign_in: SignIn) -> None:
    url = cast.ours.url("request_list_update", list_id=cast.ours.request_list.pk)
    browser = sign_in(cast.ours.member)
    seen = browser.get(url).context["form"].initial["seen"]
    with cast.ours.inside():
        cast.ours.request_list.next_numbers(1)
    assert browser.post(url, {"title": "Mine", "prefix": "PBC", "seen": seen}).status_code == 302


def test_a_list_is_closed_and_reopened(cast: Cast, sign_in: SignIn) -> None:
    browser, pk = sign_in(cast.ours.member), cast.ours.request_list.pk
    for _ in range(2):  # a double click
        assert browser.post(cast.ours.url("request_list_closing", list_id=pk)).url == page(cast.ours)
    assert "Closed" in (text := browser.get(page(cast.ours)).text)
    assert "Add request" not in text
    assert browser.get(cast.ours.url("request_create", list_id=pk)).status_code == 302
    browser.post(cast.ours.url("request_list_reopening", list_id=pk))
    assert "Add request" in browser.get(page(cast.ours)).text


def test_all_drafts_are_published_at_once_and_the_history_says_by_whom(cast: Cast, sign_in: SignIn) -> None:
    many(cast.ours, 3, status="draft")
    url = cast.ours.url("request_list_publication", list_id=cast.ours.request_list.pk)
    answer = sign_in(cast.ours.member).post(url, follow=True)
    assert "4 requests published" in answer.text
    with cast.ours.inside():
        assert not InformationRequest.objects.filter(status="draft").exists()
        assert RequestEvent.objects.filter(to_status="pending", member=cast.ours.member).count() == 4
    assert "no draft to publish" in sign_in(cast.ours.member).post(url, follow=True).text


def test_the_page_groups_by_section_and_says_what_is_left_out(cast: Cast, sign_in: SignIn) -> None:
    many(cast.ours, 14)
    text = sign_in(cast.ours.member).get(page(cast.ours)).text
    assert text.count('class="tk-group"') == 8
    assert text.index("Bank <span") < text.index("Section 2 <span") < text.index("Section 3 <span")
    assert "1 of 18 requests accepted" in text
    assert "1 draft and 1 not applicable are left out" in text
    assert "20 requests in 8 sections" in text


def test_overdue_takes_the_place_of_with_client(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    assert "Overdue</span>" not in browser.get(page(cast.ours)).text
    with cast.ours.inside():
        yesterday = timezone.localdate() - timedelta(days=1)
        InformationRequest.objects.filter(status__in=["pending", "accepted"]).update(due_date=yesterday)
    text = browser.get(page(cast.ours)).text
    assert text.count("Overdue</span>") == 1
    assert "With client</span>" not in text
    assert "1 day late" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "the pending"}, {"pending"}),
        ({"q": "PBC-003"}, {"submitted"}),
        ({"q": "3"}, {"submitted"}),
        ({"status": "accepted"}, {"accepted"}),
        ({"assigned": "me"}, {"draft", "pending", "submitted", "returned", "accepted", "waived"}),
        ({"assigned": "nobody"}, set()),
        ({"overdue": "on"}, set()),
        ({"q": "PBC\0"}, {"draft", "pending", "submitted", "returned", "accepted", "waived"}),
        ({"status": "nonsense", "assigned": "12"}, {"draft", "pending", "submitted", "returned", "accepted", "waived"}),
    ],
)
def test_rows_are_filtered(cast: Cast, sign_in: SignIn, query: dict[str, str], found: set[str]) -> None:
    text = sign_in(cast.ours.member).get(page(cast.ours), query).text
    states = {"draft", "pending", "submitted", "returned", "accepted", "waived"}
    assert {state for state in states if f"The {state} request" in text} == found


def test_htmx_gets_the_rows_alone_and_its_history_the_whole_page(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    part = browser.get(page(cast.ours), headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert part.strip().startswith('<section class="card" id="rows"')
    assert "<html" in browser.get(page(cast.ours), headers={"HX-Request": "true", "HX-Request-Type": "full"}).text


def test_115_requests_cost_as_many_queries_as_six(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    browser = sign_in(cast.ours.member)
    with django_assert_max_num_queries(30) as few:
        browser.get(page(cast.ours))
    many(cast.ours, 109)
    with django_assert_max_num_queries(len(few.captured_queries)):
        answer = browser.get(page(cast.ours))
    assert answer.text.count("data-select-row") == 115


def test_a_long_list_is_drawn_page_by_page(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.views.request_list.PER_PAGE", 20)
    many(cast.ours, 94)
    browser, address, seen = sign_in(cast.ours.member), page(cast.ours), []
    with django_assert_max_num_queries(30):
        first = browser.get(address)
    assert first.text.count("data-select-row") == 20
    assert "20 of 100 requests in 8 sections" in first.text
    assert "1 of 4 accepted" in first.text
    following = first
    for _ in range(3):
        seen += [item.pk for section in following.context["sections"] for item in section["items"]]
        following = browser.get(address + following.context["page"].next)
    assert len(seen) == len(set(seen)) == 60
    filtered = browser.get(address, {"status": "pending", "q": "Item"})
    assert "status=pending" in filtered.context["page"].next
    assert f'href="{address}?' in filtered.text
    assert 'hx-target="#rows"' in filtered.text


def test_the_portal_link_goes_to_the_main_contact_by_name(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        ClientContact.objects.create(client=cast.ours.bakery, name="Aaron First", email="aaron@b.example")
    text = sign_in(cast.ours.member).get(page(cast.ours)).text
    assert "Send portal link to Ana Ruiz" in text
    assert "Send portal link to Aaron" not in text


REFUSED = {
    "request_list_publication": "publish its requests",
    "request_bulk_publication": "publish its requests",
    "request_bulk_assignment": "change its requests",
    "request_bulk_due_date": "change its requests",
    "request_import": "import requests",
    "request_import_preview": "import requests",
    "request_import_run": "import requests",
    "request_create": "add requests",
}


def test_a_closed_list_takes_no_change(cast: Cast, sign_in: SignIn) -> None:
    browser, pk = sign_in(cast.ours.member), cast.ours.request_list.pk
    browser.post(cast.ours.url("request_list_closing", list_id=pk))
    data = {"selected": [f"{cast.ours.draft.pk}:1"], "due_date": "2026-03-10", "assigned_to": cast.ours.admin.pk}
    for name, purpose in REFUSED.items():
        url = cast.ours.url(name, list_id=pk)
        answer = browser.get(url, follow=True) if name.endswith("preview") else browser.post(url, data, follow=True)
        assert f"The list is closed. Reopen it to {purpose}." in answer.text, name
        assert page(cast.ours) == answer.request["PATH_INFO"]
    with cast.ours.inside():
        draft = InformationRequest.objects.get(pk=cast.ours.draft.pk)
    assert (draft.status, draft.version) == ("draft", 1)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("request_update", "pending"),
        ("request_due_date", "pending"),
        ("request_assignment", "pending"),
        ("request_publication", "draft"),
        ("request_return", "submitted"),
        ("request_reopening", "accepted"),
    ],
)
def test_nothing_of_a_closed_list_is_changed_or_asked_again(cast: Cast, sign_in: SignIn, name: str, state: str) -> None:
    browser, item = sign_in(cast.ours.member), getattr(cast.ours, state)
    browser.post(cast.ours.url("request_list_closing", list_id=cast.ours.request_list.pk))
    url = cast.ours.url(name, request_id=item.pk)
    data = {"title": "Other", "priority": "low", "version": 1, "reason": "Why", "due_date": "2026-03-10"}
    assert "The list is closed. Reopen it to" in browser.post(url, data, follow=True).text
    if name in ("request_due_date", "request_assignment"):
        row = browser.get(url, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
        assert row.status_code == 409
        assert "The list is closed" in row.headers["HX-Trigger"]
    with cast.ours.inside():
        assert InformationRequest.objects.get(pk=item.pk).version == 1
    shown = browser.get(cast.ours.url("request_detail", request_id=item.pk)).text
    assert url not in shown


def test_the_rows_of_a_closed_list_are_not_late(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    with cast.ours.inside():
        InformationRequest.objects.update(due_date=timezone.localdate() - timedelta(days=3))
    assert "days late" in browser.get(page(cast.ours)).text
    browser.post(cast.ours.url("request_list_closing", list_id=cast.ours.request_list.pk))
    text = browser.get(page(cast.ours)).text
    assert "days late" not in text
    assert "Overdue</span>" not in text
    assert "data-select-row" not in text


def test_a_list_of_a_restricted_client_is_for_those_granted(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        Client.objects.filter(pk=cast.ours.bakery.pk).update(access="assigned")
        ClientGrant.objects.all().delete()
    assert sign_in(cast.ours.member).get(page(cast.ours)).status_code == 404
    assert "Year-end audit" not in sign_in(cast.ours.member).get(cast.ours.url("request_list_index")).text
    assert sign_in(cast.ours.admin).get(page(cast.ours)).status_code == 200


READS = ["request_list_detail"]
WRITES = ["request_list_closing", "request_list_reopening", "request_list_publication", "request_bulk_publication"]
FORMS = ["request_list_update", "request_create", "request_import"]


def pressed(browser: Any, firm: Firm, names: list[str], list_id: Any = None) -> dict[str, int]:
    """What each page answers: writes are posted, the rest is read."""
    urls = {name: firm.url(name, list_id=list_id or firm.request_list.pk) for name in names}
    return {name: (browser.post if name in WRITES else browser.get)(url).status_code for name, url in urls.items()}


def test_another_firms_list_and_an_unknown_one_are_not_found(cast: Cast, sign_in: SignIn) -> None:
    browser, names = sign_in(cast.ours.owner), READS + WRITES + FORMS
    for list_id in (cast.theirs.request_list.pk, uuid4()):
        assert pressed(browser, cast.ours, names, list_id) == dict.fromkeys(names, 404)


def test_a_viewer_reads_but_changes_nothing(cast: Cast, sign_in: SignIn) -> None:
    browser, names = sign_in(cast.ours.viewer), WRITES + FORMS
    text = browser.get(page(cast.ours)).text
    assert "Add request" not in text
    assert "data-select-row" not in text
    assert pressed(browser, cast.ours, names) == dict.fromkeys(names, 403)


def test_billing_sees_no_requests(cast: Cast, sign_in: SignIn) -> None:
    browser, names = sign_in(cast.ours.billing), READS + WRITES + FORMS
    assert pressed(browser, cast.ours, names) == dict.fromkeys(names, 403)
    assert browser.get(cast.ours.url("request_list_index")).status_code == 403


def test_state_does_not_change_by_get(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.owner)
    urls = [cast.ours.url(name, list_id=cast.ours.request_list.pk) for name in WRITES]
    assert {browser.get(url).status_code for url in urls} == {405}


def test_signed_out_leads_to_signing_in(cast: Cast, client: Any) -> None:
    answer = client.get(page(cast.ours))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_a_list_is_sorted_by_a_column_over_all_its_pages(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.views.request_list.PER_PAGE", 3)
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(due_date=None, assigned_to=None)
    browser = sign_in(cast.ours.member)
    for by, sign in product(["number", "title", "status", "due", "reviewer"], ["", "-"]):
        address, found = f"{page(cast.ours)}?o={sign}{by}", []
        for _ in range(2):
            shown = browser.get(address)
            found += [item.sort_key for item in shown.context["page"].rows]
            address = page(cast.ours) + shown.context["page"].next
        assert found == sorted(found, reverse=bool(sign))
        assert len(found) == 6
    assert "Bank" not in browser.get(f"{page(cast.ours)}?o=title").text.split("<tbody>")[1].split("</tbody>")[0]
    assert browser.get(f"{page(cast.ours)}?o=nothing").status_code == 200


def test_rows_are_grouped_by_area_status_or_due_date(cast: Cast, sign_in: SignIn) -> None:
    address, browser = page(cast.ours), sign_in(cast.ours.member)
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(due_date=None)
        InformationRequest.objects.filter(pk=cast.ours.returned.pk).update(due_date=date(2026, 3, 9))

    def names(by: str) -> list[str | None]:
        return [section.get("name") for section in browser.get(address, {"o": by}).context["sections"]]

    assert names("status") == ["To review", "Returned", "With client", "Draft", "Accepted", "Waived"]
    due = names("due")
    assert (due[0], due[-1]) == ("Due 9 March 2026", "No due date"), due
    assert names("title") == [None] and "Bank" in names("")
    assert '<option value="due" selected>Group by due date' in browser.get(address, {"o": "-due"}).text
