"""Who meets a closed page learns which permission it needs, where else they could be, and may ask for it."""

import pytest
from django.core import mail

from organizations.models import Membership
from organizations.permissions import Permission
from tenancy.context import tenant
from tests.cast import Cast, signed_in
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
WANTED = Permission.MANAGE_CLIENTS


def test_a_closed_page_says_what_it_needs_and_those_who_could_give_it_are_asked_once(cast: Cast) -> None:
    ours, viewer = cast.ours, cast.ours.viewer
    browser, asking = signed_in(viewer), ours.url("permission_request")
    page = browser.get(ours.url("client_create"))
    assert page.status_code == 403 and "Add, edit, import and archive clients" in page.text
    assert f'action="{asking}"' in page.text and f'value="{WANTED}"' in page.text
    answer = browser.post(asking, {"permission": WANTED}, follow=True)
    assert "Asked Admin Harcourt and Owner Harcourt to let you" in answer.text
    assert "You asked for this in the last 24 hours" in browser.post(asking, {"permission": WANTED}, follow=True).text
    run_jobs()
    assert sorted(message.to[0] for message in mail.outbox) == ["admin@harcourt.example", "owner@harcourt.example"]
    assert ours.url("member_detail", member_id=viewer.pk) in mail.outbox[0].body
    assert browser.post(asking, {"permission": "own_everything"}).status_code == 404


def test_nobody_asks_for_what_they_have_or_nobody_could_give_them(cast: Cast) -> None:
    asking = cast.ours.url("permission_request")
    member = signed_in(cast.ours.member).post(asking, {"permission": WANTED}, follow=True)
    assert "You have this permission by now" in member.text
    only_owners = signed_in(cast.ours.admin).post(asking, {"permission": "transfer_ownership"}, follow=True)
    assert "Asked Owner Harcourt to let you" in only_owners.text
    with cast.ours.inside():
        Membership.objects.filter(role="owner").update(permissions={"manage_members": False})
    run_jobs()
    assert mail.outbox == []


def test_error_pages_offer_the_firms_one_is_in_and_no_other(cast: Cast) -> None:
    person = cast.ours.viewer
    browser = signed_in(person)
    elsewhere = {browser.get(f"/o/{slug}/").text.replace(slug, "").count("/o/harcourt/") for slug in ("okafor", "none")}
    assert elsewhere == {1}
    assert "Switch to it" not in browser.get(cast.ours.url("client_create")).text
    with tenant(cast.theirs.organization):
        Membership.objects.create(user_id=person.user_id, display_name="Both", email=person.email, role="viewer")
    theirs = cast.ours.url("client_detail", client_id=cast.theirs.bakery.pk)
    for address, status in ((cast.ours.url("client_create"), 403), (theirs, 404)):
        page = browser.get(address)
        assert page.status_code == status and page.text.count("Switch to it") == 1
        assert 'href="/o/okafor/"' in page.text and "where you are now" in page.text
    assert 'href="/o/harcourt/search/"' in page.text
