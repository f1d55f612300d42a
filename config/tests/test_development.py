"""The page that shows the mails of a development installation."""

from importlib import reload

import pytest
from django.conf import settings as live_settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend
from django.urls import include, path

from config.urls import development
from config.views.development import mails

HTML = '<html><head><title>x</title></head><body><a href="http://localhost/accounts/">Confirm</a></body></html>'


@pytest.fixture
def pages(settings, monkeypatch):
    settings.DEBUG = True
    reload(development)
    settings.ROOT_URLCONF = __name__
    yield
    settings.DEBUG = False
    reload(development)


urlpatterns = [path("", include("config.urls.development"))]


def send(*subjects):
    with EmailBackend(file_path=str(live_settings.MAIL_DIR), alias="default") as folder:
        for subject in subjects:
            mail = EmailMultiAlternatives(
                subject, "Zażółć <b>\nhttp://localhost/accounts/ & go", "a@b.example", ["jo@c.example"]
            )
            mail.attach_alternative(HTML, "text/html")
            folder.send_messages([mail])


def test_mails_are_listed_newest_first(client, pages):
    send("First", "Second")
    page = client.get("/dev/mail/").content.decode()
    assert page.index("Second") < page.index("First")
    assert "To jo@c.example" in page


def test_an_empty_folder_says_so(client, pages):
    assert "No mail yet" in client.get("/dev/mail/").content.decode()


def test_links_in_the_text_can_be_followed_and_markup_is_text(client, pages):
    send("One")
    page = client.get(f"/dev/mail/{mails()[0].name}/").content.decode()
    assert '<a href="http://localhost/accounts/"' in page
    assert "Zażółć &lt;b&gt;" in page


def test_the_html_is_shown_apart_under_a_policy_of_its_own(client, pages):
    send("One")
    raw = client.get(f"/dev/mail/{mails()[0].name}/?html")
    assert raw.content.decode().startswith('<html><head><base target="_blank">')
    assert "default-src 'none'" in raw["Content-Security-Policy"]
    assert "sandbox allow-popups" in raw["Content-Security-Policy"]
    assert raw["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("name", ["no-such-mail", "..", "%2e%2e%2fsecret-key", "..%2f..%2fsecret-key", "secret-key-1"])
def test_only_names_that_are_listed_are_found(client, pages, name):
    send("One")
    (live_settings.MAIL_DIR.parent / "secret-key").write_text("x")
    assert client.get(f"/dev/mail/{name}/").status_code == 404


def test_a_real_installation_has_no_such_page(settings):
    settings.DEBUG = False
    assert [pattern.name for pattern in reload(development).urlpatterns] == ["health", "readiness", "metrics"]
