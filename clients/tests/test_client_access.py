"""Who in the firm sees a client: assigned staff, walls, and the page that says why."""

import io

import pytest

from clients import client_access
from clients.client_access import explain
from clients.forms.request import assignable
from clients.models import Client, ClientAssignment, ClientWall, InformationRequest, Project
from organizations.models import Membership
from organizations.permissions import Permission
from tests.cast import ROLES

pytestmark = pytest.mark.django_db


def wall(firm, name, reason="Holds shares in it."):
    with firm.inside():
        return ClientWall.objects.create(client=firm.bakery, member=firm.members[name], reason=reason)


def restrict(firm):
    with firm.inside():
        Client.objects.filter(pk=firm.bakery.pk).update(access="assigned")


PAGES = [
    ("client_detail", "client_id", "bakery"),
    ("client_access", "client_id", "bakery"),
    ("client_update", "client_id", "bakery"),
    ("client_requests", "client_id", "bakery"),
    ("client_documents", "client_id", "bakery"),
    ("contact_update", "contact_id", "ana"),
    ("request_list_detail", "list_id", "request_list"),
    ("request_detail", "request_id", "submitted"),
    ("document_download", "document_id", "document"),
    ("portal_access", "contact_id", "ana"),
]


@pytest.mark.parametrize(("page", "argument", "row"), PAGES, ids=[name for name, _, _ in PAGES])
@pytest.mark.parametrize("role", ["owner", "admin", "member"])
def test_behind_a_wall_no_page_of_the_client_is_there_whatever_the_role(cast, sign_in, page, argument, row, role):
    url = cast.ours.url(page, **{argument: getattr(cast.ours, row).pk})
    before = sign_in(cast.ours.members[role]).get(url).status_code
    wall(cast.ours, role)
    after = sign_in(cast.ours.members[role]).get(url).status_code
    assert (before, after) == (200, 404)


@pytest.mark.parametrize("role", ["owner", "admin", "member"])
@pytest.mark.parametrize("page", ["client_list", "request_list_index", "today", "today_requests"])
def test_behind_a_wall_no_list_search_or_count_tells_of_the_client(cast, sign_in, page, role):
    browser, url = sign_in(cast.ours.members[role]), cast.ours.url(page)
    asked = {"q": "Northwind", "show": "all", "state": "to_review"}
    assert "Northwind" in browser.get(url, asked).content.decode()
    wall(cast.ours, role)
    response = browser.get(url, asked)
    assert "Northwind Bakeries" not in response.content.decode()
    counts = response.context.get("counts", {})
    assert not any(counts.values()) and not response.context.get("count")


def test_a_wall_wins_over_an_assignment_a_grant_and_an_exception(cast):
    wall(cast.ours, "member")
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.member.pk).update(permissions={"view_clients": True})
        assert not Client.objects.visible_to(cast.ours.member).exists()
        assert not Project.objects.visible_to(cast.ours.member).exists()
        assert Project.objects.visible_to(cast.ours.viewer).exists()


def test_an_import_gives_no_name_behind_a_wall_away(cast, sign_in):
    wall(cast.ours, "admin")
    browser = sign_in(cast.ours.admin)
    file = io.BytesIO(b"name,code\nNorthwind Bakeries of harcourt,\n")
    file.name = "clients.csv"
    plan = browser.post(cast.ours.url("client_import"), {"file": file}, follow=True).context["plan"]
    assert plan.known == [] and len(plan.new) == 1


def test_nobody_behind_a_wall_is_offered_as_reviewer(cast):
    wall(cast.ours, "viewer")
    with cast.ours.inside():
        assert cast.ours.viewer not in assignable(cast.ours.request_list)
        assert cast.ours.admin in assignable(cast.ours.request_list)


