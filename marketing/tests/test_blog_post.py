from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from marketing.views.blog_post import PAGE_SIZE

pytestmark = pytest.mark.django_db(databases=["marketing"])


def test_the_list_shows_what_is_published_newest_first(client, make_post, draft):
    make_post("older", days_ago=9)
    make_post("newer", days_ago=2)
    make_post("of-tomorrow", days_ago=-1)
    page = client.get("/blog/").content.decode()
    assert 0 < page.index("/blog/newer/") < page.index("/blog/older/")
    assert draft.slug not in page
    assert "of-tomorrow" not in page


def test_a_blog_without_posts_says_so(client):
    assert "Nothing is published yet" in client.get("/blog/").content.decode()


def test_a_long_list_has_pages_and_each_its_own_address(client, make_post):
    for number in range(PAGE_SIZE + 1):
        make_post(f"post-{number:02}", days_ago=number + 1)
    first, second = client.get("/blog/").content.decode(), client.get("/blog/?page=2").content.decode()
    assert 'href="/blog/?page=2" rel="next"' in first
    assert "/blog/post-10/" not in first
    assert "/blog/post-10/" in second
    assert 'rel="canonical" href="http://localhost:8000/blog/?page=2"' in second
    assert 'href="/blog/" rel="prev"' in second


@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "99999999999999999999"])
def test_a_page_that_is_not_there_is_not_found(client, page):
    assert client.get("/blog/", {"page": page}).status_code == 404


def test_a_post_says_who_wrote_it_when_and_what_to_read_next(client, make_post):
    make_post(title="Ask for the thing", topic="Requests", published_at=datetime(2026, 2, 24, 9, tzinfo=UTC))
    make_post("another")
    page = client.get("/blog/ask-for-the-thing/").content.decode()
    assert "Ida Wright" in page
    assert '<time datetime="2026-02-24">24 February 2026</time> · 1 minute<' in page
    assert '<a href="/blog/another/">Another</a>' in page


def test_a_post_describes_itself_to_other_sites(client, make_post):
    make_post(title='A "quoted" title')
    page = client.get("/blog/ask-for-the-thing/", headers={"host": "localhost"}).content.decode()
    assert 'rel="canonical" href="http://localhost:8000/blog/ask-for-the-thing/"' in page
    assert '<meta property="og:title" content="A &quot;quoted&quot; title">' in page
    assert '<meta property="og:type" content="article">' in page


def test_a_draft_is_not_found_and_neither_is_a_post_before_its_time(client, make_post, draft):
    make_post("of-tomorrow", published_at=timezone.now() + timedelta(hours=1))
    for slug in (draft.slug, "of-tomorrow", "never-written"):
        assert client.get(f"/blog/{slug}/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/blog/", "/blog/ask-for-the-thing/", "/blog/feed/", "/sitemap.xml", "/robots.txt"]
)
def test_caches_may_keep_a_page_for_a_minute(client, make_post, path):
    make_post()
    page = client.get(path)
    assert page["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in page.get("Vary", "")
    assert not page.cookies
    assert client.get(path, headers={"if-none-match": page["ETag"]}).status_code == 304
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
