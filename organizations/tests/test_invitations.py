"""Inviting people: who is asked, who may ask, what is mailed."""

import pytest
from django.core import mail

from organizations import seats
from organizations.invitations import addresses_in
from organizations.models import Invitation, Membership, Organization
from organizations.tests.inviting import invite, link_in, offer
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


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
