"""Members and roles: who may change whom."""

import re
from functools import partial

import pytest

from look.paging import keyset_page
from organizations import member_changes, role_changes
from organizations.member_changes import ChangeRefused
from organizations.models import CustomRole, Membership, MembershipRole
from organizations.permissions import ROLE_PERMISSIONS, Permission
from organizations.views import members
from tests.cast import ROLES

pytestmark = pytest.mark.django_db


def role_of(firm, name):
    with firm.inside():
        return Membership.with_deleted.get(pk=firm.members[name].pk)


@pytest.mark.parametrize("role", ROLES)
def test_only_roles_that_may_see_members_see_the_page(cast, sign_in, role):
    expected = 200 if Permission.VIEW_MEMBERS in ROLE_PERMISSIONS[role] else 403
    assert sign_in(cast.ours.members[role]).get(cast.ours.url("member_list")).status_code == expected
    assert sign_in(cast.ours.members[role]).get(cast.ours.url("role_matrix")).status_code == expected


def test_the_list_is_searched_and_filtered(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    page = browser.get(cast.ours.url("member_list"), {"q": "viewer"}).content.decode()
    assert "viewer@harcourt.example" in page
    assert "admin@harcourt.example" not in page
    assert "Nobody matches" in browser.get(cast.ours.url("member_list"), {"q": "zzz"}).content.decode()


def test_the_list_comes_in_pages(cast, sign_in, monkeypatch):
    monkeypatch.setattr(members, "keyset_page", partial(keyset_page, size=3))
    browser, address, seen = sign_in(cast.ours.owner), cast.ours.url("member_list"), []
    page = browser.get(address).context["page"]
    while page:
        seen.append([member.role for member in page.rows])
        page = browser.get(address + page.next).context["page"] if page.next else None
    assert seen == [["admin", "billing", "member"], ["owner", "viewer"]]


def test_an_admin_changes_a_members_role(cast, sign_in):
    url = cast.ours.url("member_role", member_id=cast.ours.member.pk)
    page = sign_in(cast.ours.admin).post(url, {"role": "viewer"}, follow=True).content.decode()
    assert "Member Harcourt is now viewer" in page
    assert role_of(cast.ours, "member").role == "viewer"


@pytest.mark.parametrize(
    ("actor", "target", "role"),
    [
        ("admin", "owner", "member"),
        ("admin", "member", "owner"),
        ("admin", "admin", "owner"),
        ("owner", "owner", "admin"),
    ],
)
def test_nobody_reaches_above_their_own_role_or_changes_themselves(cast, sign_in, actor, target, role):
    before = role_of(cast.ours, target).role
    url = cast.ours.url("member_role", member_id=cast.ours.members[target].pk)
    sign_in(cast.ours.members[actor]).post(url, {"role": role})
    assert role_of(cast.ours, target).role == before


def offered(page, firm, name):
    """The roles to choose from beside a member's name, the chosen one in capitals; none where the role is plain text."""
    select = re.search(rf'<select[^>]* id="role-{firm.members[name].pk}".*?</select>', page, re.DOTALL)
    options = re.findall(r'<option value="(\w+)"( selected)?', select.group()) if select else []
    return [value.upper() if chosen else value for value, chosen in options]


def test_roles_are_offered_that_one_may_give_beside_the_one_the_member_has(cast, sign_in):
    firm = cast.ours
    with firm.inside():
        steward = CustomRole.objects.create(name="Steward", permissions=["manage_members"])
        MembershipRole.objects.create(member=firm.member, role=steward)
        Membership.objects.filter(pk=firm.billing.pk).update(role="viewer")
    pages = {name: sign_in(firm.members[name]).get(firm.url("member_list")).text for name in ("admin", "member")}
    assert offered(pages["admin"], firm, "member") == ["admin", "MEMBER", "viewer", "billing"]
    assert offered(pages["admin"], firm, "owner") == offered(pages["admin"], firm, "admin") == []
    assert offered(pages["member"], firm, "viewer") == ["member", "VIEWER"]
    with firm.inside():
        Membership.objects.filter(pk=firm.billing.pk).update(role="billing")
        Membership.objects.filter(pk=firm.member.pk).update(permissions={"log_time": False})
        Membership.objects.filter(pk=firm.viewer.pk).update(role="member")
    page = sign_in(firm.member).get(firm.url("member_list")).text
    assert offered(page, firm, "billing") == ["viewer", "BILLING"]
    assert offered(page, firm, "viewer") == ["MEMBER", "viewer"]
    kept = sign_in(firm.member).post(firm.url("member_role", member_id=firm.viewer.pk), {"role": "member"}, follow=True)
    assert "is now member" in kept.text and role_of(firm, "viewer").role == "member"


@pytest.mark.parametrize("role", ["member", "viewer", "billing"])
@pytest.mark.parametrize("action", ["member_role", "member_suspension", "member_reinstatement", "member_removal"])
def test_other_roles_are_refused_by_the_server_too(cast, sign_in, role, action):
    url = cast.ours.url(action, member_id=cast.ours.viewer.pk)
    assert sign_in(cast.ours.members[role]).post(url, {"role": "member"}).status_code == 403


def test_a_removed_member_is_out_and_keeps_their_history(cast, sign_in):
    sign_in(cast.ours.owner).post(cast.ours.url("member_removal", member_id=cast.ours.member.pk))
    assert role_of(cast.ours, "member").deleted_at is not None
    assert sign_in(cast.ours.member).get(cast.ours.url("today")).status_code == 404


def test_suspending_and_reinstating(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    for _ in range(2):  # a second press changes nothing more
        browser.post(cast.ours.url("member_suspension", member_id=cast.ours.member.pk))
        assert role_of(cast.ours, "member").status == "suspended"
    for _ in range(2):
        browser.post(cast.ours.url("member_reinstatement", member_id=cast.ours.member.pk))
        assert role_of(cast.ours, "member").status == "active"


@pytest.mark.parametrize(
    ("page", "question"),
    [("member_suspension", "Suspend Member Harcourt?"), ("member_removal", "Remove Member Harcourt from the firm?")],
)
def test_a_page_asks_first_and_changes_nothing(cast, sign_in, page, question):
    url = cast.ours.url(page, member_id=cast.ours.member.pk)
    asked = sign_in(cast.ours.owner).get(url).text
    assert question in asked
    assert '<form class="d-flex flex-wrap gap-2" method="post">' in asked
    kept = role_of(cast.ours, "member")
    assert (kept.status, kept.deleted_at) == ("active", None)


def test_leaving_asks_first_and_tells_the_last_owner_what_to_do(cast, sign_in):
    url = cast.ours.url("member_leaving")
    assert "Leave Harcourt &amp; Pell LLP?" in sign_in(cast.ours.billing).get(url).text
    asked = sign_in(cast.ours.owner).get(url).text
    assert "You are the only owner" in asked
    assert cast.ours.url("ownership_transfer") in asked
    assert "Leave the firm</button>" not in asked


@pytest.mark.parametrize("change", ["member_role", "member_suspension", "member_removal"])
def test_two_owners_cannot_both_be_taken_away(cast, sign_in, change):
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.admin.pk).update(role="owner")
    for actor, target in (("owner", "admin"), ("admin", "owner")):
        url = cast.ours.url(change, member_id=cast.ours.members[target].pk)
        sign_in(cast.ours.members[actor]).post(url, {"role": "member"})
    assert [member.role for member in (role_of(cast.ours, "owner"),)] == ["owner"]
    with cast.ours.inside():
        assert Membership.objects.owners().count() == 1


def test_the_last_owner_cannot_leave(cast, sign_in):
    page = sign_in(cast.ours.owner).post(cast.ours.url("member_leaving"), follow=True).content.decode()
    assert "A firm needs an owner" in page
    assert role_of(cast.ours, "owner").deleted_at is None


def test_the_first_of_two_owners_may_leave_and_the_second_may_not(cast, sign_in):
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.admin.pk).update(role="owner")
    assert sign_in(cast.ours.owner).post(cast.ours.url("member_leaving")).url == "/firms/"
    sign_in(cast.ours.admin).post(cast.ours.url("member_leaving"))
    assert role_of(cast.ours, "admin").deleted_at is None