def test_a_wall_is_put_up_with_a_reason_and_takes_open_work_away(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    url = cast.ours.url("client_wall_creation", client_id=cast.ours.bakery.pk)
    assert browser.post(url, {"member": cast.ours.member.pk, "reason": ""}).status_code == 422
    page = browser.post(url, {"member": cast.ours.member.pk, "reason": "Shareholder."}, follow=True).content.decode()
    assert "Shareholder." in page
    with cast.ours.inside():
        assert not ClientAssignment.objects.filter(member=cast.ours.member).exists()
        mine = InformationRequest.objects.filter(assigned_to=cast.ours.member)
        assert set(mine.values_list("status", flat=True)) == {"accepted", "waived"}


def test_a_wall_comes_down_and_nothing_is_assigned_by_itself(cast, sign_in):
    built = wall(cast.ours, "viewer")
    detail = cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)
    assert sign_in(cast.ours.viewer).get(detail).status_code == 404
    sign_in(cast.ours.admin).post(cast.ours.url("client_wall_removal", wall_id=built.pk))
    assert sign_in(cast.ours.viewer).get(detail).status_code == 200


def test_nobody_takes_down_the_wall_before_themselves(cast, sign_in):
    built = wall(cast.ours, "admin")
    url = cast.ours.url("client_wall_removal", wall_id=built.pk)
    assert sign_in(cast.ours.admin).post(url).status_code == 404
    assert sign_in(cast.ours.member).post(url).status_code == 403


def test_the_last_who_could_take_a_wall_down_stays_before_it(cast, sign_in):
    wall(cast.ours, "admin")
    browser, url = sign_in(cast.ours.owner), cast.ours.url("client_wall_creation", client_id=cast.ours.bakery.pk)
    refused = browser.post(url, {"member": cast.ours.owner.pk, "reason": "A conflict."})
    assert refused.status_code == 422 and "must still see the client" in refused.content.decode()


def test_a_wall_outlives_a_membership(cast, sign_in):
    wall(cast.ours, "member")
    sign_in(cast.ours.owner).post(cast.ours.url("member_removal", member_id=cast.ours.member.pk))
    with cast.ours.inside():
        assert ClientWall.objects.filter(member=cast.ours.member).exists()


def test_only_who_manages_access_reads_the_reason_of_a_wall(cast, sign_in):
    wall(cast.ours, "viewer", reason="A family matter.")
    url = cast.ours.url("client_access", client_id=cast.ours.bakery.pk)
    assert "A family matter." in sign_in(cast.ours.admin).get(url).content.decode()
    assert "A family matter." not in sign_in(cast.ours.member).get(url).content.decode()


def test_staff_are_added_to_a_restricted_client_and_taken_off(cast, sign_in):
    restrict(cast.ours)
    browser, client = sign_in(cast.ours.member), cast.ours.bakery
    detail = cast.ours.url("client_detail", client_id=client.pk)
    browser.post(cast.ours.url("client_staff_addition", client_id=client.pk), {"member": cast.ours.viewer.pk})
    assert sign_in(cast.ours.viewer).get(detail).status_code == 200
    browser.post(cast.ours.url("client_staff_removal", client_id=client.pk, member_id=cast.ours.viewer.pk))
    assert sign_in(cast.ours.viewer).get(detail).status_code == 404
    assert browser.get(detail).status_code == 200


def test_a_member_behind_a_wall_cannot_be_added_to_the_team(cast, sign_in):
    wall(cast.ours, "viewer")
    url = cast.ours.url("client_staff_addition", client_id=cast.ours.bakery.pk)
    assert sign_in(cast.ours.owner).post(url, {"member": cast.ours.viewer.pk}).status_code == 422


def test_restricting_and_opening(cast, sign_in):
    url = cast.ours.url("client_restriction", client_id=cast.ours.bakery.pk)
    detail = cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)
    sign_in(cast.ours.member).post(url, {"access": "assigned"})
    assert [sign_in(cast.ours.members[r]).get(detail).status_code for r in ("member", "viewer")] == [200, 404]
    sign_in(cast.ours.member).post(url, {"access": "firm"})
    assert sign_in(cast.ours.viewer).get(detail).status_code == 200


SAYINGS = {
    "owner": "owners and admins see restricted clients",
    "admin": "A wall keeps Admin Harcourt from this client: Holds shares in it.",
    "member": "Member Harcourt leads the work for this client",
    "viewer": "is not assigned",
    "billing": "A wall keeps Billing Harcourt",
}


@pytest.mark.parametrize("role", ROLES)
def test_the_question_is_answered_with_what_decides(cast, sign_in, role):
    restrict(cast.ours)
    wall(cast.ours, "admin")
    asked = {"member": cast.ours.members[role].pk, "words": "nwb"}
    page = sign_in(cast.ours.owner).get(cast.ours.url("access_question"), asked).content.decode()
    assert SAYINGS[role] in page


