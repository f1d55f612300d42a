from xml.etree import ElementTree

import pytest

from marketing.models import BlogAuthor

pytestmark = pytest.mark.django_db(databases=["marketing"])
ATOM, SITEMAP = "{http://www.w3.org/2005/Atom}", "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(client, path):
    return ElementTree.fromstring(client.get(path).content)  # noqa: S314 (our own answer)


def test_the_feed_is_atom_and_holds_what_is_published(client, make_post, draft):
    post = make_post(title="Terms & <conditions>", summary="R&D, <b>briefly</b>", topic="Requests")
    feed = read(client, "/blog/feed/")
    [entry] = feed.findall(f"{ATOM}entry")
    assert client.get("/blog/feed/")["Content-Type"].startswith("application/atom+xml")
    assert entry.findtext(f"{ATOM}title") == "Terms & <conditions>"
    assert entry.findtext(f"{ATOM}summary") == "R&amp;D, &lt;b&gt;briefly&lt;/b&gt;"
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{post.pk}"
    assert entry.find(f"{ATOM}link").get("href") == "http://localhost:8000/blog/ask-for-the-thing/"
    assert entry.find(f"{ATOM}category").get("term") == "Requests"


def test_a_sign_that_xml_cannot_hold_breaks_no_feed(client, make_post):
    pasted = "Cash\x0bbox"
    make_post(title=pasted, summary=pasted, topic=pasted, author_name=pasted)
    [entry] = read(client, "/blog/feed/").findall(f"{ATOM}entry")
    assert (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}summary")) == ("Cash box", "Cash box")


def test_an_empty_feed_is_a_feed(client):
    assert read(client, "/blog/feed/").tag == f"{ATOM}feed"


def test_the_map_names_every_public_page(client, make_post, draft, page):
    make_post(tags=["year-end"])
    BlogAuthor.objects.create(name="Ida Wright", slug="ida-wright")
    found = [place.text for place in read(client, "/sitemap.xml").iter(f"{SITEMAP}loc")]
    assert found == [
        f"http://localhost:8000{path}"
        for path in (
            "/",
            "/features/",
            "/pricing/",
            "/blog/",
            "/case-studies/",
            "/contact/",
            "/blog/ask-for-the-thing/",
            "/blog/authors/ida-wright/",
            "/blog/tags/year-end/",
            "/pages/privacy/",
        )
    ]
    for place in found:
        assert client.get(place.removeprefix("http://localhost:8000")).status_code == 200


def test_programs_are_kept_from_what_is_not_public(client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "Disallow: /portal/\n" in answer.content.decode()
    assert "Sitemap: http://localhost:8000/sitemap.xml" in answer.content.decode()


def test_a_forged_host_reaches_no_address(client, settings, make_post):
    settings.ALLOWED_HOSTS = ["*"]
    make_post()
    for path in ("/", "/blog/", "/blog/ask-for-the-thing/", "/blog/feed/", "/sitemap.xml", "/robots.txt"):
        assert b"evil.example" not in client.get(path, headers={"host": "evil.example"}).content
