"""What is sent to a client's contacts: a mail and a link each, and never the passcode."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from clients.models import ClientContact
from tests.cast import Cast, Firm, signed_in
from tests.jobs import run_jobs
from workspaces.models import SessionShare
from workspaces.tests.test_scoping import save
from workspaces.tests.test_scoping_shares import share

pytestmark = pytest.mark.django_db


def links() -> list[str]:
    found = [re.search(r"https?://[^/\s]+(/scope/\S+)", str(message.body)) for message in mail.outbox]
    return [one[1] for one in found if one]


def shares_of(firm: Firm) -> Any:
    return SessionShare.objects.filter(snapshot__session=firm.scoping, contact=firm.ana).order_by("created_at")


def test_each_contact_gets_a_mail_with_a_link_of_their_own(cast: Cast) -> None:
    ours = cast.ours
    with ours.inside():
        other = ClientContact.objects.create(client=ours.bakery, name="Jonas Keller", email="jonas@bakery.example")
        before = SessionShare.objects.count()
    for _ in range(2):  # a double click
        answer, link = share(ours, name=None, contacts=[ours.ana.pk, other.pk], passcode="four red bricks")
        assert answer.status_code == 302 and not link
    run_jobs()
    assert sorted(message.to[0] for message in mail.outbox) == sorted([ours.ana.email, other.email])
    first, second = links()
    assert first != second, "Each is watched, and ended, by itself."
    for message in mail.outbox:
        assert "bricks" not in str(message.message()) and "passcode" in str(message.body)
        assert message.extra_headers["Reply-To"] == ours.member.email
    assert "passcode" in Browser().get(first).text and Browser().get(first).status_code == 200
    shown = signed_in(ours.member).get(ours.url("scoping_shares", scoping_id=ours.scoping.pk)).text
    assert f"Mailed to {other.email}" in shown and "four red bricks" not in shown
    with ours.inside():
        assert SessionShare.objects.count() == before + 2


def test_a_mail_can_be_sent_again_and_ends_the_link_before(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    share(ours, name=None, contacts=[ours.ana.pk])
    run_jobs()
    with ours.inside():
        made = shares_of(ours).last()
    again = ours.url("scoping_share_mailing", scoping_id=ours.scoping.pk, share_id=made.pk)
    assert browser.post(again).status_code == 302
    run_jobs()
    first, second = links()
    assert Browser().get(first).status_code == 404 and Browser().get(second).status_code == 200
    for _ in range(5):
        told = browser.post(again, follow=True).text
    assert "enough for a day" in told, "Nobody fills a mailbox through us."
    with ours.inside():
        other = ClientContact.objects.create(client=ours.bakery, name="Jonas Keller", email="jonas@bakery.example")
    answer, _ = share(ours, name=None, contacts=[ours.ana.pk, other.pk], shows=["sow"], may_accept=None)
    assert answer.status_code == 302
    with ours.inside():
        assert SessionShare.objects.filter(contact=other).count() == 1, (
            "Whoever has had enough keeps nobody else from it."
        )
    refused, _ = share(ours, name=None, contacts=[ours.ana.pk], shows=["sow"], may_accept=None)
    assert refused.status_code == 422 and "enough for a day" in refused.text


def test_a_passcode_thought_of_a_moment_later_is_no_second_press(cast: Cast) -> None:
    ours = cast.ours
    share(ours, name=None, contacts=[ours.ana.pk])
    share(ours, name=None, contacts=[ours.ana.pk], passcode="four red bricks")
    with ours.inside():
        assert [bool(made.passcode_hash) for made in shares_of(ours)][-2:] == [False, True]


def test_whoever_the_session_was_for_before_is_neither_named_nor_mailed(cast: Cast) -> None:
    """Who may see the new client need not see the old one."""
    ours, browser = cast.ours, signed_in(cast.ours.member)
    share(ours, name=None, contacts=[ours.ana.pk])
    run_jobs()
    mail.outbox.clear()
    with ours.inside():
        made = shares_of(ours).last()
        other = type(ours.bakery).objects.create(name="Another Ltd")
        type(ours.scoping).objects.filter(pk=ours.scoping.pk).update(client=other)
    assert ours.ana.email not in browser.get(ours.url("scoping_shares", scoping_id=ours.scoping.pk)).text
    browser.post(ours.url("scoping_share_mailing", scoping_id=ours.scoping.pk, share_id=made.pk))
    run_jobs()
    assert mail.outbox == []


def test_nothing_is_mailed_to_whom_it_is_no_longer_for(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    share(ours, name=None, contacts=[ours.ana.pk])
    with ours.inside():
        made = shares_of(ours).last()
        browser.post(ours.url("scoping_share_end", scoping_id=ours.scoping.pk, share_id=made.pk))
    share(ours, name=None, contacts=[ours.ana.pk], shows=["sow"], may_accept=None)
    with ours.inside():
        ClientContact.objects.filter(pk=ours.ana.pk).update(deleted_at=timezone.now())
    run_jobs()
    assert mail.outbox == [], "The link had ended, and the contact was removed."
    refused, _ = share(ours, name=None, contacts=[ours.ana.pk])
    assert refused.status_code == 422
    nobody, _ = share(ours, name="")
    assert nobody.status_code == 422, "Nobody is left to be mailed, so a name is needed."


def test_a_mail_tells_no_price_that_is_left_out(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    save(browser, ours, 1, **{"structuring.outcome": "x"})
    with ours.inside():
        type(ours.scoping).objects.filter(pk=ours.scoping.pk).update(title="New stock system for £1,522.50")
    share(ours, name=None, contacts=[ours.ana.pk], shows=["sow", "loe"], may_accept=None)
    run_jobs()
    [message] = mail.outbox
    assert (
        "1,522" not in f"{message.subject} {message.body} {message.message()}" and "New stock system" in message.subject
    )
    assert "accept" not in message.body
