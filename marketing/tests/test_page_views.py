"""Pages people look at are counted beside the requests, without a cookie and without knowing anybody."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, OperationalError, connections, transaction
from django.test import RequestFactory

from marketing import page_views
from marketing.models import PageView, VisitorSalt
from marketing.page_views import Writer
from marketing.visit import salt_of, visitor

pytestmark = pytest.mark.django_db(databases=["marketing"])
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


@pytest.fixture
def writer(monkeypatch, settings):
    """Counts, and writes when the test says so."""
    settings.PAGE_VIEW_SECONDS = 1.0
    made = Writer()
    monkeypatch.setattr(made, "start", lambda: None)
    monkeypatch.setattr(page_views, "writer", made)
    return made


@pytest.fixture
def visit(client, writer):
    def visit(path="/", agent=BROWSER, **headers):
        response = client.get(path, headers={"User-Agent": agent, **headers})
        assert not response.cookies
        return response

    return visit


def test_a_page_shown_is_counted(visit, writer):
    visit("/blog/?utm_source=letter&utm_medium=mail&utm_campaign=spring", Referer="https://news.example/item?id=7")
    assert writer.write() == 1
    found = PageView.objects.get()
    assert (found.path, found.referrer_host, found.is_bot) == ("/blog/", "news.example", False)
    assert (found.utm_source, found.utm_medium, found.utm_campaign) == ("letter", "mail", "spring")


def test_a_page_the_browser_still_had_is_counted_too(visit, writer):
    tag = visit()["ETag"]
    assert visit(**{"If-None-Match": tag}).status_code == 304
    assert writer.write() == 2


@pytest.mark.parametrize(
    "path", ["/blog/feed/", "/robots.txt", "/sitemap.xml", "/blog/not-there/", "/health/", "/styleguide/"]
)
def test_what_nobody_reads_is_no_page_view(client, writer, path):
    client.get(path, headers={"User-Agent": BROWSER})
    assert writer.write() == 0


def test_a_head_or_a_page_fetched_ahead_is_no_page_view(client, visit, writer):
    client.head("/")
    visit(**{"Sec-Purpose": "prefetch;prerender"})
    assert writer.write() == 0


@pytest.mark.parametrize(
    "agent",
    [
        "Googlebot/2.1",
        "curl/8.5",
        "",
        "Mozilla/5.0 HeadlessChrome/140",
        "okhttp/4.1",
        "Mozilla/5.0 (x; +https://a.example)",
    ],
)
def test_programs_are_told_apart(visit, writer, agent):
    visit(agent=agent)
    writer.write()
    assert PageView.objects.get().is_bot


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("http://testserver/blog/", ""), ("https://[broken", ""), ("nonsense", ""), ("https://" + "a" * 400 + ".example/", "a" * 253)],
)  # fmt: skip
def test_where_a_visit_came_from_is_a_name_or_nothing(visit, writer, sent, kept):
    visit(Referer=sent)
    writer.write()
    assert PageView.objects.get().referrer_host == kept


def test_nonsense_in_an_address_spoils_no_batch(visit, writer):
    visit("/?utm_source=%00" + "x" * 500)
    visit("/blog/")
    assert writer.write() == 2


def test_one_visitor_is_the_same_all_day_and_another_the_next(visit, writer):
    for path in ("/", "/blog/"):
        visit(path)
    visit(agent="Another/1.0")
    writer.write()
    found = list(PageView.objects.order_by("id").values_list("visitor", flat=True))
    assert found[0] == found[1] != found[2]
    assert visitor(salt_of(datetime(2031, 1, 1, tzinfo=UTC).date()), "127.0.0.1", BROWSER) != found[0]


def test_old_salts_are_thrown_away(writer):
    for day in (1, 2, 3, 4):
        salt_of(datetime(2031, 1, day, tzinfo=UTC).date())
    assert [salt.day.day for salt in VisitorSalt.objects.order_by("day")] == [3, 4]


def test_nothing_of_the_visitor_is_kept(visit, writer):
    visit()
    writer.write()
    row = str(PageView.objects.values().get())
    assert "127.0.0.1" not in row
    assert "Firefox" not in row


def test_a_batch_is_one_statement_and_a_page_none(visit, writer, django_assert_num_queries):
    visit()
    writer.write()  # makes the day's salt
    with django_assert_num_queries(2, using="marketing"):
        for _ in range(50):
            writer.note(page_views.visit_of(visit_request()))
        assert writer.write() == 50


def visit_request():
    return RequestFactory().get("/", headers={"User-Agent": BROWSER})


def test_a_database_that_is_away_costs_the_count_and_not_the_page(visit, writer, monkeypatch, caplog):
    def away(batch):
        raise OperationalError("gone")

    monkeypatch.setattr(page_views, "keep", away)
    assert visit().status_code == 200
    assert writer.write() == 0
    assert "1 page views were not counted" in caplog.text


def test_a_page_is_shown_when_counting_fails(visit, monkeypatch, caplog):
    monkeypatch.setattr(page_views, "visit_of", lambda request: 1 / 0)
    assert visit().status_code == 200
    assert "A page view was not counted" in caplog.text


def test_a_flood_is_cut_off_and_said(visit, writer, monkeypatch, caplog):
    monkeypatch.setattr(writer, "_waiting", page_views.queue.Queue(3))
    for _ in range(5):
        assert visit().status_code == 200
    assert writer.write() == 3
    assert "2 page views came faster" in caplog.text


def test_counting_can_be_switched_off(visit, writer, settings):
    settings.PAGE_VIEW_SECONDS = 0.0
    visit()
    assert writer.write() == 0


def test_a_thread_writes_what_waits_and_ends_with_the_process(monkeypatch, settings):
    settings.PAGE_VIEW_SECONDS = 0.01
    written, kept, at_exit = threading.Event(), [], []
    monkeypatch.setattr(page_views, "keep", lambda batch: kept.extend(batch) or written.set())
    monkeypatch.setattr(page_views.atexit, "register", at_exit.append)
    made = Writer()
    made.note(page_views.visit_of(visit_request()))
    assert written.wait(5)
    settings.PAGE_VIEW_SECONDS = 60.0
    made.note(page_views.visit_of(visit_request()))
    [end] = at_exit
    end()
    made._thread.join(5)
    assert not made._thread.is_alive()
    assert len(kept) == 2


def test_what_was_counted_is_never_changed(visit, writer):
    visit()
    writer.write()
    for change in (lambda: PageView.objects.update(path="/x/"), lambda: PageView.objects.all().delete()):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic("marketing"):
            change()


def test_months_cannot_be_read_past_their_table():
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic("marketing"):
        connections["marketing"].cursor().execute("SELECT * FROM page_views_default")
