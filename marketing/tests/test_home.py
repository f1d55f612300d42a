import pytest
from django.utils import timezone

from marketing.models import CmsPage
from marketing.models import Testimonial as Said
from marketing.seeds import HOME_WORDS

pytestmark = pytest.mark.django_db(databases=["marketing"])


def test_an_empty_site_has_its_own_words(client):
    page = client.get("/").content.decode()
    assert HOME_WORDS["title"] in page
    assert "From the blog" not in page
    assert "What firms say" not in page


def test_an_editor_changes_the_first_words(client):
    home = CmsPage.objects.create(**HOME_WORDS | {"title": "Other words", "body": "With **weight**."})
    assert "Other words" not in client.get("/").content.decode()
    home.status = "published"
    home.full_clean()
    home.save()
    page = client.get("/").content.decode()
    assert '<h1 class="tk-display">Other words</h1>' in page
    assert "<strong>weight</strong>" in page


def test_the_newest_posts_are_on_it(client, make_post, draft):
    for number in range(4):
        make_post(f"post-{number}", days_ago=number + 1)
    page = client.get("/").content.decode()
    assert [number for number in range(4) if f"/blog/post-{number}/" in page] == [0, 1, 2]
    assert draft.slug not in page


def test_what_firms_say_is_shown_once_it_is_published(client):
    said = Said.objects.create(quote="It says so, right there.", person_name="Ida", firm_name="Wright & Co")
    assert "What firms say" not in client.get("/").content.decode()
    said.status = "published"
    said.clean()
    said.save()
    page = client.get("/").content.decode()
    assert "“It says so, right there.”" in page
    assert "Wright &amp; Co" in page


def test_it_leads_to_signing_up_and_in(client):
    page = client.get("/").content.decode()
    assert 'href="/accounts/signup/"' in page
    assert 'href="/accounts/login/"' in page


def test_a_published_page_is_in_the_footer_and_opens(client, page):
    assert 'href="/pages/privacy/"' in client.get("/").content.decode()
    assert "<h2>Cookies</h2>" in client.get("/pages/privacy/").content.decode()
    CmsPage.objects.filter(pk=page.pk).update(status="draft", published_at=None)
    assert "/pages/privacy/" not in client.get("/").content.decode()
    assert client.get("/pages/privacy/").status_code == 404


def test_the_home_page_has_one_address(client):
    CmsPage.objects.create(**HOME_WORDS, status="published", published_at=timezone.now())
    assert client.get("/pages/home/")["Location"] == "/"
