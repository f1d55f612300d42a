"""Joining a firm by a confirmed address on its domain."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client as Browser

from accounts.models import User
from accounts.tests.at_provider import configure, person, sign_in_with
from accounts.tests.mail import link_in, newest_mail
from organizations import seats
from organizations.lookups import firm_to_join, my_domain_offers, my_invitations
from organizations.models import Invitation, Membership, Organization, OrganizationDomain
from organizations.mounts import root_url
from tenancy.context import IDENTITY, acting_as, surface
from tests.cast import Cast, make_user, signed_in
from tests.jobs import run_jobs
from tests.oidc_provider import OidcProvider

pytestmark = pytest.mark.django_db
FIRMS = root_url("firm_list")


@pytest.fixture
def colleague(cast: Cast) -> User:
    return make_user("nina@staff-harcourt.example", "Nina Newcomer")


def joining(cast: Cast) -> str:
    return root_url("firm_joining", organization_id=cast.ours.organization.pk)


def open_door(cast: Cast, **changes: Any) -> None:
    with cast.ours.inside():
        OrganizationDomain.objects.filter(pk=cast.ours.domain.pk).update(**{"verification_required": False, **changes})


def membership(cast: Cast, person: User) -> Membership | None:
    with cast.ours.inside():
        return Membership.with_deleted.filter(user=person.pk).first()


def waiting(cast: Cast, person: User) -> Membership:
    signed_in(person).post(joining(cast))
    member = membership(cast, person)
    assert member
    return member


def test_a_colleague_joins_with_the_role_of_the_domain(cast: Cast, colleague: User) -> None:
    open_door(cast, auto_join_role="viewer")
    browser = signed_in(colleague)
    sheet = browser.get(FIRMS, follow=True).text
    assert "Your firm is already here" in sheet and "Join Harcourt &amp; Pell LLP</button>" in sheet
    assert (
        colleague.email in sheet and 'aria-label="Owner Harcourt"' in sheet and 'aria-label="Admin Harcourt"' in sheet
    )
    for _ in range(2):
        assert browser.post(joining(cast)).url == "/o/harcourt/"
    member = membership(cast, colleague)
    assert member
    assert (member.role, member.status, member.joined_as) == ("viewer", "active", colleague.email)


def test_where_the_firm_wants_to_see_people_first_they_wait(cast: Cast, colleague: User) -> None:
    browser = signed_in(colleague)
    sheet = browser.get(FIRMS, follow=True).text
    assert "Ask to join Harcourt &amp; Pell LLP" in sheet and "Admin Harcourt" not in sheet
    for _ in range(2):
        browser.post(joining(cast))
    assert "Waiting for the firm" in browser.get(FIRMS, follow=True).text
    assert browser.get(cast.ours.url("today")).status_code == 404
    run_jobs()
    assert sorted(message.to[0] for message in mail.outbox) == ["admin@harcourt.example", "owner@harcourt.example"]


def test_somebody_who_waits_is_let_in(cast: Cast, colleague: User) -> None:
    member = waiting(cast, colleague)
    admin = signed_in(cast.ours.admin)
    assert "Waiting to be let in" in admin.get(cast.ours.url("member_list")).text
    admin.post(cast.ours.url("member_approval", member_id=member.pk))
    assert signed_in(colleague).get(cast.ours.url("today")).status_code == 200
    run_jobs()
    assert [m.subject for m in mail.outbox if m.to == [colleague.email]] == ["You are in: Harcourt & Pell LLP"]


def test_somebody_turned_away_is_told_and_cannot_ask_again(cast: Cast, colleague: User) -> None:
    member = waiting(cast, colleague)
    signed_in(cast.ours.admin).post(cast.ours.url("member_refusal", member_id=member.pk))
    run_jobs()
    assert [m.subject for m in mail.outbox if m.to == [colleague.email]] == ["About joining Harcourt & Pell LLP"]
    assert "Harcourt" not in signed_in(colleague).get(FIRMS).text
    assert signed_in(colleague).post(joining(cast)).status_code == 404


def test_who_waits_can_still_be_invited(cast: Cast, colleague: User) -> None:

    member = waiting(cast, colleague)
    with cast.ours.inside():
        Invitation.objects.update(email=colleague.email, role="admin")
    assert (
        signed_in(colleague).post(root_url("invitation_acceptance", invitation_id=cast.ours.invitation.pk)).url
        == "/o/harcourt/"
    )
    found = membership(cast, colleague)
    assert found
    assert (found.pk, found.role, found.status) == (member.pk, "admin", "active")


@pytest.mark.parametrize("waits", [True, False], ids=["after waiting", "at once"])
def test_who_is_invited_and_joins_by_domain_takes_one_seat(
    cast: Cast, colleague: User, monkeypatch: pytest.MonkeyPatch, waits: bool
) -> None:
    if waits:
        member = waiting(cast, colleague)
    with cast.ours.inside():
        Invitation.objects.update(email=colleague.email, role="member")
        limit = seats.seats_used()
    monkeypatch.setattr(seats, "seat_rules", [lambda used: "No seat is left." if used > limit else ""])
    open_door(cast)
    if waits:
        signed_in(cast.ours.admin).post(cast.ours.url("member_approval", member_id=member.pk))
    else:
        assert signed_in(colleague).post(joining(cast)).url == "/o/harcourt/"
    assert membership(cast, colleague).status == "active"  # type: ignore[union-attr]
    with cast.ours.inside():
        assert seats.seats_used() == limit and not Invitation.objects.open().exists()


@pytest.mark.parametrize("page", ["member_approval", "member_refusal"])
@pytest.mark.parametrize("role", ["member", "viewer", "billing"])
def test_only_who_manages_members_answers(cast: Cast, colleague: User, role: str, page: str) -> None:
    member = waiting(cast, colleague)
    answer = signed_in(cast.ours.members[role]).post(cast.ours.url(page, member_id=member.pk))
    assert answer.status_code == 403
    assert "Waiting to be let in" not in signed_in(cast.ours.member).get(cast.ours.url("member_list")).text


def test_an_answer_is_for_who_waits_alone(cast: Cast) -> None:
    url = cast.ours.url("member_refusal", member_id=cast.ours.member.pk)
    assert "does not wait to be let in" in signed_in(cast.ours.owner).post(url, follow=True).text
    assert membership(cast, cast.ours.member.user).deleted_at is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "address",
    [
        "nina@sub.staff-harcourt.example",
        "nina@staff-harcourt.example.evil.example",
        '"a@staff-harcourt.example@"@evil.example',
    ],
    ids=["below", "longer", "quoted"],
)
def test_an_address_that_only_resembles_the_domain_opens_nothing(cast: Cast, address: str) -> None:
    open_door(cast)
    assert not_let_in(cast, make_user(address, "Nina Newcomer"))


def test_an_unconfirmed_address_opens_nothing(cast: Cast, colleague: User) -> None:
    open_door(cast)
    with surface(IDENTITY):
        EmailAddress.objects.filter(user=colleague).update(verified=False)
    assert not_let_in(cast, colleague)


def test_another_firms_provider_opens_nothing_by_stating_an_address(
    cast: Cast, okta: OidcProvider, settings: Any
) -> None:
    """It may state any, and the operator trusts it with its own firm's domain alone."""
    open_door(cast)
    address = "nina@staff-harcourt.example"
    with cast.ours.inside():
        Invitation.objects.update(email=address)
    configure(settings, okta, TRUSTED_DOMAINS="okafor.example")
    okta.claims |= {"email": address}
    browser = Browser()
    assert sign_in_with(browser, okta).headers["Location"] == "/accounts/confirm-email/"
    assert browser.get(FIRMS).status_code == browser.post(joining(cast)).status_code == 302
    nina = person(address)
    with acting_as(nina.pk):
        assert my_domain_offers() == [] and my_invitations() == []
    assert browser.post(link_in(newest_mail(address))).status_code == 302, "whoever reads the mail there"
    with acting_as(nina.pk):
        assert len(my_domain_offers()) == len(my_invitations()) == 1


