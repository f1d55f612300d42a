"""Leaving. That every page of a firm has a way out is for tests/architecture/test_pages.py."""

import re

import pytest
from django.test import Client as Browser

from organizations.mounts import root_url
from tests.cast import Cast, signed_in

pytestmark = pytest.mark.django_db
SIGN_OUT = re.compile(r'<form method="post" action="([^"]+)">(?:(?!</form>).)*Sign out</button>', re.S)


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
