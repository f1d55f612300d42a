"""One mail a morning or a week, once, and of nothing that was read, ended or muted meanwhile."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import OperationalError, connection, connections, transaction
from django.test import Client as Browser
from uuid_utils.compat import uuid7

from accounts.models import User
from conversations import digests
from conversations.jobs import send_digest
from conversations.models import (
    NotificationDigest,
    NotificationPace,
    NotificationPreference,
)
from conversations.tests.telling import say, unsubscribe_address, wall_off, wants
from tests.cast import Cast
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_a_digest_is_one_mail_however_much_happened(cast: Cast) -> None:
    wants(cast, "commented", mails="daily")
    for number in range(3):
        say(cast, f"Remark {number}")
    with cast.ours.inside():
        assert NotificationDigest.objects.filter(member=cast.ours.member).count() == 1
    run_jobs(later=timedelta(days=1))
    (sent,) = [one for one in mail.outbox if one.to == [cast.ours.member.email]]
    assert all(f"Remark {number}" in sent.body for number in range(3)) and "you are assigned" in sent.body
    run_jobs(later=timedelta(days=3))
    assert len(mail.outbox) == 1


def test_a_digest_run_again_mails_nothing(cast: Cast) -> None:
    wants(cast, "commented", mails="daily")
    say(cast, "Once")
    with cast.ours.inside():
        digest = NotificationDigest.objects.get(member=cast.ours.member)
        for _ in range(2):
            send_digest.function(digest_id=str(digest.pk))
    assert len(mail.outbox) == 1


def test_a_digest_leaves_out_what_was_read_or_may_not_be_seen(cast: Cast, sign_in: Any) -> None:
    wants(cast, "commented", mails="daily")
    say(cast, "Read before")
    sign_in(cast.ours.member).get(cast.ours.url("request_detail", request_id=cast.ours.pending.pk))
    run_jobs(later=timedelta(days=1))
    assert mail.outbox == []
    say(cast, "Walled off")
    wall_off(cast, "member")
    run_jobs(later=timedelta(days=2))
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("zone", "now", "period", "expected"),
    [
        ("Europe/London", datetime(2026, 3, 28, 12, tzinfo=UTC), "daily", "2026-03-29T08:00:00+01:00"),
        ("Europe/London", datetime(2026, 10, 24, 12, tzinfo=UTC), "daily", "2026-10-25T08:00:00+00:00"),
        ("America/New_York", datetime(2026, 3, 8, 11, 59, tzinfo=UTC), "daily", "2026-03-08T08:00:00-04:00"),
        ("America/New_York", datetime(2026, 3, 8, 12, tzinfo=UTC), "daily", "2026-03-09T08:00:00-04:00"),
        ("Pacific/Auckland", datetime(2026, 6, 1, 0, tzinfo=UTC), "weekly", "2026-06-08T08:00:00+12:00"),
        ("Europe/London", datetime(2026, 6, 1, 6, tzinfo=UTC), "weekly", "2026-06-01T08:00:00+01:00"),
    ],
    ids=["spring", "autumn", "before_eight", "at_eight", "weekly_passed", "weekly_today"],
)
def test_a_digest_comes_at_eight_on_the_readers_wall(zone: str, now: datetime, period: str, expected: str) -> None:
    assert digests.next_moment(ZoneInfo(zone), period, now).isoformat() == expected


def test_the_zone_is_the_members_own(cast: Cast) -> None:
    with cast.ours.inside(cast.ours.member):
        User.objects.filter(pk=cast.ours.member.user_id).update(timezone="Asia/Tokyo")
    with cast.ours.inside():
        assert str(digests.zone_of(cast.ours.member)) == "Asia/Tokyo"
        assert digests.zone_of(cast.ours.admin) == cast.ours.organization.zone


def test_one_click_in_a_digest_ends_the_digests(cast: Cast) -> None:
    wants(cast, "commented", mails="daily")
    say(cast, "Hello")
    with cast.ours.inside():
        for mail_, scope_id in (("daily", uuid7()), ("weekly", uuid7())):
            NotificationPace.objects.create(
                member=cast.ours.member, scope="project", scope_id=scope_id, label="Audit", mail=mail_
            )
    run_jobs(later=timedelta(days=1))
    Browser().post(unsubscribe_address(mail.outbox[0]))
    with cast.ours.inside():
        assert [pace.mail for pace in NotificationPace.objects.filter(member=cast.ours.member)] == ["weekly"]
        wishes = dict(NotificationPreference.objects.filter(member=cast.ours.member).values_list("event", "mail"))
    assert wishes["commented"] == "never" and "mentioned" not in wishes


def test_no_digest_brings_what_was_ended_or_muted_after_it_was_told(cast: Cast, sign_in: Any) -> None:
    """By the link in an older mail, by the settings, by a mute; what else waits still comes."""
    firm, browser = cast.ours, sign_in(cast.ours.member)
    wants(cast, "commented", mails="daily")
    say(cast, "The first")
    run_jobs(later=timedelta(days=1))
    ended = unsubscribe_address(mail.outbox[0])
    say(cast, "After the link")
    Browser().post(ended)
    run_jobs(later=timedelta(days=2))
    assert len(mail.outbox) == 1

    settings = firm.url("notification_settings")
    fields = browser.get(settings).context["form"].fields.items()
    chosen = {name: field.initial for name, field in fields if field.initial}
    browser.post(settings, chosen | {"commented-mail": "weekly"})
    say(cast, "After the choice")
    browser.post(settings, chosen | {"commented-mail": "never"})
    run_jobs(later=timedelta(days=15))
    browser.post(settings, chosen | {"commented-mail": "weekly"})
    say(cast, "After the mute")
    say(cast, "Elsewhere", row=firm.submitted)
    browser.post(firm.url("mute_change", kind="request", subject_id=firm.pending.pk), {"mute": "on"})
    run_jobs(later=timedelta(days=30))
    (last,) = mail.outbox[1:]
    assert "Elsewhere" in last.body and "After the" not in last.body


def test_what_is_wanted_in_another_digest_meanwhile_goes_with_that(cast: Cast) -> None:
    wants(cast, "commented", mails="daily")
    say(cast, "No hurry")
    wants(cast, "commented", mails="weekly")
    for _ in range(2):
        run_jobs(later=timedelta(days=15))
    (sent,) = mail.outbox
    assert "No hurry" in sent.body and "weekly mail" in sent.body


def test_what_is_told_after_a_digest_went_out_is_in_the_next(cast: Cast) -> None:
    wants(cast, "commented", mails="daily")
    say(cast, "Before eight")
    with cast.ours.inside():
        digest = NotificationDigest.objects.get(member=cast.ours.member)
        send_digest.function(digest_id=str(digest.pk))
    say(cast, "A moment later")
    with cast.ours.inside():
        following = NotificationDigest.objects.filter(member=cast.ours.member).exclude(pk=digest.pk).get()
    assert following.day == digest.day + timedelta(days=1)
    run_jobs(later=timedelta(days=3))
    assert ["A moment later" in one.body for one in mail.outbox] == [False, True]


def has_to_wait(cast: Cast, first: Callable[[], None], second: Callable[[], None]) -> bool:
    """Whether of two workers, each with a connection of its own, the second waits for what the first has not ended."""
    begun, ended = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with cast.ours.inside():
                first()
                begun.set()
                ended.wait(20)
                transaction.set_rollback(True)
        finally:
            begun.set()
            connections.close_all()

    def follow() -> bool:
        begun.wait(20)
        try:
            with cast.ours.inside():
                connection.cursor().execute("SET LOCAL lock_timeout = '200ms'")
                second()
                transaction.set_rollback(True)
            return False
        except OperationalError:
            return True
        finally:
            ended.set()
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        holding, following = pool.submit(hold), pool.submit(follow)
        holding.result(30)
        return following.result(30)


def test_two_workers_make_one_digest_and_send_it_once(cast: Cast) -> None:
    """The second waits, and then finds the row that is there, or sent: `test_a_digest_run_again_mails_nothing`."""
    with cast.ours.inside():
        stored = NotificationDigest.objects.select_related("member__organization").order_by("id")[0]

    def make() -> None:
        digests.schedule(stored.member, "weekly")

    def join() -> None:
        digests._went_out(stored)

    def send() -> None:
        NotificationDigest.objects.filter(pk=stored.pk).update(sent_at=None)
        send_digest.function(digest_id=str(stored.pk))

    assert has_to_wait(cast, make, make)
    assert has_to_wait(cast, send, send)
    # Whoever tells is waited for, so that the mail has what they tell; two who tell do not wait for each other.
    assert has_to_wait(cast, join, send)
    assert not has_to_wait(cast, join, join)