def test_the_question_tells_nothing_of_a_client_the_asker_may_not_see(cast, sign_in):
    wall(cast.ours, "admin")
    asked = {"member": cast.ours.owner.pk, "words": "Northwind"}
    page = sign_in(cast.ours.admin).get(cast.ours.url("access_question"), asked).content.decode()
    assert "Northwind Bakeries" not in page
    assert "Nothing is called that" in page


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("walled", [False, True], ids=["free", "walled"])
@pytest.mark.parametrize("restricted", [False, True], ids=["firm", "assigned"])
def test_the_answer_is_what_the_queries_do(cast, role, walled, restricted):
    if restricted:
        restrict(cast.ours)
    with cast.ours.inside():
        ClientWall.objects.all().delete()
    if walled:
        wall(cast.ours, role)
    with cast.ours.inside():
        member, client = Membership.objects.get(pk=cast.ours.members[role].pk), Client.objects.get()
        seen = member.can(Permission.VIEW_CLIENTS) and Client.objects.visible_to(member).exists()
        assert explain(member, client).sees == seen


ASKED = {
    "request": ("submitted", Permission.VIEW_REQUESTS),
    "document": ("Bank statement", Permission.VIEW_DOCUMENTS),
    "project": ("Audit 2025", Permission.VIEW_PROJECTS),
}


@pytest.mark.parametrize("kind", ASKED)
def test_the_question_is_asked_of_requests_documents_and_projects(cast, sign_in, kind):
    words, needed = ASKED[kind]
    asked = {"member": cast.ours.viewer.pk, "kind": kind, "words": words}
    page = sign_in(cast.ours.owner).get(cast.ours.url("access_question"), asked).content.decode()
    assert "Sees it" in page and "It is of Northwind Bakeries of harcourt." in page
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.viewer.pk).update(permissions={needed.value: False})
    page = sign_in(cast.ours.owner).get(cast.ours.url("access_question"), asked).content.decode()
    assert "Does not see it" in page and "Denied for this member" in page
    wall(cast.ours, "viewer")
    page = sign_in(cast.ours.owner).get(cast.ours.url("access_question"), asked).content.decode()
    assert "A wall keeps Viewer Harcourt from this client" in page


def test_a_document_is_seen_by_who_may_see_documents_and_no_clients(cast, sign_in):
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.viewer.pk).update(permissions={"view_clients": False})
    asked = {"member": cast.ours.viewer.pk, "kind": "document", "words": "Bank statement"}
    page = sign_in(cast.ours.owner).get(cast.ours.url("access_question"), asked).text
    shown = sign_in(cast.ours.viewer).get(cast.ours.url("document_download", document_id=cast.ours.document.pk))
    assert shown.status_code == 200 and "Sees it" in page


@pytest.mark.parametrize("kind", ASKED)
def test_the_question_tells_nothing_of_a_thing_behind_the_askers_wall(cast, sign_in, kind):
    wall(cast.ours, "admin")
    asked = {"member": cast.ours.owner.pk, "kind": kind, "words": ASKED[kind][0]}
    page = sign_in(cast.ours.admin).get(cast.ours.url("access_question"), asked).content.decode()
    assert "Nothing is called that" in page


def test_a_request_is_found_by_its_number(cast, sign_in):
    asked = {"member": cast.ours.owner.pk, "kind": "request", "words": cast.ours.submitted.reference}
    page = sign_in(cast.ours.owner).get(cast.ours.url("access_question"), asked).content.decode()
    assert "The submitted request" in page


def test_a_wall_put_up_meanwhile_is_told_where_staff_is_added(cast, sign_in, monkeypatch):
    def walled(client, member):
        raise client_access.AccessRefused(f"A wall keeps {member} from this client. Take it down first.")

    monkeypatch.setattr(client_access, "assign", walled)
    url = cast.ours.url("client_staff_addition", client_id=cast.ours.bakery.pk)
    answer = sign_in(cast.ours.owner).post(url, {"member": cast.ours.viewer.pk})
    assert answer.status_code == 422
    assert "Take it down first" in answer.content.decode()
