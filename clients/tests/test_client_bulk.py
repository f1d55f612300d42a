"""One change to many clients: the checked ones or all that match, with what was left alone and why."""

import csv
import io

import pytest
from asgiref.sync import async_to_sync
from openpyxl import load_workbook

from audit.models import AuditLog
from clients import client_bulk
from clients.models import Client, ClientAssignment, ClientEvent, ClientTag, ClientTagging, ClientWall
from tests.isolation.rows import changed, watch

pytestmark = pytest.mark.django_db


def add(firm, *names, **fields):
    with firm.inside():
        return [Client.objects.create(name=name, **fields) for name in names]


def listed(browser, firm, **params):
    return browser.get(firm.url("client_list"), {"view": "all", **params}).context


def checked(context, *clients):
    rows = {row["client"].pk: row["mark"] for row in context["rows"]}
    return {"selected": [f"{client.pk}:{rows[client.pk]}" for client in clients], "seen": context["seen"]}


def press(browser, firm, action, data, query=""):
    return browser.post(f"{firm.url(f'client_bulk_{action}')}{query}", data, follow=True)


def test_a_lead_is_given_to_the_checked_clients_alone(cast, sign_in):
    browser = sign_in(cast.ours.member)
    kestrel, bluewater, other = add(cast.ours, "Kestrel", "Bluewater", "Other")
    data = checked(listed(browser, cast.ours), kestrel, bluewater)
    page = press(browser, cast.ours, "lead", {**data, "member": cast.ours.admin.pk})
    assert "2 clients given a lead" in page.content.decode()
    with cast.ours.inside():
        led = ClientAssignment.objects.filter(member=cast.ours.admin, is_lead=True).values_list("client", flat=True)
        assert set(led) == {kestrel.pk, bluewater.pk}
        assert ClientEvent.objects.filter(client=kestrel, verb="team").exists()
        assert not ClientEvent.objects.filter(client=other).exists()


def test_a_row_changed_meanwhile_is_named_and_not_overwritten(cast, sign_in):
    browser = sign_in(cast.ours.member)
    kestrel, bluewater = add(cast.ours, "Kestrel", "Bluewater")
    data = checked(listed(browser, cast.ours), kestrel, bluewater)
    with cast.ours.inside():
        Client.objects.filter(pk=kestrel.pk).update(industry="Falcons")
    page = press(browser, cast.ours, "status", {**data, "status": "archived"}).content.decode()
    assert "1 client changed meanwhile and left alone: Kestrel" in page
    with cast.ours.inside():
        assert Client.objects.get(pk=kestrel.pk).status == "active"
        archived = Client.objects.get(pk=bluewater.pk)
        assert archived.is_archived and archived.archived_at


def test_all_that_match_are_changed_across_pages_and_nothing_else(cast, sign_in):
    browser = sign_in(cast.ours.member)
    add(cast.ours, *(f"Bakery {n:03d}" for n in range(60)), industry="Food")
    (other,) = add(cast.ours, "Kestrel")
    context = listed(browser, cast.ours, industry="Food")
    assert context["page"].next and context["count"] == 60
    data = {"everything": "1", "seen": context["seen"], "tag": "FY2026"}
    page = press(browser, cast.ours, "tagging", data, "?industry=Food")
    assert "60 clients tagged" in page.content.decode()
    with cast.ours.inside():
        tag = ClientTag.objects.get(name="FY2026")
        assert ClientTagging.objects.filter(tag=tag).count() == 60
        assert not ClientTagging.objects.filter(client=other).exists()


def test_of_all_that_match_what_changed_since_the_page_was_drawn_is_left_alone(cast, sign_in):
    browser = sign_in(cast.ours.member)
    kestrel, _ = add(cast.ours, "Kestrel", "Bluewater", industry="Birds")
    seen = listed(browser, cast.ours, industry="Birds")["seen"]
    with cast.ours.inside():
        Client.objects.filter(pk=kestrel.pk).update(website="https://kestrel.example")
    data = {"everything": "1", "seen": seen, "status": "onboarding"}
    page = press(browser, cast.ours, "status", data, "?industry=Birds").content.decode()
    assert "1 client changed meanwhile" in page and "1 client changed<" in page.replace("\n", "")


