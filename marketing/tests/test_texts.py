"""What operators do with a text before, while and after visitors see it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from audit.models import PlatformAuditLog
from marketing import page_cache
from marketing.models import (
    BlogPost,
    CaseStudy,
    CmsMedia,
    CmsPage,
    CmsRendition,
    NewsletterSignup,
    NewsletterSuppression,
    PlanOffer,
    PreviewLink,
    SlugRedirect,
    TextRevision,
)  # fmt: skip
from marketing.offers import replace
from marketing.previews import address, make_link
from marketing.tests.test_admin import NO_DATE, POST, add_picture, admin_url, png
from tenancy.context import OPERATOR, surface

pytestmark = pytest.mark.django_db(databases=["default", "marketing"])


@pytest.fixture
def operator(cast, sign_in):
    return sign_in(cast.operator)


def path_of(address):
    return address.removeprefix("http://localhost:8000")


def test_every_version_is_kept_and_any_comes_back(operator, cast, client):
    operator.post(admin_url(BlogPost, "add"), POST | NO_DATE | {"tags": "year-end"})
    post = BlogPost.objects.get()
    change = admin_url(BlogPost, "change", post.pk)
    for body in ("Second", "Second"):  # saved twice as it was
        operator.post(change, POST | NO_DATE | {"body": body, "slug": "moved", "tags": "year-end"})
    kept = TextRevision.objects.filter(text_id=post.pk)
    assert [(one.number, one.values["body"], one.editor) for one in kept] == [
        (2, "Second", cast.operator.email), (1, "B", cast.operator.email),
    ]  # fmt: skip
    listed = operator.get(admin_url(BlogPost, "revisions", post.pk)).content.decode()
    assert "Revision 1" in listed and cast.operator.email in listed
    first = admin_url(BlogPost, "revision", post.pk, 1)
    assert "Second" in operator.get(first).content.decode()
    assert operator.post(first).status_code == 302
    post.refresh_from_db()
    assert (post.body, post.slug, post.tags) == ("B", "new", ["year-end"])
    assert kept.all().count() == 3, "What it replaced is kept too."
    assert client.get(first).status_code == 302, "Nobody else sees them."
    BlogPost.objects.filter(pk=post.pk).update(body="Of a program")
    operator.post(change, POST | NO_DATE | {"body": "Of a person"})
    assert [one.values["body"] for one in kept.all()[:2]] == ["Of a person", "Of a program"]


def test_an_old_address_leads_to_the_text_and_a_new_text_takes_it(operator, client, make_post):
    post = make_post("first")
    values = POST | {"status": "published", "published_at_0": "2026-01-01", "published_at_1": "09:00"}
    for slug in ("second", "third"):
        operator.post(admin_url(BlogPost, "change", post.pk), values | {"slug": slug})
    for old in ("first", "second"):
        answer = client.get(f"/blog/{old}/")
        assert (answer.status_code, answer["Location"]) == (301, "/blog/third/")
    operator.post(admin_url(BlogPost, "add"), values | {"slug": "first"})
    assert client.get("/blog/first/").status_code == 200
    BlogPost.objects.filter(pk=post.pk).update(status="draft", published_at=None)
    assert client.get("/blog/second/").status_code == 404, "A draft is shown under no address."
    assert SlugRedirect.objects.count() == 1


def test_a_link_shows_what_is_not_published_until_it_is_over_or_ended(operator, client, draft, cast):
    assert "No: it is a draft" in operator.get(admin_url(BlogPost, "change", draft.pk)).content.decode()
    previews = admin_url(BlogPost, "previews", draft.pk)
    for _ in range(2):
        assert operator.post(previews)["Location"] == previews
    links = list(PreviewLink.objects.order_by("id"))
    assert {link.made_by for link in links} == {cast.operator.email}
    addresses = [path_of(address(link)) for link in links]
    listed = operator.get(previews).content.decode()
    assert all(one in listed for one in addresses)
    seen = client.get(addresses[0])
    assert seen.status_code == 200 and "A preview." in seen.content.decode()
    assert "no-store" in seen["Cache-Control"] and seen["X-Robots-Tag"] == "noindex"
    assert client.get(f"/blog/{draft.slug}/").status_code == 404
    BlogPost.objects.filter(pk=draft.pk).update(title="Changed since")
    assert "Changed since" in client.get(addresses[0]).content.decode()

    assert client.get(admin_url(BlogPost, "preview_end", draft.pk, links[0].pk)).status_code == 302, "Nobody else does."
    assert operator.get(admin_url(BlogPost, "preview_end", draft.pk, links[0].pk)).status_code == 405
    operator.post(admin_url(BlogPost, "preview_end", draft.pk, links[0].pk))
    assert [client.get(one).status_code for one in addresses] == [410, 200]
    PreviewLink.objects.update(ends_at=datetime.now(UTC))
    assert client.get(addresses[1]).status_code == 410, "Its week is over."
    links[1].ends_at = datetime.now(UTC) + timedelta(hours=1)
    links[1].save()
    assert client.get(addresses[1].replace(str(links[1].pk), str(links[0].pk))).status_code == 410, (
        "Nobody makes one up."
    )
    draft.delete()
    assert client.get(addresses[1]).status_code == 410

    home = CmsPage.objects.create(slug="home", title="Other first words", summary="S")
    page = client.get(path_of(address(make_link(home, by=cast.operator.email)))).content.decode()
    assert '<h1 class="tk-display">Other first words</h1>' in page and "A link, not another password" in page
    assert "Other first words" not in client.get("/").content.decode()


def test_a_date_to_come_says_its_time_zone_and_comes_by_itself(operator, client, make_post, monkeypatch):
    soon = datetime.now(UTC) + timedelta(hours=1)
    post = make_post("soon", published_at=soon)
    assert "soon" not in client.get("/blog/").content.decode()
    form = operator.get(admin_url(BlogPost, "change", post.pk)).content.decode()
    assert f"From {soon:%-d %B %Y, %H:%M} UTC" in form
    typed = POST | {"published_at_0": "2031-01-01", "published_at_1": "09:00"}
    saved = operator.post(admin_url(BlogPost, "add"), typed, follow=True).content.decode()
    assert "A draft has no date: it was not kept." in saved
    before = page_cache.content_state()
    BlogPost.objects.filter(pk=post.pk).update(published_at=datetime.now(UTC))
    assert page_cache.content_state() != before
    assert "/blog/soon/" in client.get("/blog/").content.decode()


def test_a_page_is_drawn_once_until_something_of_the_site_changes(client, make_post, monkeypatch):
    post = make_post()
    drawn = []
    counted = page_cache.remembered
    monkeypatch.setattr(
        "marketing.public_page.remembered", lambda request, draw: counted(request, lambda: drawn.append(1) or draw())
    )
    tags = {client.get(f"/blog/{post.slug}/?utm_source={number}")["ETag"] for number in range(3)}
    assert len(drawn) == 1 and len(tags) == 1
    BlogPost.objects.filter(pk=post.pk).update(title="Another title")
    changed = client.get(f"/blog/{post.slug}/")
    assert "Another title" in changed.content.decode() and changed["ETag"] not in tags
    picture = re.search(r'og:image" content="(\S+)"', changed.content.decode())[1]
    BlogPost.objects.filter(pk=post.pk).update(title="A third")
    assert picture not in client.get(f"/blog/{post.slug}/").content.decode(), "Others keep the picture of a title."
    asked, key_of = [], page_cache.key_of
    monkeypatch.setattr(page_cache, "key_of", lambda *given: asked.append(given) or key_of(*given))
    for query in ("page=01", "page=%20", "period=yy"):
        assert client.get(f"/contact/?{query}").status_code == 200
    assert asked == [], "Addresses somebody makes up fill no cache."
    BlogPost.objects.all().delete()
    assert client.get(f"/blog/{post.slug}/").status_code == 404


def test_pictures_have_words_sizes_and_their_place(operator, client, make_post):
    add_picture(operator, png((1000, 500)))
    picture = CmsMedia.objects.get()
    assert list(CmsRendition.objects.values_list("width", "height")) == [(480, 240), (960, 480)]
    small = client.get(CmsRendition.objects.first().get_absolute_url())
    assert small["Content-Type"] == "image/webp" and small.content[8:12] == b"WEBP"
    make_post(cover=picture, body=f"![A page of a ledger]({picture.get_absolute_url()})")
    page = client.get("/blog/ask-for-the-thing/").content.decode()
    assert (
        page.count(f"{picture.get_absolute_url()}480/ 480w") == 2 and 'width="1000" height="500" loading="lazy"' in page
    )
    refused = operator.post(admin_url(BlogPost, "add"), POST | NO_DATE | {"body": "![ ](/media/x/)"})
    assert "A picture has no description" in refused.content.decode()


def test_prices_are_a_copy_that_an_operator_makes_anew(operator, client):
    assert "Prices are being written" in client.get("/pricing/").content.decode()
    assert operator.post(reverse("admin:marketing_planoffer_refresh")).status_code == 302
    page = client.get("/pricing/").content.decode()
    assert "Every new firm begins with 14 days of Firm" in page and page.count("Start a 14-day trial") == 1
    assert "it goes on with Starter, which is free" in page
    assert "£29" in page and "2 seats" in page and "Everything in Practice" in page
    assert "Yearly, 2 months free" in page and "Start free" in page
    assert "£290" in client.get("/pricing/?period=year").content.decode()
    replace([])
    assert not PlanOffer.objects.exists()


def test_a_case_study_shows_its_figures(client):
    assert "Nobody has told their story yet" in client.get("/case-studies/").content.decode()
    CaseStudy.objects.create(
        slug="bramwell", title="Sooner", summary="S", firm_name="Bramwell", body="## Before\n\nLists.",
        figures="41 → 23 | days, median", status="published", published_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert "Sooner" in client.get("/case-studies/").content.decode()
    page = client.get("/case-studies/bramwell/").content.decode()
    assert '<dt class="tk-figure">41 → 23</dt><dd class="mt-2 mb-0">days, median</dd>' in page
    assert '"@type": "Article"' in page and 'hreflang="en-GB"' in page
    image = client.get("/og/case/bramwell.png")
    assert image["Content-Type"] == "image/png" and image.content[16:24] == (1200).to_bytes(4) + (630).to_bytes(4)
    assert client.get("/og/case/none.png").status_code == 404


def test_the_list_to_mail_is_who_confirmed_and_neither_left_nor_bounced(operator, cast):
    now = datetime.now(UTC)
    for name in ("ida", "=cmd", "bounced"):
        NewsletterSignup.objects.create(
            email=f"{name}@firm.example", status="confirmed", consent_text="Yes", asked_at=now, confirmed_at=now
        )
    NewsletterSignup.objects.create(email="asked@firm.example", consent_text="Yes", asked_at=now)
    NewsletterSuppression.objects.create(email="bounced@firm.example", reason="bounced")
    answer = operator.get(reverse("admin:marketing_newslettersignup_export"))
    lines = answer.content.decode().splitlines()
    assert [line.split(",")[0] for line in lines] == ["email", "ida@firm.example", "'=cmd@firm.example"]
    assert "/newsletter/leave/" in lines[1] and "no-store" in answer["Cache-Control"]
    with surface(OPERATOR):
        line = PlatformAuditLog.objects.filter(action="newsletter_exported").get()
        assert (line.user_id, line.new_values) == (cast.operator.pk, {"addresses": 2})


def test_legal_pages_come_as_drafts_that_somebody_has_to_fill_in(operator, client):
    pages, first = admin_url(CmsPage, "changelist"), reverse("admin:index")
    assert "find no page “Who runs this”, “Privacy”, “Terms”" in operator.get(first).content.decode()
    assert "Write drafts to fill in" in operator.get(pages).content.decode()
    assert operator.post(reverse("admin:marketing_cmspage_drafts")).status_code == 302
    assert operator.get(pages).content.decode().count("Write drafts to fill in") == 0
    call_command("draft_pages")
    assert CmsPage.objects.filter(status="draft").count() == CmsPage.objects.count() == 5
    assert "/pages/" not in client.get("/").content.decode(), "No link leads to a draft."
    terms = CmsPage.objects.get(slug="terms")
    values = {"slug": "terms", "title": "Terms", "summary": "S", "body": terms.body, "status": "published"}
    change = admin_url(CmsPage, "change", terms.pk)
    refused = operator.post(change, values | NO_DATE).content.decode()
    assert "write in the place of the double brackets: With whom the contract is made" in refused
    filled = values | {"body": "With Tickmark Ltd.", "slug": "our-terms"}
    assert operator.post(change, filled | NO_DATE).status_code == 302
    assert 'href="/pages/our-terms/">Terms</a>' in client.get("/").content.decode()
    assert "find no page “Who runs this”, “Privacy”." in operator.get(first).content.decode()
