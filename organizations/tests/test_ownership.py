"""Handing a firm over."""

from typing import Any

import pytest
from django.core import mail

from organizations.models import Membership
from tests.cast import ROLES, Cast, signed_in
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
NAME = "Harcourt & Pell LLP"


def hand_over(cast: Cast, to: Membership, *, name: str = NAME, by: str = "owner") -> Any:
    browser = signed_in(cast.ours.members[by])
    return browser.post(cast.ours.url("ownership_transfer"), {"taker": to.pk, "firm_name": name}, follow=True)


def roles(cast: Cast) -> dict[str, str]:
    with cast.ours.inside():
        return {name: Membership.objects.get(pk=member.pk).role for name, member in cast.ours.members.items()}


def test_the_owner_hands_the_firm_over_and_both_are_told(cast: Cast) -> None:
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.member.pk).update(permissions={"manage_members": False})
    assert "Member Harcourt is now an owner. You are an admin" in hand_over(cast, cast.ours.member).text
    assert (roles(cast)["owner"], roles(cast)["member"]) == ("admin", "owner")
    assert signed_in(cast.ours.member).get(cast.ours.url("ownership_transfer")).status_code == 200
    assert signed_in(cast.ours.owner).get(cast.ours.url("ownership_transfer")).status_code == 403
    run_jobs()
    assert sorted(message.to[0] for message in mail.outbox) == ["member@harcourt.example", "owner@harcourt.example"]
    assert {message.subject for message in mail.outbox} == {f"Member Harcourt is now an owner of {NAME}"}


def test_the_name_is_read_whatever_its_capitals(cast: Cast) -> None:
    hand_over(cast, cast.ours.admin, name=" harcourt &  pell llp ")
    assert roles(cast)["admin"] == "owner"


@pytest.mark.parametrize("name", ["", "Harcourt", "Okafor Bookkeeping"])
def test_without_the_firms_name_nothing_changes(cast: Cast, name: str) -> None:
    assert hand_over(cast, cast.ours.admin, name=name).status_code == 422
    assert roles(cast) == {role: role for role in ROLES}


@pytest.mark.parametrize("status", ["suspended", "pending"])
def test_only_an_active_member_takes_it(cast: Cast, status: str) -> None:
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.member.pk).update(status=status)
    for to in (cast.ours.member, cast.ours.owner, cast.theirs.owner):
        assert hand_over(cast, to).status_code == 422
    assert roles(cast) == {role: role for role in ROLES}


@pytest.mark.parametrize("role", ["admin", "member", "viewer", "billing"])
def test_nobody_but_an_owner_hands_it_over(cast: Cast, role: str) -> None:
    assert hand_over(cast, cast.ours.viewer, by=role).status_code == 403
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.members[role].pk).update(permissions={"transfer_ownership": True})
    taker = cast.ours.member if role == "viewer" else cast.ours.viewer
    assert hand_over(cast, taker, by=role).status_code == 422
    assert roles(cast) == {role: role for role in ROLES}