def test_a_wall_is_a_reason_and_is_named(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    kestrel, bluewater = add(cast.ours, "Kestrel", "Bluewater")
    with cast.ours.inside():
        ClientWall.objects.create(client=kestrel, member=cast.ours.member, reason="Cousin.")
    data = checked(listed(browser, cast.ours), kestrel, bluewater)
    page = press(browser, cast.ours, "staff", {**data, "member": cast.ours.member.pk}).content.decode()
    assert "1 client assigned" in page
    assert "1 client not changed, a wall keeps Member Harcourt from it: Kestrel" in page.replace("&#x27;", "'")
    with cast.ours.inside():
        assert not ClientAssignment.objects.filter(client=kestrel).exists()


def test_nobody_takes_a_restricted_client_from_their_own_sight(cast, sign_in):
    browser = sign_in(cast.ours.member)
    (secret,) = add(cast.ours, "Secret", access="assigned")
    with cast.ours.inside():
        ClientAssignment.objects.create(client=secret, member=cast.ours.member)
        secret.restrict_to([cast.ours.member])
    data = checked(listed(browser, cast.ours), secret)
    page = press(browser, cast.ours, "staff_removal", {**data, "member": cast.ours.member.pk}).content.decode()
    assert "you would not see it any more: Secret" in page


def test_a_client_behind_a_wall_is_not_changed_by_naming_its_id(cast, sign_in):
    (hidden,) = add(cast.ours, "Hidden")
    with cast.ours.inside():
        ClientWall.objects.create(client=hidden, member=cast.ours.member, reason="Cousin.")
    data = {"selected": [f"{hidden.pk}:{client_bulk.mark(hidden)}"], "status": "archived"}
    page = press(sign_in(cast.ours.member), cast.ours, "status", data).content.decode()
    assert "1 client no longer here" in page and "Hidden" not in page
    with cast.ours.inside():
        assert Client.objects.get(pk=hidden.pk).status == "active"


@pytest.mark.parametrize(
    ("action", "data", "sentence"),
    [
        ("status", {"status": "archived"}, "Check the clients first."),
        ("status", {"status": "archived", "selected": ["x:y"]}, "Look at the list again"),
        ("status", {"status": "archived", "everything": "1"}, "Look at the list again"),
        (
            "untagging",
            {"tag": "Nowhere", "everything": "1", "seen": "2026-01-01T00:00:00+00:00"},
            "no tag of this name",
        ),
        ("staff", {"everything": "1", "seen": "2026-01-01T00:00:00+00:00"}, "Choose a member."),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_changed(cast, sign_in, action, data, sentence):
    response = sign_in(cast.ours.member).post(cast.ours.url(f"client_bulk_{action}"), data)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_more_than_a_press_can_change_is_refused_whole(cast, sign_in, monkeypatch):
    monkeypatch.setattr(client_bulk, "MOST", 2)
    browser = sign_in(cast.ours.member)
    add(cast.ours, "A", "B", "C", industry="Food")
    seen = listed(browser, cast.ours)["seen"]
    data = {"everything": "1", "seen": seen, "status": "archived"}
    response = browser.post(f"{cast.ours.url('client_bulk_status')}?industry=Food", data)
    assert "At most 2 clients at once" in response.content.decode()
    with cast.ours.inside():
        assert not Client.objects.filter(status="archived").exists()


def body(response):
    return b"".join(response.streaming_content)


def test_the_export_has_exactly_the_filtered_rows_and_no_live_formula(cast, sign_in):
    add(cast.ours, "=HYPERLINK(1)", "Zoë & Söhne", industry="Food")
    add(cast.ours, "Not asked for")
    browser = sign_in(cast.ours.member)
    text = body(browser.get(cast.ours.url("client_export_csv"), {"industry": "Food", "o": "-name"})).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Name"] for row in rows] == ["Zoë & Söhne", "'=HYPERLINK(1)"]
    book = body(browser.get(cast.ours.url("client_export_xlsx"), {"industry": "Food"}))
    cells = [row[0] for row in load_workbook(io.BytesIO(book)).active.iter_rows(min_row=2)]
    assert {(cell.value, cell.data_type) for cell in cells} == {("=HYPERLINK(1)", "s"), ("Zoë & Söhne", "s")}


def test_the_export_is_sent_piece_by_piece_to_an_asynchronous_server_too(cast, sign_in):
    async def sent(response):
        return b"".join([piece async for piece in response])

    response = sign_in(cast.ours.member).get(cast.ours.url("client_export_csv"))
    assert "Northwind" in async_to_sync(sent)(response).decode()


def test_an_export_shows_nothing_behind_a_wall_and_is_on_record(cast, sign_in):
    (hidden,) = add(cast.ours, "Hidden")
    with cast.ours.inside():
        ClientWall.objects.create(client=hidden, member=cast.ours.member, reason="Cousin.")
    text = body(sign_in(cast.ours.member).get(cast.ours.url("client_export_csv"))).decode()
    assert "Hidden" not in text and "Northwind" in text and cast.theirs.bakery.name not in text
    with cast.ours.inside():
        line = AuditLog.objects.get(action="export")
        assert line.new_values["rows"] == 1 and line.user_id == cast.ours.member.user_id


def test_the_checked_clients_are_exported(cast, sign_in):
    browser = sign_in(cast.ours.viewer)
    kestrel, _ = add(cast.ours, "Kestrel", "Bluewater")
    data = checked(listed(browser, cast.ours), kestrel)
    text = body(browser.post(cast.ours.url("client_bulk_export"), data)).decode("utf-8-sig")
    assert [row["Name"] for row in csv.DictReader(io.StringIO(text))] == ["Kestrel"]


def test_another_firms_client_in_the_selection_is_reached_by_no_button(cast, sign_in):
    """With the mark its own list shows, so that nothing but the firm is wrong with it."""
    theirs = checked(listed(sign_in(cast.theirs.owner), cast.theirs), cast.theirs.bakery)
    browser, before = sign_in(cast.ours.owner), watch()
    wanted = {"member": cast.ours.admin.pk, "tag": "Reached", "status": "archived"}
    for action in ("lead", "staff", "staff_removal", "tagging", "untagging", "status", "export"):
        page = press(browser, cast.ours, action, {**theirs, **wanted})
        assert page.status_code == 200
        assert cast.theirs.bakery.name.encode() not in b"".join(page)
    assert not {firm for _, firm in changed(before)} & {cast.theirs.organization.pk}
    with cast.ours.inside():
        assert not ClientTagging.objects.filter(tag__name="Reached").exists()