def test_getting_a_state_change_is_not_allowed(cast, sign_in):
    url = cast.ours.url("member_reinstatement", member_id=cast.ours.member.pk)
    assert sign_in(cast.ours.owner).get(url).status_code == 405


def test_an_override_takes_away_what_the_role_gives(cast, sign_in):
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.viewer.pk).update(permissions={"view_members": False})
    assert sign_in(cast.ours.viewer).get(cast.ours.url("member_list")).status_code == 403


@pytest.mark.parametrize("change", ["leave", "remove", "suspend", "change_role"])
def test_what_was_read_before_somebody_else_changed_it_leaves_no_firm_without_an_owner(cast, change):
    with cast.ours.inside():
        stale, by = (Membership.objects.get(pk=cast.ours.members[role].pk) for role in ("admin", "owner"))
        Membership.objects.filter(pk=stale.pk).update(role="owner")
        Membership.objects.filter(pk=by.pk).update(role="admin")
        more = {"leave": (), "change_role": ("member",)}.get(change, ())
        with pytest.raises(ChangeRefused, match="needs an owner"):
            getattr(member_changes, change)(stale, *more, **({} if change == "leave" else {"by": by}))
        assert Membership.objects.owners().count() == 1


def test_an_owner_is_denied_nothing(cast, sign_in):
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.admin.pk).update(permissions={"manage_firm": False})
    browser = sign_in(cast.ours.owner)
    browser.post(cast.ours.url("member_role", member_id=cast.ours.admin.pk), {"role": "owner"})
    promoted = role_of(cast.ours, "admin")
    assert (promoted.role, promoted.permissions) == ("owner", {})
    with cast.ours.inside(), pytest.raises(ChangeRefused, match="An owner may do everything"):
        role_changes.override(promoted, {Permission.MANAGE_MEMBERS: False}, by=cast.ours.owner)
