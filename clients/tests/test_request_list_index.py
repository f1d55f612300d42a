"""The lists of requests of the firm and of one client: filters, order, columns, saved views."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from clients.models import Client, InformationRequest, RequestList
from tests.cast import Cast

SignIn = Any


def titles(answer: Any) -> list[str]:
    return [row["list"].title for row in answer.context["rows"]]


def test_the_index_shows_every_list_with_client_and_progress(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.ours.member).get(cast.ours.url("request_list_index"))
    assert answer.status_code == 200
    assert "Year-end audit requests" in (text := answer.text)
    assert cast.ours.bakery.name in text
    assert cast.theirs.bakery.name not in text
    assert "1 of 4 accepted, 1 to review, 2 with client" in text


def test_the_index_filters_by_state_words_and_whose(cast: Cast, sign_in: SignIn) -> None:
    browser, index = sign_in(cast.ours.admin), cast.ours.url("request_list_index")
    assert "Year-end audit" not in browser.get(index, {"state": "closed"}).text
    assert "Year-end audit" in browser.get(index, {"q": "northwind"}).text
    assert "Year-end audit" not in browser.get(index, {"q": "nothing like it"}).text
    assert "Year-end audit" not in browser.get(index, {"who": "me"}).text
    assert browser.get(index, {"q": "a\0b"}).status_code == 200
    assert "Year-end audit" in sign_in(cast.ours.member).get(index, {"who": "me"}).text


def test_the_index_costs_the_same_for_many_lists(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    with cast.ours.inside():
        for number in range(30):
            made = RequestList.objects.create(title=f"List {number}", client=cast.ours.bakery)
            InformationRequest.objects.create(request_list=made, number=1, title="x")
    browser = sign_in(cast.ours.member)
    with django_assert_max_num_queries(22) as few:
        browser.get(cast.ours.url("request_list_index"))
    with cast.ours.inside():
        RequestList.objects.filter(title__startswith="List").update(deleted_at=timezone.now())
    with django_assert_max_num_queries(len(few.captured_queries)):
        browser.get(cast.ours.url("request_list_index"))


def test_the_index_goes_on_over_pages_and_keeps_its_filters(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        for number in range(60):
            RequestList.objects.create(title=f"List {number:02d}", client=cast.ours.bakery)
    browser, index = sign_in(cast.ours.member), cast.ours.url("request_list_index")
    first = browser.get(index, {"q": "List"})
    second = browser.get(index + first.context["page"].next)
    assert "q=List" in first.context["page"].next
    titles = [row["list"].title for answer in (first, second) for row in answer.context["rows"]]
    assert sorted(titles) == [f"List {number:02d}" for number in range(60)]


def test_a_client_tab_shows_its_lists_only(cast: Cast, sign_in: SignIn) -> None:
    with cast.ours.inside():
        other = Client.objects.create(name="Other Ltd")
        RequestList.objects.create(title="Other things", client=other)
    answer = sign_in(cast.ours.member).get(cast.ours.url("client_requests", client_id=cast.ours.bakery.pk))
    assert "Year-end audit" in answer.text
    assert "Other things" not in answer.text


def test_each_filter_and_order_of_the_lists_does_what_it_says(cast: Cast, sign_in: SignIn) -> None:
    browser, yesterday = sign_in(cast.ours.member), timezone.localdate() - timedelta(days=1)
    audit = "Year-end audit requests"
    with cast.ours.inside():
        kestrel = Client.objects.create(name="Kestrel")
        RequestList.objects.filter(pk=cast.ours.request_list.pk).update(due_date=None)
        late = RequestList.objects.create(title="Late", client=kestrel, due_date=yesterday)
        InformationRequest.objects.create(request_list=late, number=1, title="x", due_date=yesterday)
        settled = RequestList.objects.create(title="Settled", client=kestrel, due_date=yesterday + timedelta(days=9))
        InformationRequest.objects.create(
            request_list=settled, number=1, title="x", status="accepted", reviewed_at=timezone.now()
        )
        RequestList.objects.create(title="Over", client=kestrel, status="closed", closed_at=timezone.now())

    def shown(**params: str) -> list[str]:
        return titles(browser.get(cast.ours.url("request_list_index"), params))

    assert shown(turn="late") == ["Late"]
    assert shown(turn="firm") == shown(who="lead") == [audit]
    assert set(shown(turn="client")) == {"Late", audit}
    assert shown(turn="done") == ["Settled"]
    assert shown(state="closed") == ["Over"]
    assert shown(o="title") == shown(o="due") == ["Late", "Settled", audit]
    assert set(shown(turn="nonsense", o="x")) == {"Late", "Settled", audit}


def test_lists_have_views_and_columns_of_the_members_own(cast: Cast, sign_in: SignIn) -> None:
    browser, index = sign_in(cast.ours.member), cast.ours.url("request_list_index")
    save = cast.ours.url("saved_view_create", list_name="request-lists")
    made = browser.post(f"{save}?turn=firm&o=due", {"name": "Due soon", "is_default": "on"})
    assert browser.get(index).url == made.url
    shown = browser.get(made.url)
    assert ("Due soon", "1", True) in [(tab.label, tab.count, tab.is_current) for tab in shown.context["tabs"]]
    browser.post(cast.ours.url("list_columns", list_name="request-lists"), {"columns": ["lead", "period"]})
    shown = browser.get(index, {"view": "all"})
    assert shown.context["shown"] == ["period", "lead"]
    assert f">{cast.ours.member.display_name}<" in shown.text and "?view=all&amp;o=due" not in shown.text
    assert sign_in(cast.ours.billing).post(save, {"name": "x"}).status_code == 404
