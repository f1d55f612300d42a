"""Views kept under a name, private or shared; columns; what a list opens with."""

import pytest

from clients.models import Client, ListPreference, SavedView

pytestmark = pytest.mark.django_db


def save(browser, firm, query="", **data):
    return browser.post(f"{firm.url('saved_view_create', list_name='clients')}?{query}", data)


def page(browser, firm, **params):
    return browser.get(firm.url("client_list"), params)


def labels(response):
    return [(tab.label, tab.count) for tab in response.context["tabs"]]


def test_the_filters_shown_are_kept_under_a_name_with_a_count(cast, sign_in):
    browser = sign_in(cast.ours.member)
    with cast.ours.inside():
        Client.objects.create(name="Kestrel", industry="Birds")
    made = save(browser, cast.ours, "industry=Birds&o=-name&after=xyz&status=", name="Birds")
    assert made.status_code == 302
    shown = browser.get(made.url)
    assert ("Birds", "1") in labels(shown)
    assert [row["client"].name for row in shown.context["rows"]] == ["Kestrel"]
    with cast.ours.inside():
        assert SavedView.objects.get(name="Birds").query == "industry=Birds&o=-name"


def test_a_private_view_is_its_makers_and_a_shared_one_everybodys(cast, sign_in):
    mine = sign_in(cast.ours.member)
    save(mine, cast.ours, "lead=me", name="Mine")
    save(mine, cast.ours, "lead=nobody", name="Leaderless", is_shared="on")
    other = page(sign_in(cast.ours.viewer), cast.ours, view="all")
    assert "Leaderless" in dict(labels(other)) and "Mine" not in dict(labels(other))
    with cast.ours.inside():
        private = SavedView.objects.get(name="Mine")
        shared = SavedView.objects.get(name="Leaderless")
    viewer = sign_in(cast.ours.viewer)
    assert viewer.get(cast.ours.url("saved_view_update", view_id=private.pk)).status_code == 404
    assert viewer.post(cast.ours.url("saved_view_removal", view_id=shared.pk)).status_code == 404
    assert "shares this view" in viewer.get(cast.ours.url("saved_view_update", view_id=shared.pk)).content.decode()


def test_the_counts_of_a_shared_view_are_the_readers(cast, sign_in):
    with cast.ours.inside():
        Client.objects.create(name="Secret", industry="Birds", access="assigned")
    save(sign_in(cast.ours.owner), cast.ours, "industry=Birds", name="Birds", is_shared="on")
    assert dict(labels(page(sign_in(cast.ours.owner), cast.ours, view="all")))["Birds"] == "1"
    assert dict(labels(page(sign_in(cast.ours.member), cast.ours, view="all")))["Birds"] == "0"


def test_the_list_opens_with_the_view_a_member_chose(cast, sign_in):
    browser = sign_in(cast.ours.member)
    made = save(browser, cast.ours, "lead=me", name="I lead", is_default="on")
    assert page(browser, cast.ours).url == made.url
    assert page(browser, cast.ours, view="all").status_code == 200
    assert page(sign_in(cast.ours.admin), cast.ours).status_code == 200
    with cast.ours.inside():
        view = SavedView.objects.get(name="I lead")
    browser.post(cast.ours.url("saved_view_opening", view_id=view.pk))
    assert page(browser, cast.ours).status_code == 200


def test_a_default_that_is_not_shared_any_more_opens_nothing(cast, sign_in):
    viewer, url = sign_in(cast.ours.viewer), cast.ours.url("saved_view_opening", view_id=cast.ours.saved_view.pk)
    viewer.post(url)
    assert page(viewer, cast.ours).status_code == 302
    with cast.ours.inside():
        SavedView.objects.update(is_shared=False)
    assert page(viewer, cast.ours).status_code == 200


def test_two_views_of_one_member_have_two_names(cast, sign_in):
    browser = sign_in(cast.ours.member)
    save(browser, cast.ours, name="Birds")
    again = save(browser, cast.ours, name="birds")
    assert again.status_code == 422 and "You have a view of this name" in again.content.decode()
    assert save(sign_in(cast.ours.admin), cast.ours, name="Birds").status_code == 302


def test_columns_are_kept_for_the_member_alone(cast, sign_in):
    browser = sign_in(cast.ours.member)
    browser.post(cast.ours.url("list_columns", list_name="clients"), {"columns": ["tags", "year_end"]})
    assert page(browser, cast.ours, view="all").context["shown"] == ["tags", "year_end"]
    assert "lead" in page(sign_in(cast.ours.admin), cast.ours, view="all").context["shown"]
    browser.post(cast.ours.url("list_columns", list_name="clients"), {"usual": "1"})
    assert "lead" in page(browser, cast.ours, view="all").context["shown"]
    with cast.ours.inside():
        assert ListPreference.objects.filter(member=cast.ours.member).count() == 1


def test_a_list_nobody_registered_is_not_there(cast, sign_in):
    assert sign_in(cast.ours.member).get(cast.ours.url("saved_view_create", list_name="ghosts")).status_code == 404


def test_without_the_right_to_requests_no_column_or_filter_tells_of_them(cast, sign_in):
    with cast.ours.inside():
        cast.ours.member.permissions = {"view_requests": False}
        cast.ours.member.save()
        Client.objects.create(name="Kestrel")
    shown = page(sign_in(cast.ours.member), cast.ours, turn="client").context
    assert shown["count"] == 2 and not {"progress", "due"} & set(shown["shown"])


@pytest.mark.parametrize(
    "order", ["name", "-name", "code", "-code", "industry", "-industry", "year_end", "-year_end", "newest"]
)
def test_every_order_shows_every_client_once(cast, sign_in, order, monkeypatch):
    monkeypatch.setattr("clients.views.client_list.PER_PAGE", 4)
    with cast.ours.inside():
        for n in range(9):
            Client.objects.create(name=f"C{n % 3}", code=f"K{n}", industry=f"I{n % 2}", year_end=f"0{1 + n % 3}-28")
    browser, seen, url = sign_in(cast.ours.member), [], f"?o={order}"
    while url:
        shown = browser.get(cast.ours.url("client_list") + url).context
        seen += [row["client"].pk for row in shown["rows"]]
        url = shown["page"].next
    assert len(seen) == len(set(seen)) == 10


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"turn": "client"}, ["Northwind"]), ({"turn": "firm"}, ["Northwind"]), ({"turn": "late"}, []),
        ({"turn": "nobody"}, ["Kestrel"]), ({"lead": "nobody"}, ["Kestrel"]), ({"staff": "me"}, ["Northwind"]),
        ({"industry": "Birds"}, ["Kestrel"]), ({"year_end": "06"}, ["Kestrel"]), ({"type": "charity"}, ["Kestrel"]),
        ({"status": "onboarding"}, ["Kestrel"]), ({"tag": "ours"}, ["Northwind"]), ({"tag": "theirs"}, []),
    ],
)  # fmt: skip
def test_each_filter_finds_what_it_says(cast, sign_in, params, found):
    with cast.ours.inside():
        Client.objects.create(name="Kestrel", industry="Birds", year_end="06-30", type="charity", status="onboarding")
    params = {
        name: {"ours": cast.ours.tag.pk, "theirs": cast.theirs.tag.pk}.get(value, value)
        for name, value in params.items()
    }
    rows = page(sign_in(cast.ours.member), cast.ours, **params).context["rows"]
    assert [row["client"].name.split()[0] for row in rows] == found
