"""Leaving: every page of a firm has a way out, and it works."""

import re

import pytest
from django.test import Client as Browser

from organizations.mounts import root_url
from tests.cast import Cast, signed_in
from tests.isolation.pages import ORGANIZATION_PAGES, Page, our_objects

pytestmark = pytest.mark.django_db
SIGN_OUT = re.compile(r'<form method="post" action="([^"]+)">(?:(?!</form>).)*Sign out</button>', re.S)


#: A diagram is drawn in a frame inside a page.
PAGES = [place for place in ORGANIZATION_PAGES if place.name != "scoping_drawing_frame"]


@pytest.mark.parametrize("place", PAGES, ids=lambda place: place.name)
def test_every_page_of_a_firm_has_a_way_to_sign_out(cast: Cast, place: Page) -> None:
    browser = signed_in(cast.ours.owner)
    for kwargs in our_objects(place, cast.ours):
        response = browser.get(cast.ours.url(place.name, **kwargs))
        if response.status_code == 200 and not response.streaming and b"<html" in response.content:
            # One menu for wide screens, one for narrow ones.
            assert SIGN_OUT.findall(response.content.decode()) == [root_url("account_logout")] * 2


def test_pressing_sign_out_ends_the_session(cast: Cast) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.cookies = signed_in(cast.ours.member).cookies
    page = browser.get(cast.ours.url("today")).content.decode()
    (where, *_), token = SIGN_OUT.findall(page), re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    assert browser.post(where, {"csrfmiddlewaretoken": token[1]}).url == root_url("account_login")
    assert browser.get(cast.ours.url("today")).url.startswith(root_url("account_login"))


def test_a_form_sent_after_signing_out_elsewhere_leads_back_to_its_page(cast: Cast) -> None:
    firm, page = cast.ours, cast.ours.url("member_list") + "?role=viewer"
    address = firm.url("member_role", member_id=firm.viewer.pk)
    sent = Browser().post(address, {"role": "admin"}, headers={"Referer": f"http://testserver{page}"}, follow=True)
    assert sent.redirect_chain == [
        (f"{root_url('account_login')}?next={page.replace('?', '%3F').replace('=', '%3D')}", 302)
    ]
    assert "You were signed out meanwhile, so nothing was changed." in sent.text
    for elsewhere in ("https://elsewhere.example/", "http://testserver.elsewhere.example/"):
        answer = Browser().post(address, headers={"Referer": elsewhere})
        assert "elsewhere" not in answer.url and answer.url.startswith(root_url("account_login"))
    script = {"Referer": f"http://testserver{page}", "Sec-Fetch-Mode": "cors"}
    assert "signed out meanwhile" not in Browser().post(address, headers=script, follow=True).text
