"""Every way an invitation is answered."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User
from organizations.models import Invitation, Membership
from organizations.mounts import root_url
from organizations.tests.inviting import invite, link_in, membership, offer
from tenancy.context import IDENTITY, surface
from tests.cast import make_user, signed_in
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_the_mailed_link_lets_the_person_join(cast, sign_in):
    person = make_user("new@one.example", "Nora New")
    invite(sign_in(cast.ours.admin), cast.ours, "new@one.example", role="viewer")
    run_jobs()
    assert re.search(r"works until \d+ \w+ \d{4}, \d\d:\d\d (GMT|BST)\.", mail.outbox[0].body), "by the firm's clock"
    browser = sign_in(person)
    assert "Join Harcourt" in browser.get(link_in(mail.outbox[0])).content.decode()
    assert browser.post(link_in(mail.outbox[0])).url == "/o/harcourt/"
    joined = membership(cast.ours, "new@one.example")
    assert (joined.role, joined.joined_as) == ("viewer", "new@one.example")


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


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("change", [{"status": "suspended"}, {"session_salt": "changed elsewhere"}])
def test_a_session_whose_account_ended_is_asked_to_sign_in(cast, newcomer, verb, change):
    browser = signed_in(newcomer)
    with surface(IDENTITY):
        User.objects.filter(pk=newcomer.pk).update(**change)
    response = getattr(browser, verb)(offer(cast.ours))
    assert response.status_code == 200
    assert "/accounts/login/?next=/invitations/" in response.content.decode()
    assert membership(cast.ours, newcomer.email) is None


def test_an_invitation_to_a_second_confirmed_address_can_be_accepted(cast, sign_in):
    with surface(IDENTITY):
        EmailAddress.objects.create(user=cast.stranger, email="Newcomer@harcourt.example", verified=True)
    browser = sign_in(cast.stranger)
    assert "signed in as somebody else" not in browser.get(offer(cast.ours)).content.decode()
    assert browser.post(offer(cast.ours)).url == "/o/harcourt/"


def test_an_address_that_was_never_confirmed_opens_no_invitation(cast, sign_in):
    with surface(IDENTITY):
        EmailAddress.objects.create(user=cast.stranger, email="newcomer@harcourt.example", verified=False)
    assert sign_in(cast.stranger).post(offer(cast.ours)).status_code == 409
    assert membership(cast.ours, cast.stranger.email) is None


def test_pressing_join_twice_leads_into_the_firm(cast, newcomer, sign_in):
    browser = sign_in(newcomer)
    page = browser.get(root_url("firm_list")).content.decode()
    firm = re.search(r'name="firm" value="([^"]+)"', page).group(1)
    url = root_url("invitation_acceptance", invitation_id=cast.ours.invitation.pk)
    for _ in range(2):
        assert browser.post(url, {"firm": firm}).url == "/o/harcourt/"


def test_the_firm_named_beside_join_opens_nobody_elses(cast, sign_in):
    url = root_url("invitation_acceptance", invitation_id=cast.ours.invitation.pk)
    assert sign_in(cast.stranger).post(url, {"firm": str(cast.ours.organization.pk)}).status_code == 404


def test_a_suspended_member_cannot_come_back_by_an_invitation(cast, sign_in):
    person = cast.ours.member
    with cast.ours.inside():
        Membership.objects.filter(pk=person.pk).update(status="suspended", email="old@harcourt.example")
        Invitation.objects.update(email=person.email)
    response = sign_in(person).post(offer(cast.ours))
    assert response.status_code == 409
    assert "Your membership of Harcourt &amp; Pell LLP is suspended." in response.content.decode()


def test_a_new_person_signs_up_from_the_link_confirms_and_joins(cast):
    browser, page = Client(), offer(cast.ours)
    address = cast.ours.invitation.email
    assert f"/accounts/signup/?next={page}" in browser.get(page).content.decode()
    form = {"full_name": "Nina New", "email": address, "password1": "four unrelated words", "next": page}
    assert browser.post("/accounts/signup/", form).status_code == 302
    confirmation = re.search(r"https?://[^/]+(/accounts/confirm-email/\S+)", mail.outbox[-1].body).group(1)
    assert browser.post(confirmation).url == page
    assert browser.post(page).url == cast.ours.url("today")
    assert membership(cast.ours, address).role == "member"


def test_a_picture_comes_along_and_one_that_lies_elsewhere_is_none(cast, newcomer):
    with surface(IDENTITY):
        User.objects.filter(pk=newcomer.pk).update(avatar=(key := f"avatars/{newcomer.pk}/abc.webp"))
    signed_in(newcomer).post(offer(cast.ours))
    joined = membership(cast.ours, newcomer.email)
    assert joined.avatar == key
    joined.avatar = "https://pictures.example/nina.png"
    assert joined.avatar_url == ""
