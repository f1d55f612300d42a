"""The firm's own roles, and exceptions for one member: what they allow, and who may give them."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditLog
from organizations.models import CustomRole, Membership, MembershipRole
from organizations.permissions import Permission

pytestmark = pytest.mark.django_db


def make_role(firm, name, *permissions, held_by=()):
    with firm.inside():
        role = CustomRole.objects.create(name=name, permissions=list(permissions))
        for member in held_by:
            MembershipRole.objects.create(member=member, role=role)
    return role


def override(firm, member, **permissions):
    with firm.inside():
        Membership.objects.filter(pk=member.pk).update(permissions=permissions)


def fresh(firm, member):
    with firm.inside():
        found = Membership.objects.with_roles().get(pk=member.pk)
        found.custom_roles  # noqa: B018 (read inside)
    return found


def test_a_custom_role_opens_a_page_its_holder_could_not_open(cast, sign_in):
    browser, url = sign_in(cast.ours.viewer), cast.ours.url("client_create")
    assert browser.get(url).status_code == 403
    make_role(cast.ours, "Intake", "manage_clients", held_by=[cast.ours.viewer])
    assert browser.get(url).status_code == 200


def test_many_roles_add_up_and_an_exception_overrules_them(cast, sign_in):
    make_role(cast.ours, "Intake", "manage_clients", held_by=[cast.ours.viewer])
    make_role(cast.ours, "Firm", "manage_firm", held_by=[cast.ours.viewer])
    override(cast.ours, cast.ours.viewer, manage_firm=False, manage_requests=True)
    member = fresh(cast.ours, cast.ours.viewer)
    assert member.can(Permission.MANAGE_CLIENTS) and member.can(Permission.MANAGE_REQUESTS)
    assert not member.can(Permission.MANAGE_FIRM)


def test_a_word_that_is_no_permission_grants_nothing_and_is_refused(cast, sign_in):
    role = make_role(cast.ours, "Odd", "fly")
    assert role.granted == frozenset()
    response = sign_in(cast.ours.owner).post(cast.ours.url("role_create"), {"name": "Pilots", "permissions": ["fly"]})
    assert response.status_code == 422


def test_roles_are_read_once_for_the_person_and_once_for_everybody_else(cast, sign_in):
    make_role(cast.ours, "Intake", "manage_clients", held_by=[cast.ours.viewer])
    browser = sign_in(cast.ours.viewer)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(cast.ours.url("client_create")).status_code == 200
    mine = [query for query in asked if 'FROM "membership_roles"' in query["sql"]]
    assert len(mine) == 2  # the person's own, and in one more those of everybody who may be assigned


def test_an_owner_makes_edits_and_deletes_a_role(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    browser.post(cast.ours.url("role_create"), {"name": "Intake", "permissions": ["manage_clients"]})
    with cast.ours.inside():
        role = CustomRole.objects.get(name="Intake")
    seen = role.updated_at.isoformat()
    url = cast.ours.url("role_update", role_id=role.pk)
    browser.post(url, {"name": "Intake desk", "permissions": ["manage_clients", "view_billing"], "seen": seen})
    page = browser.get(cast.ours.url("role_matrix")).content.decode()
    assert "Intake desk" in page
    with cast.ours.inside():
        MembershipRole.objects.create(member=cast.ours.viewer, role=role)
    url = cast.ours.url("role_removal", role_id=role.pk)
    assert "Viewer Harcourt" in browser.get(url).content.decode()
    browser.post(url)
    with cast.ours.inside():
        assert not CustomRole.objects.filter(pk=role.pk).exists()
        assert not MembershipRole.objects.filter(role=role).exists()


def test_a_name_is_taken_whatever_its_case_and_free_again_after_deletion(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    role = make_role(cast.ours, "Intake")
    taken = browser.post(cast.ours.url("role_create"), {"name": "INTAKE"})
    assert taken.status_code == 422 and "Another role has this name" in taken.content.decode()
    browser.post(cast.ours.url("role_removal", role_id=role.pk))
    assert browser.post(cast.ours.url("role_create"), {"name": "INTAKE"}).status_code == 302


def test_two_who_edit_a_role_at_once_do_not_overwrite_each_other(cast, sign_in):
    role, browser = make_role(cast.ours, "Intake"), sign_in(cast.ours.owner)
    url = cast.ours.url("role_update", role_id=role.pk)
    stale = browser.post(url, {"name": "Mine", "seen": "2020-01-01T00:00:00+00:00"})
    assert stale.status_code == 409


def test_an_admin_cannot_put_into_a_role_what_admins_may_not_do(cast, sign_in):
    browser = sign_in(cast.ours.admin)
    data = {"name": "Payers", "permissions": ["manage_billing"]}
    assert browser.post(cast.ours.url("role_create"), data).status_code == 422
    with cast.ours.inside():
        assert not CustomRole.objects.filter(name="Payers").exists()


def test_what_an_owner_put_into_a_role_stays_when_an_admin_edits_it(cast, sign_in):
    role = make_role(cast.ours, "Payers", "manage_billing")
    with cast.ours.inside():
        role.refresh_from_db()
    data = {"name": "Payers", "permissions": ["view_clients"], "seen": role.updated_at.isoformat()}
    assert sign_in(cast.ours.admin).post(cast.ours.url("role_update", role_id=role.pk), data).status_code == 302
    with cast.ours.inside():
        assert CustomRole.objects.get(pk=role.pk).permissions == ["manage_billing", "view_clients"]


def test_an_admin_cannot_give_a_role_that_holds_more_than_admins_may_do(cast, sign_in):
    role = make_role(cast.ours, "Payers", "manage_billing")
    url = cast.ours.url("member_roles", member_id=cast.ours.viewer.pk)
    refused = sign_in(cast.ours.admin).post(url, {"roles": [role.pk]})
    assert refused.status_code == 422 and "may not do yourself" in refused.content.decode()
    assert not fresh(cast.ours, cast.ours.viewer).can(Permission.MANAGE_BILLING)
    assert sign_in(cast.ours.owner).post(url, {"roles": [role.pk]}).status_code == 302
    assert fresh(cast.ours, cast.ours.viewer).can(Permission.MANAGE_BILLING)


def test_an_admin_cannot_allow_one_member_what_admins_may_not_do(cast, sign_in):
    url = cast.ours.url("member_overrides", member_id=cast.ours.viewer.pk)
    browser = sign_in(cast.ours.admin)
    assert browser.post(url, {"manage_billing": "allow"}).status_code == 422
    assert browser.post(url, {"manage_firm": "allow", "view_documents": "deny"}).status_code == 302
    assert fresh(cast.ours, cast.ours.viewer).permissions == {"manage_firm": True, "view_documents": False}


def test_lifting_a_denial_is_giving_too(cast, sign_in):
    override(cast.ours, cast.ours.admin, manage_firm=False)
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.viewer.pk).update(role="admin", permissions={"manage_firm": False})
    url = cast.ours.url("member_overrides", member_id=cast.ours.viewer.pk)
    assert sign_in(cast.ours.admin).post(url, {}).status_code == 422
    assert fresh(cast.ours, cast.ours.viewer).permissions == {"manage_firm": False}


@pytest.mark.parametrize("page", ["member_roles", "member_overrides"])
@pytest.mark.parametrize(("actor", "target"), [("admin", "owner"), ("admin", "admin"), ("owner", "owner")])
def test_nobody_changes_somebody_above_them_or_themselves(cast, sign_in, page, actor, target):
    url = cast.ours.url(page, member_id=cast.ours.members[target].pk)
    data = {"roles": [cast.ours.custom_role.pk], "view_clients": "deny"}
    assert sign_in(cast.ours.members[actor]).post(url, data).status_code == 422
    after = fresh(cast.ours, cast.ours.members[target])
    assert after.permissions == {} and after.custom_roles == []


def test_a_role_that_somebody_more_senior_holds_cannot_be_changed_from_below(cast, sign_in):
    role = make_role(cast.ours, "Desk", "view_billing", held_by=[cast.ours.admin])
    override(cast.ours, cast.ours.member, manage_members=True)
    browser = sign_in(cast.ours.member)
    page = browser.post(cast.ours.url("role_removal", role_id=role.pk), follow=True).content.decode()
    assert "above your own role" in page
    with cast.ours.inside():
        assert CustomRole.objects.filter(pk=role.pk).exists()


def test_a_member_who_may_manage_members_appoints_nobody_with_more_than_their_own_rights(cast, sign_in):
    override(cast.ours, cast.ours.viewer, manage_members=True)
    url = cast.ours.url("invitation_list")
    assert sign_in(cast.ours.viewer).post(url, {"emails": "a@b.example", "role": "billing"}).status_code == 422
    assert fresh(cast.ours, cast.ours.admin).grantable_roles()[-1][0] == "billing"


def test_who_leaves_and_comes_back_holds_no_role(cast, sign_in):
    sign_in(cast.ours.owner).post(cast.ours.url("member_removal", member_id=cast.ours.member.pk))
    with cast.ours.inside():
        assert not MembershipRole.objects.filter(member=cast.ours.member).exists()


def test_the_member_page_says_where_each_permission_comes_from(cast, sign_in):
    make_role(cast.ours, "Intake", "manage_clients", held_by=[cast.ours.viewer])
    override(cast.ours, cast.ours.viewer, view_documents=False)
    url = cast.ours.url("member_detail", member_id=cast.ours.viewer.pk)
    page = sign_in(cast.ours.owner).get(url).content.decode()
    for words in (
        "From the role Viewer.",
        "From the firm’s role Intake.",
        "Denied for this member",
        "No role gives it.",
    ):
        assert words in page


def test_the_export_tells_each_members_roles_and_rights_and_holds_no_formula(cast, sign_in):
    make_role(cast.ours, "=1+1", "manage_clients", held_by=[cast.ours.viewer])
    text = sign_in(cast.ours.owner).get(cast.ours.url("role_export")).content.decode("utf-8-sig")
    rows = {row["Name"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["Viewer Harcourt"]["Own roles"] == "'=1+1"
    assert rows["Viewer Harcourt"]["Add, edit, import and archive clients"] == "yes"
    assert rows["Billing Harcourt"]["See clients and contacts"] == "no"
    assert "Okafor" not in text


def test_taking_the_table_of_roles_away_is_on_record(cast, sign_in):
    sign_in(cast.ours.owner).get(cast.ours.url("role_export"))
    with cast.ours.inside():
        assert AuditLog.objects.filter(action="exported", new_values__what="roles").exists()
