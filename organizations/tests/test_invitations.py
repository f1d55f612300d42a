"""Inviting people, and every way an invitation is answered."""

import re

import pytest
from django.core import mail
from django.test import Client

from organizations.invitations import addresses_in
from organizations.models import Invitation, Membership
from organizations.mounts import root_url
from tests.cast import make_user
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def invite(browser, firm, emails, role="member"):
    return browser.post(firm.url("invitation_list"), {"emails": emails, "role": role})


def link_in(message):
    return re.search(r"https?://[^/]+(/invitations/\S+)", message.body).group(1)


def membership(firm, email):
    with firm.inside():
        return Membership.objects.filter(email=email).first()


@pytest.fixture
def newcomer(cast):
    return make_user("newcomer@harcourt.example", "Nina Newcomer")


def offer(firm):
    return root_url("invitation_detail", token=firm.invitation_token)


def test_many_addresses_get_a_line_each(cast, sign_in):
    page = invite(
        sign_in(cast.ours.admin),
        cast.ours,
        "new@one.example, MEMBER@harcourt.example\nbroken@\nnewcomer@harcourt.example",
    ).content.decode()
    for sentence in (
        "Invitation sent.",
        "Already a member.",
        "This is not an e-mail address.",
        "Invited before: sent again.",
    ):
        assert sentence in page
    run_jobs()
    assert sorted(message.to[0] for message in mail.outbox) == ["new@one.example", "newcomer@harcourt.example"]


def test_the_mailed_link_lets_the_person_join(cast, sign_in):
    person = make_user("new@one.example", "Nora New")
    invite(sign_in(cast.ours.admin), cast.ours, "new@one.example", role="viewer")
    run_jobs()
    browser = sign_in(person)
    assert "Join Harcourt" in browser.get(link_in(mail.outbox[0])).content.decode()
    assert browser.post(link_in(mail.outbox[0])).url == "/o/harcourt/"
    assert membership(cast.ours, "new@one.example").role == "viewer"


def test_opening_the_link_spends_nothing(cast, newcomer, sign_in):
    for _ in range(2):
        assert sign_in(newcomer).get(offer(cast.ours)).status_code == 200
    assert membership(cast.ours, newcomer.email) is None


def test_a_signed_out_person_is_offered_both_ways_in(cast):
    page = Client().get(offer(cast.ours)).content.decode()
    assert "/accounts/signup/?next=/invitations/" in page
    assert "/accounts/login/?next=/invitations/" in page


def test_the_wrong_person_sees_both_addresses_and_cannot_join(cast, sign_in):
    browser = sign_in(cast.stranger)
    page = browser.get(offer(cast.ours)).content.decode()
    assert "stranger@nowhere.example" in page
    assert "newcomer@harcourt.example" in page
    assert browser.post(offer(cast.ours)).status_code == 409
    assert membership(cast.ours, "stranger@nowhere.example") is None


def test_a_member_of_another_firm_joins_this_one_too(cast, sign_in):
    with cast.ours.inside():
        Invitation.objects.update(email=cast.theirs.member.email)
    assert sign_in(cast.theirs.member).post(offer(cast.ours)).url == "/o/harcourt/"


def test_an_invitation_works_once(cast, newcomer, sign_in):
    browser = sign_in(newcomer)
    browser.post(offer(cast.ours))
    again = browser.post(offer(cast.ours))
    assert again.status_code == 410
    assert "This invitation was used" in again.content.decode()


@pytest.mark.parametrize(("change", "sentence"), [("revoked_at", "was withdrawn"), ("expires_at", "has expired")])
def test_a_closed_invitation_says_so(cast, newcomer, sign_in, change, sentence):
    with cast.ours.inside():
        Invitation.objects.update(**{change: "2020-01-01T00:00:00Z"})
    response = sign_in(newcomer).post(offer(cast.ours))
    assert response.status_code == 410
    assert sentence in response.content.decode()


def test_a_link_nobody_made_is_not_found(cast, newcomer, sign_in):
    assert sign_in(newcomer).get(root_url("invitation_detail", token="made-up")).status_code == 404


def test_who_was_removed_and_invited_again_gets_the_same_membership(cast, sign_in):
    old = cast.ours.member
    sign_in(cast.ours.owner).post(cast.ours.url("member_removal", member_id=old.pk))
    with cast.ours.inside():
        Invitation.objects.update(email=old.email, role="viewer")
    sign_in(old).post(offer(cast.ours))
    assert membership(cast.ours, old.email).pk == old.pk


def test_it_can_be_accepted_from_the_list_of_firms(cast, newcomer, sign_in):
    browser = sign_in(newcomer)
    assert "Harcourt" in browser.get(root_url("firm_list")).content.decode()
    assert browser.post(root_url("invitation_acceptance", invitation_id=cast.ours.invitation.pk)).url == "/o/harcourt/"


def test_nobody_accepts_an_invitation_to_somebody_else_from_the_list(cast, sign_in):
    url = root_url("invitation_acceptance", invitation_id=cast.ours.invitation.pk)
    assert sign_in(cast.stranger).post(url).status_code == 404


def test_resending_makes_the_old_link_useless(cast, newcomer, sign_in):
    sign_in(cast.ours.admin).post(cast.ours.url("invitation_resend", invitation_id=cast.ours.invitation.pk))
    run_jobs()
    assert sign_in(newcomer).get(offer(cast.ours)).status_code == 404
    assert sign_in(newcomer).get(link_in(mail.outbox[0])).status_code == 200


def test_withdrawing(cast, sign_in, newcomer):
    sign_in(cast.ours.admin).post(cast.ours.url("invitation_revocation", invitation_id=cast.ours.invitation.pk))
    assert sign_in(newcomer).post(offer(cast.ours)).status_code == 410


def test_an_admin_cannot_invite_an_owner(cast, sign_in):
    response = invite(sign_in(cast.ours.admin), cast.ours, "new@one.example", role="owner")
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("emails", "sentence"),
    [
        ("", "This field is required"),
        ("nothing here", "Write at least one"),
        (" ".join(f"a{n}@b.example" for n in range(51)), "up to 50"),
    ],
)
def test_what_cannot_be_read_as_addresses_is_said(cast, sign_in, emails, sentence):
    response = invite(sign_in(cast.ours.admin), cast.ours, emails)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_members_may_not_invite(cast, sign_in):
    assert invite(sign_in(cast.ours.member), cast.ours, "a@b.example").status_code == 403


def test_addresses_are_read_from_what_people_paste():
    assert addresses_in('Ana <ana@x.example>; BO@x.example, "cy@x.example"\nana@x.example') == [
        "ana@x.example", "bo@x.example", "cy@x.example",
    ]  # fmt: skip
