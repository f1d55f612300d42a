"""Every page as it is drawn: nothing inline, one heading, a way out, a Content-Security-Policy without exceptions."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import NoReverseMatch, reverse

from organizations.mounts import root_url
from tests.architecture.test_source import inline_parts
from tests.cast import Cast, in_portal
from tests.isolation.pages import ORGANIZATION_PAGES, PORTAL_PAGES, Page, our_objects, walked

pytestmark = pytest.mark.django_db(databases=["default", "marketing"])
HEADING = re.compile(r"<h1[\s>]")
SIGN_OUT = re.compile(r'<form method="post" action="([^"]+)">(?:(?!</form>).)*Sign out</button>', re.S)
# Some of allauth's pages have ours before them, under the same name and address.
BY_NAME = {place.name: place for place in walked(settings.ROOT_URLCONF)}
#: For machines, which are told by its status that no worker runs here.
NO_PAGES = {"jsi18n", "readiness"}
ROOT_PAGES = [place for place in BY_NAME.values() if not place.arguments and place.name not in NO_PAGES]


def by_name(place: Page) -> str:
    return place.name


def wrong_with(response: HttpResponse) -> list[str]:
    """Of a whole page; fragments, files and redirects are not asked."""
    if response.streaming or "text/html" not in response.headers.get("Content-Type", ""):
        return []
    text = response.content.decode()
    if "<html" not in text:
        return inline_parts(text)
    found = inline_parts(text)
    if len(HEADING.findall(text)) != 1:
        found.append(f"{len(HEADING.findall(text))} headings <h1>")
    if "unsafe-inline" in response.headers.get("Content-Security-Policy", "unsafe-inline"):
        found.append("no strict Content-Security-Policy")
    return found


#: A sandbox nobody reads: its own, narrower policy is held by the tests of pictures.
FRAMES = {"scoping_drawing_frame"}


@pytest.mark.parametrize("place", [place for place in ORGANIZATION_PAGES if place.name not in FRAMES], ids=by_name)
def test_a_firms_page_is_drawn_plainly(cast: Cast, place: Page) -> None:
    browser = cast.browser(cast.ours.owner)
    for kwargs in our_objects(place, cast.ours):
        response = browser.get(cast.ours.url(place.name, **kwargs))
        assert response.status_code < 500 and wrong_with(response) == []
        if response.status_code == 200 and not response.streaming and b"<html" in response.content:
            # A way out: one menu for wide screens, one for narrow ones.
            assert SIGN_OUT.findall(response.content.decode()) == [root_url("account_logout")] * 2


@pytest.mark.parametrize("place", PORTAL_PAGES, ids=by_name)
def test_a_portal_page_is_drawn_plainly(cast: Cast, place: Page) -> None:
    browser = in_portal(cast.ours)
    for kwargs in our_objects(place, cast.ours):
        response = browser.get(cast.ours.portal(place.name, **kwargs))
        assert response.status_code < 500 and wrong_with(response) == []


@pytest.mark.parametrize("person", ["stranger", "member"])
@pytest.mark.parametrize("place", ROOT_PAGES, ids=by_name)
def test_a_page_outside_the_firms_is_drawn_plainly(cast: Cast, place: Page, person: str) -> None:
    browser = Browser() if person == "stranger" else cast.browser(cast.ours.member)
    for address in addresses(place):
        response = browser.get(address)
        assert response.status_code < 500 and wrong_with(response) == []


def addresses(place: Page) -> Iterator[str]:
    try:
        yield reverse(place.name)
    except NoReverseMatch:  # a name inside Django's admin
        return
