"""Which surface answers, as which role, and what it tells the outside."""

import pytest
from django.test import Client

from config.middleware import address, surface_of
from tests.cast import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "surface"),
    [
        ("/", "site"), ("/blog/", "site"), ("/accounts/login/", "identity"), ("/admin/", "operator"), ("/firms/", "person"),
        ("/invitations/x/", "person"), ("/o/harcourt/clients/", "organization"), ("/portal/abc/", "portal"),
    ],
)  # fmt: skip
def test_the_path_decides_the_surface(path, surface):
    assert surface_of(path)[0] == surface


@pytest.mark.parametrize("path", ["/o/", "/o//clients/", "/o/a b/", "/portal/", "/o/../admin/"])
def test_a_prefix_that_names_nothing_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_process_serves_only_its_surfaces(client, settings, cast):
    settings.SURFACES = ["marketing"]
    for path in ("/accounts/login/", "/o/harcourt/", "/portal/x/", "/admin/", "/firms/"):
        assert client.get(path).status_code == 404
    assert client.get("/health/").content == b"ok\n"


def test_a_firms_pages_are_kept_by_no_shared_cache(cast, sign_in):
    assert sign_in(cast.ours.owner).get(cast.ours.url("member_list"))["Cache-Control"] == "private, no-store"


def test_pages_carry_a_policy_without_exceptions(cast, sign_in):
    policy = sign_in(cast.ours.owner).get(cast.ours.url("member_list"))["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy


def test_a_forwarded_address_counts_only_behind_our_proxy(rf, settings):
    request = rf.get("/", headers={"X-Forwarded-For": "1.1.1.1, 2.2.2.2"}, REMOTE_ADDR="10.0.0.1")
    assert address(request) == "10.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert address(request) == "2.2.2.2"


def test_a_forged_address_never_breaks_a_page(settings, cast, sign_in):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    browser = sign_in(cast.ours.owner)
    response = browser.post(
        cast.ours.url("member_role", member_id=cast.ours.viewer.pk), {"role": "member"},
        headers={"X-Forwarded-For": "not an address", "User-Agent": "nul\0and'quote" + "x" * 4000},
    )  # fmt: skip
    assert response.status_code == 302


@pytest.mark.parametrize("where", ["/accounts/login/", "/firms/new/", "/o/harcourt/firm/", "portal"])
def test_a_post_without_its_token_is_refused_in_words(cast, where):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = signed_in(cast.ours.owner).cookies
    address = cast.ours.portal("portal_link_request") if where == "portal" else where
    page = "http://testserver/some/page/"
    refused = browser.post(address, {"login": "a@b.example", "password": "x"}, headers={"referer": page})
    assert refused.status_code == 403
    assert "This page was open too long" in refused.text and "copy what you typed" in refused.text
    assert f'href="{page}">Load the page again' in refused.text
    assert refused.text.count("<h1") == 1


def test_a_page_of_another_site_is_never_offered_to_load_again():
    sent = Client(enforce_csrf_checks=True).post("/accounts/login/", headers={"referer": "https://evil.example/"})
    assert sent.status_code == 403 and "evil.example" not in sent.text
