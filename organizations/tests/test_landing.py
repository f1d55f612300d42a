"""Where a person arrives after signing in, and how firms are kept apart in one browser."""

import pytest

from organizations.models import Membership
from organizations.mounts import root_url
from tenancy.context import tenant

pytestmark = pytest.mark.django_db


def test_a_person_without_a_firm_may_create_one(cast, sign_in):
    page = sign_in(cast.stranger).get(root_url("firm_list")).content.decode()
    assert "You belong to no firm yet" in page
    assert root_url("firm_create") in page


def test_a_person_with_one_firm_goes_straight_there(cast, sign_in):
    assert sign_in(cast.ours.member).get(root_url("firm_list")).url == "/o/harcourt/"


def test_a_person_with_two_firms_chooses_and_the_tabs_do_not_mix(cast, sign_in):
    person = cast.ours.member
    with tenant(cast.theirs.organization):
        Membership.objects.create(user_id=person.user_id, display_name="Both", email=person.email, role="viewer")
    browser = sign_in(person)
    page = browser.get(root_url("firm_list")).content.decode()
    assert "/o/harcourt/" in page
    assert "/o/okafor/" in page
    ours, theirs = browser.get("/o/harcourt/members/"), browser.get("/o/okafor/members/")
    assert "owner@harcourt.example" in ours.content.decode()
    assert "owner@okafor.example" not in ours.content.decode()
    assert "owner@okafor.example" in theirs.content.decode()
    assert "owner@harcourt.example" not in theirs.content.decode()


@pytest.mark.parametrize("slug", ["okafor", "no-such-firm"])
def test_another_firm_looks_like_one_that_does_not_exist(cast, sign_in, slug):
    assert sign_in(cast.ours.owner).get(f"/o/{slug}/").status_code == 404


def test_a_suspended_member_is_out_at_the_next_click(cast, sign_in):
    browser = sign_in(cast.ours.member)
    assert browser.get("/o/harcourt/").status_code == 200
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.member.pk).update(status="suspended")
    assert browser.get("/o/harcourt/").status_code == 404
    assert "You belong to no firm any more, or are suspended" in browser.get(root_url("firm_list")).text


def test_an_address_without_its_last_slash_is_mended(cast, sign_in):
    assert sign_in(cast.ours.owner).get("/o/harcourt").url == "/o/harcourt/"


def test_signed_out_people_learn_nothing_of_firms(client, cast):
    for slug in ("harcourt", "no-such-firm"):
        assert client.get(f"/o/{slug}/").url == f"/accounts/login/?next=/o/{slug}/"


def test_operators_find_their_pages_and_nobody_else_is_led_there(cast, sign_in):
    assert 'href="/admin/"' in sign_in(cast.operator).get("/firms/?choose").content.decode()
    assert "/admin/" not in sign_in(cast.stranger).get("/firms/?choose").content.decode()
