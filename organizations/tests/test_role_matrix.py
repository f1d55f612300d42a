"""The table of roles, in which the firm's own are changed."""

import re

import pytest

from organizations.models import CustomRole
from organizations.tests.test_custom_roles import make_role, override

pytestmark = pytest.mark.django_db


def boxes(page, role):
    """Value → whether it is ticked, of the boxes of one role."""
    found = re.findall(rf'name="role-{role.pk}-now" value="(\w+)"( checked)?', page)
    return {value: bool(checked) for value, checked in found}


def ticks(*roles, was, now):
    data = {}
    for role in roles:
        data |= {f"role-{role.pk}-was": " ".join(was), f"role-{role.pk}-now": list(now)}
    return data


def allowed(firm, role):
    with firm.inside():
        return CustomRole.objects.get(pk=role.pk).permissions


def test_the_firms_own_roles_have_boxes_and_the_built_in_ones_have_none(cast, sign_in):
    role = make_role(cast.ours, "Intake", "manage_clients")
    page = sign_in(cast.ours.owner).get(cast.ours.url("role_matrix")).content.decode()
    assert boxes(page, role)["manage_clients"] and not boxes(page, role)["manage_firm"]
    assert set(re.findall(r'type="checkbox" name="([^"]+)"', page)) == {
        f"role-{own.pk}-now" for own in (role, cast.ours.custom_role)
    }
    assert (
        'type="checkbox" name="role-'
        not in sign_in(cast.ours.viewer).get(cast.ours.url("role_matrix")).content.decode()
    )


def test_ticks_of_several_roles_are_saved_at_once(cast, sign_in):
    desk, audit = make_role(cast.ours, "Desk", "manage_clients"), make_role(cast.ours, "Senior", "manage_clients")
    data = ticks(desk, audit, was=["manage_clients"], now=["manage_clients", "close_binders"])
    page = sign_in(cast.ours.owner).post(cast.ours.url("role_permissions"), data, follow=True).content.decode()
    assert "Desk and Senior saved" in page
    assert allowed(cast.ours, desk) == allowed(cast.ours, audit) == ["close_binders", "manage_clients"]
    nothing = sign_in(cast.ours.owner).post(cast.ours.url("role_permissions"), {}, follow=True).content.decode()
    assert "Nothing was changed" in nothing and allowed(cast.ours, desk) == ["close_binders", "manage_clients"]


def test_two_who_change_one_role_at_once_keep_each_others_ticks(cast, sign_in):
    role, browser, url = make_role(cast.ours, "Intake", "comment"), sign_in(cast.ours.owner), "role_permissions"
    browser.post(cast.ours.url(url), ticks(role, was=["comment"], now=["comment", "manage_clients"]))
    browser.post(cast.ours.url(url), ticks(role, was=["comment"], now=["view_documents"]))
    assert allowed(cast.ours, role) == ["manage_clients", "view_documents"]


def test_what_an_admin_may_not_do_has_no_box_and_is_neither_given_nor_taken(cast, sign_in):
    role, browser = make_role(cast.ours, "Payers", "manage_billing"), sign_in(cast.ours.admin)
    assert "manage_billing" not in boxes(browser.get(cast.ours.url("role_matrix")).content.decode(), role)
    given = browser.post(cast.ours.url("role_permissions"), ticks(role, was=[], now=["view_billing", "comment"]))
    assert given.status_code == 422 and boxes(given.content.decode(), role)["comment"]  # the tick is kept
    browser.post(cast.ours.url("role_permissions"), ticks(role, was=["manage_billing"], now=["comment"]))
    assert allowed(cast.ours, role) == ["comment", "manage_billing"]


def test_a_role_that_somebody_more_senior_holds_can_only_be_read_from_below(cast, sign_in):
    role = make_role(cast.ours, "Desk", "comment", held_by=[cast.ours.admin])
    override(cast.ours, cast.ours.member, manage_members=True)
    browser = sign_in(cast.ours.member)
    assert boxes(browser.get(cast.ours.url("role_matrix")).content.decode(), role) == {}
    refused = browser.post(cast.ours.url("role_permissions"), ticks(role, was=["comment"], now=[]))
    assert allowed(cast.ours, role) == ["comment"] and refused.status_code in (302, 422)


def test_a_word_that_is_no_permission_saves_nothing(cast, sign_in):
    role = make_role(cast.ours, "Desk", "comment")
    data = ticks(role, was=["comment"], now=["comment", "fly"])
    assert sign_in(cast.ours.owner).post(cast.ours.url("role_permissions"), data).status_code == 422
    assert allowed(cast.ours, role) == ["comment"]


def test_no_role_of_another_firm_is_changed(cast, sign_in):
    role = make_role(cast.theirs, "Desk", "comment")
    sign_in(cast.ours.owner).post(cast.ours.url("role_permissions"), ticks(role, was=["comment"], now=["manage_firm"]))
    assert allowed(cast.theirs, role) == ["comment"]


def test_a_viewer_is_refused(cast, sign_in):
    role = make_role(cast.ours, "Desk", "comment")
    data = ticks(role, was=["comment"], now=["manage_firm"])
    assert sign_in(cast.ours.viewer).post(cast.ours.url("role_permissions"), data).status_code == 403
