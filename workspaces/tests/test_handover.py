"""Before somebody is suspended or leaves, their open work is shown, and can be given to a colleague who may see it."""

from typing import Any

import pytest

from clients.models import Client, ClientWall, InformationRequest, Project
from organizations.member_changes import change_role, suspend
from tests.cast import Cast, signed_in
from workspaces.models import Task

pytestmark = pytest.mark.django_db


def held(cast: Cast, person: Any) -> tuple[int, int, int]:
    with cast.ours.inside():
        return (
            Task.objects.open().filter(assigned_to=person).count(),
            InformationRequest.objects.open().filter(assigned_to=person).count(),
            Project.objects.filter(lead=person).count(),
        )


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """The member has all there is to do."""
    ours = cast.ours
    with ours.inside():
        Task.objects.update(assigned_to=ours.member)
        InformationRequest.objects.update(assigned_to=ours.member)
        Project.objects.update(lead=ours.member, status="active")
    return cast


def test_open_work_is_shown_before_a_suspension_and_goes_to_a_colleague(busy: Cast) -> None:
    ours, tasks, requests, leads = busy.ours, *held(busy, busy.ours.member)
    assert tasks and requests and leads
    admin, place = signed_in(ours.admin), ours.url("member_handover", member_id=ours.member.pk)
    asked = admin.get(ours.url("member_suspension", member_id=ours.member.pk)).text
    assert f"{requests} open requests" in asked and place in asked
    assert "go back to nobody" in admin.get(ours.url("member_removal", member_id=ours.member.pk)).text
    assert admin.post(place, {"taker": str(ours.member.pk)}).status_code == 422
    page = admin.post(place, {"taker": str(ours.admin.pk)}, follow=True).text
    assert f"{tasks + requests + leads} went to Admin Harcourt" in page and "Nothing is open" in page
    assert held(busy, ours.member) == (0, 0, 0) and held(busy, ours.admin)[:2] == (tasks, requests)
    assert place not in admin.get(ours.url("member_suspension", member_id=ours.member.pk)).text


def test_what_either_may_not_see_is_neither_counted_nor_given(busy: Cast) -> None:
    ours, before = busy.ours, held(busy, busy.ours.member)
    place = ours.url("member_handover", member_id=ours.member.pk)
    billing = signed_in(ours.owner).post(place, {"taker": str(ours.members["billing"].pk)}, follow=True).text
    assert "0 went to Billing Harcourt" in billing and held(busy, ours.member) == before
    with ours.inside():
        for client in Client.objects.all():
            ClientWall.objects.create(client=client, member=ours.admin, reason="A relative", created_by=ours.owner)
        Project.objects.filter(client=None).update(lead=None)
        Task.objects.filter(project__client=None).update(assigned_to=None)
    assert "Nothing is open" in signed_in(ours.admin).get(place).text


def test_a_suspended_members_narrower_role_takes_their_work_back_too(busy: Cast) -> None:
    ours = busy.ours
    with ours.inside():
        suspend(ours.member, by=ours.owner)
        change_role(ours.member, "billing", by=ours.owner)
    assert held(busy, ours.member) == (0, 0, 0)