def test_a_second_confirmed_address_opens_it(cast: Cast) -> None:
    open_door(cast)
    with surface(IDENTITY):
        EmailAddress.objects.create(user=cast.stranger, email="Sam@Staff-Harcourt.example", verified=True)
    assert signed_in(cast.stranger).post(joining(cast)).url == "/o/harcourt/"


@pytest.mark.parametrize(
    "change",
    [{"verified_at": None}, {"auto_join_role": ""}],
    ids=["not-proven", "by-invitation"],
)
def test_a_domain_that_is_not_proven_or_not_open_opens_nothing(cast: Cast, colleague: User, change: dict) -> None:
    open_door(cast, **change)
    assert not_let_in(cast, colleague)


def test_a_suspended_firm_lets_nobody_in(cast: Cast, colleague: User) -> None:
    open_door(cast)
    with cast.ours.inside():
        Organization.objects.update(status="suspended")
    assert not_let_in(cast, colleague)


def test_who_was_removed_does_not_come_back_by_the_domain(cast: Cast, colleague: User) -> None:
    open_door(cast)
    signed_in(colleague).post(joining(cast))
    member = membership(cast, colleague)
    assert member
    signed_in(cast.ours.owner).post(cast.ours.url("member_removal", member_id=member.pk))
    assert not_let_in(cast, colleague)


def not_let_in(cast: Cast, person: User) -> bool:
    browser = signed_in(person)
    assert "Harcourt" not in browser.get(FIRMS).text
    assert browser.get(joining(cast)).status_code == browser.post(joining(cast)).status_code == 404
    with acting_as(person.pk):
        assert firm_to_join(cast.ours.organization.pk) == []
    return browser.get(cast.ours.url("today")).status_code == 404


def test_a_full_firm_takes_nobody(cast: Cast, colleague: User, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = waiting(cast, colleague)
    with cast.ours.inside():
        used = seats.seats_used()
    monkeypatch.setattr(seats, "seat_rules", [lambda wanted: "All seats are taken." if wanted > used else ""])
    page = signed_in(cast.ours.admin).post(cast.ours.url("member_approval", member_id=waits.pk), follow=True)
    assert "All seats are taken." in page.text
    open_door(cast)
    second = make_user("otto@staff-harcourt.example", "Otto Other")
    assert "no seat left for you" in signed_in(second).post(joining(cast), follow=True).text
    assert membership(cast, second) is None
