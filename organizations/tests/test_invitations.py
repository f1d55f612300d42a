"""Inviting people, and every way an invitation is answered."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User
from organizations import seats
from organizations.invitations import addresses_in
from organizations.models import Invitation, Membership, Organization
from organizations.mounts import root_url
from tenancy.context import IDENTITY, surface
from tests.cast import make_user, signed_in
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def invite(browser, firm, emails, role="member"):
    return browser.post(firm.url("invitation_list"), {"emails": emails, "role": role}, follow=True)


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


@pytest.mark.parametrize("length", [254, 255, 320, 321])
def test_an_address_of_any_length_gets_a_sentence(cast, sign_in, length):
    email = "a" * 60 + "@" + ".".join(["b" * 50] * 6)[: length - 61 - 8] + ".example"
    assert len(email) == length
    response = invite(sign_in(cast.ours.admin), cast.ours, email)
    assert response.status_code == 200
    assert ("This is not an e-mail address." in response.content.decode()) == (length > 254)


def test_an_entry_without_an_address_gets_a_line_too(cast, sign_in):
    response = invite(
        sign_in(cast.ours.admin), cast.ours, 'new@one.example\nPriya of sales\n"Ruiz, Ana" <ana@x.example>'
    )
    page = response.content.decode()
    assert "Priya of sales" in page and "This is not an e-mail address." in page
    assert "Ruiz" not in page
    run_jobs()
    assert sorted(message.to[0] for message in mail.outbox) == ["ana@x.example", "new@one.example"]


def test_loading_the_report_again_mails_nothing_and_keeps_it(cast, sign_in):
    browser = sign_in(cast.ours.admin)
    sent = browser.post(cast.ours.url("invitation_list"), {"emails": "new@one.example", "role": "member"})
    assert sent.status_code == 302
    for _ in range(2):
        assert "Invitation sent." in browser.get(sent.url).content.decode()
    assert run_jobs() == 1
    assert "Invitation sent." not in sign_in(cast.ours.owner).get(sent.url).content.decode()


def test_sending_again_tells_why_nothing_was_sent(cast, sign_in):
    with cast.ours.inside():
        Invitation.objects.update(email=cast.ours.viewer.email)
    url = cast.ours.url("invitation_resend", invitation_id=cast.ours.invitation.pk)
    page = sign_in(cast.ours.admin).post(url, follow=True).content.decode()
    assert "Nothing was sent to viewer@harcourt.example. Already a member." in page
    assert run_jobs() == 0


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


@pytest.mark.parametrize("name", ["Harcourt & Pell LLP", "Harcourt\nBcc: all@x.example"])
def test_the_mail_is_plain_where_it_is_plain_and_its_subject_is_one_line(cast, sign_in, name):
    with cast.ours.inside():
        Organization.objects.update(name=name, brand_colors={"brand": "#6b2737"})
    invite(sign_in(cast.ours.admin), cast.ours, "new@one.example")
    run_jobs()
    (message,) = mail.outbox
    shown = name.replace("\n", " ")
    assert message.subject == f"Join {shown} on Tickmark"
    assert name in message.body and "&amp;" not in message.body
    html = message.alternatives[0].content
    assert "#6b2737" in html and "<title>Join Harcourt" in html
    assert f"{shown} via Tickmark" in message.from_email


def fifty(count=50):
    return [f"person{number}@many.example" for number in range(count)]


def test_fifty_at_once_get_fifty_lines_fifty_mails_and_fifty_seats(cast, sign_in):
    with cast.ours.inside():
        before = seats.seats_used()
    page = invite(sign_in(cast.ours.admin), cast.ours, "\n".join(fifty())).content.decode()
    assert page.count("Invitation sent.") == 50
    with cast.ours.inside():
        assert seats.seats_used() == before + 50
    run_jobs()
    assert sorted(message.to[0] for message in mail.outbox) == sorted(fifty())


def test_the_fifty_first_is_one_too_many_and_nothing_is_sent(cast, sign_in):
    page = invite(sign_in(cast.ours.admin), cast.ours, "\n".join(fifty(51)))
    assert page.status_code == 422
    assert "These are 51 addresses. Invite up to 50 at once." in page.content.decode()
    assert "person50@many.example" in page.content.decode()
    with cast.ours.inside():
        assert not Invitation.objects.filter(email__endswith="@many.example").exists()


def test_when_seats_run_out_the_rest_gets_no_invitation(cast, sign_in, monkeypatch):
    with cast.ours.inside():
        used = seats.seats_used()
    monkeypatch.setattr(seats, "seat_rules", [lambda wanted: "All seats are taken." if wanted > used + 2 else ""])
    page = invite(sign_in(cast.ours.admin), cast.ours, "\n".join(fifty(4))).content.decode()
    assert page.count("Invitation sent.") == 2
    assert page.count("All seats are taken.") == 2


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


def test_nobody_touches_an_invitation_above_their_own_role(cast, sign_in):
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.member.pk).update(permissions={"manage_members": True})
        Invitation.objects.filter(pk=cast.ours.invitation.pk).update(role="owner")
    browser = sign_in(cast.ours.member)
    for page in ("invitation_resend", "invitation_revocation"):
        assert browser.post(cast.ours.url(page, invitation_id=cast.ours.invitation.pk)).status_code == 403
    page = invite(browser, cast.ours, cast.ours.invitation.email, "viewer").content.decode()
    assert "Invited with a role above yours." in page
    with cast.ours.inside():
        kept = Invitation.objects.get(pk=cast.ours.invitation.pk)
    assert (kept.role, kept.revoked_at) == ("owner", None)


def test_a_mailbox_is_not_filled_with_invitations(cast, sign_in):
    browser, url = sign_in(cast.ours.admin), cast.ours.url("invitation_resend", invitation_id=cast.ours.invitation.pk)
    for _ in range(6):
        browser.post(url)
    run_jobs()
    assert len(mail.outbox) == 5
    assert "enough for a day" in invite(browser, cast.ours, cast.ours.invitation.email).content.decode()


def test_a_picture_comes_along_and_one_that_lies_elsewhere_is_none(cast, newcomer):
    with surface(IDENTITY):
        User.objects.filter(pk=newcomer.pk).update(avatar=(key := f"avatars/{newcomer.pk}/abc.webp"))
    signed_in(newcomer).post(offer(cast.ours))
    joined = membership(cast.ours, newcomer.email)
    assert joined.avatar == key
    joined.avatar = "https://pictures.example/nina.png"
    assert joined.avatar_url == ""
