"""Who is told of what, why, where and when; and that it is told once."""

import re
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
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import User
from audit.models import AuditLog
from clients.models import ClientWall, InformationRequest
from clients.telling import assigned
from conversations import digests, inbox, mutes, posting
from conversations.jobs import send_digest, send_notification_mail
from conversations.models import (
    Comment,
    Notification,
    NotificationDigest,
    NotificationMute,
    NotificationPace,
    NotificationPreference,
)
from conversations.people import Person
from conversations.subjects import Scope
from tests.cast import Cast, in_portal
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def say(cast: Cast, body: str, *, by: str = "owner", audience: str = "internal", row: Any = None) -> Comment:
    with cast.ours.inside():
        return posting.post(
            row or cast.ours.pending, by=Person.of(cast.ours.members[by]), audience=audience, body=body, submission=uuid7()
        )  # fmt: skip


def told(cast: Cast, who: str = "member") -> list[tuple[str, str]]:
    with cast.ours.inside():
        rows = Notification.objects.filter(member=cast.ours.members[who]).order_by("id")
        return list(rows.values_list("event", "why"))


def wants(cast: Cast, event: str, *, who: str = "member", mails: str, in_app: bool = True) -> None:
    with cast.ours.inside():
        NotificationPreference.objects.update_or_create(
            member=cast.ours.members[who], event=event, defaults={"mail": mails, "in_app": in_app}
        )


def wall_off(cast: Cast, who: str) -> None:
    with cast.ours.inside():
        ClientWall.objects.create(
            client=cast.ours.bakery, member=cast.ours.members[who], reason="Married to a director."
        )


# --- who and why ------------------------------------------------------------------------------------------------


def test_whoever_is_mentioned_is_told_once_and_told_why(cast: Cast) -> None:
    say(cast, "Please look, @Member Harcourt. @member?")
    assert told(cast) == [("mentioned", "mentioned")]


def test_whoever_is_assigned_hears_of_comments_and_the_writer_does_not(cast: Cast) -> None:
    say(cast, "I rang them.")
    assert told(cast) == [("commented", "assigned")] and ("commented", "took_part") not in told(cast, "owner")


def test_the_clients_answer_reaches_the_reviewer(cast: Cast) -> None:
    address = cast.ours.portal("portal_submission", request_id=cast.ours.pending.pk)
    in_portal(cast.ours).post(address, {"answer": "does_not_exist", "text": "We have no such account."})
    assert told(cast) == [("request_submitted", "assigned")]


def test_files_of_one_round_are_told_once(cast: Cast) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    address = cast.ours.portal("portal_upload", request_id=cast.ours.pending.pk)
    for number in range(3):
        upload = SimpleUploadedFile(f"{number}.csv", f"a,b\n1,{number}\n".encode())
        in_portal(cast.ours).post(address, {"files": upload})
    assert told(cast) == [("document_uploaded", "assigned")]


def test_assigning_somebody_tells_them_and_nobody_tells_himself(cast: Cast, sign_in: Any) -> None:
    address = cast.ours.url("request_assignment", request_id=cast.ours.pending.pk)
    sent = {"assigned_to": str(cast.ours.admin.pk), "version": cast.ours.pending.version}
    sign_in(cast.ours.owner).post(address, sent)
    assert told(cast, "admin") == [("request_assigned", "assigned")]
    with cast.ours.inside():
        assigned(InformationRequest.objects.get(pk=cast.ours.pending.pk), by=cast.ours.admin)
    assert len(told(cast, "admin")) == 1


def test_a_wall_keeps_news_from_a_member_and_what_was_told_before_too(cast: Cast, sign_in: Any) -> None:
    say(cast, "Before the wall.")
    wall_off(cast, "member")
    say(cast, "After the wall, @Member Harcourt.")
    assert told(cast) == [("commented", "assigned")]
    page = sign_in(cast.ours.member).get(cast.ours.url("notification_list")).content.decode()
    assert "Before the wall" not in page and "0 unread" not in page and "All read" in page
    assert run_jobs() >= 1 and mail.outbox == []


def test_a_rolled_back_comment_tells_nobody(cast: Cast) -> None:
    with pytest.raises(RuntimeError), cast.ours.inside():
        say(cast, "@Member Harcourt")
        raise RuntimeError
    assert told(cast) == [] and run_jobs() == 0


# --- mails ------------------------------------------------------------------------------------------------------


def test_an_instant_mail_says_why_and_how_to_end_it(cast: Cast) -> None:
    say(cast, "Look at page 2, @Member Harcourt.")
    run_jobs()
    (sent,) = mail.outbox
    assert sent.to == [cast.ours.member.email] and "you were mentioned" in sent.body and "Look at page 2" in sent.body
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    written = sent.message().as_string().replace("\n ", " ")
    assert re.search(r"^List-Unsubscribe: <http\S+/mute/\S+>$", written, re.M)


def test_what_was_read_in_the_app_is_not_mailed(cast: Cast, sign_in: Any) -> None:
    say(cast, "@Member Harcourt")
    sign_in(cast.ours.member).get(cast.ours.url("request_detail", request_id=cast.ours.pending.pk))
    run_jobs()
    assert mail.outbox == []


def test_a_job_run_twice_mails_once(cast: Cast) -> None:
    say(cast, "@Member Harcourt")
    with cast.ours.inside():
        pk = Notification.objects.get(member=cast.ours.member).pk
        for _ in range(2):
            send_notification_mail.function(notification_id=str(pk))
    assert len(mail.outbox) == 1


def test_nobody_is_told_in_a_way_they_turned_off(cast: Cast, sign_in: Any) -> None:
    wants(cast, "commented", mails="never", in_app=False)
    wants(cast, "mentioned", mails="instant", in_app=False)
    say(cast, "Nothing of this.")
    assert told(cast) == []
    say(cast, "By mail alone, @Member Harcourt.")
    run_jobs()
    assert len(mail.outbox) == 1
    assert "All read" in sign_in(cast.ours.member).get(cast.ours.url("notification_list")).content.decode()


# --- digests ----------------------------------------------------------------------------------------------------


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


# --- read in both places ----------------------------------------------------------------------------------------


def test_opening_the_thing_marks_what_was_told_of_it(cast: Cast, sign_in: Any) -> None:
    browser, bell = sign_in(cast.ours.owner), cast.ours.url("notification_bell")
    assert "1 unread" in browser.get(bell).content.decode()
    place = browser.get(cast.ours.url("notification_open", notification_id=cast.ours.notification.pk))
    assert place.status_code == 302 and str(cast.ours.pending.pk) in place.headers["Location"]
    assert "unread" not in browser.get(bell).content.decode()


def test_the_page_that_was_opened_counts_it_no_more(cast: Cast, sign_in: Any) -> None:
    page = sign_in(cast.ours.owner).get(cast.ours.url("request_detail", request_id=cast.ours.pending.pk))
    assert "1 unread" not in page.content.decode()


def test_somebody_elses_notification_is_not_there(cast: Cast, sign_in: Any) -> None:
    address = cast.ours.url("notification_open", notification_id=cast.ours.notification.pk)
    assert sign_in(cast.ours.admin).get(address).status_code == 404


def test_all_are_marked_read_by_one_press_on_the_page_and_in_the_drawer_of_the_bell(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.ours.owner), cast.ours.url("notification_list")
    drawer = browser.get(url, {"part": ""}).content.decode()
    assert "<html" not in drawer and 'hx-target="#told-drawer"' in drawer and "All read" not in drawer
    answer = browser.post(cast.ours.url("notification_reading"), {"part": "1"}, follow=True)
    assert answer.redirect_chain[0][0] == f"{url}?part" and "All read" in answer.content.decode()
    browser.post(cast.ours.url("notification_reading"))
    assert "All read" in browser.get(url).content.decode()


@pytest.mark.parametrize(("show", "stands"), [("mentions", True), ("clients", False), ("", True), ("x", True)])
def test_the_list_is_narrowed(cast: Cast, sign_in: Any, show: str, stands: bool) -> None:
    page = sign_in(cast.ours.owner).get(cast.ours.url("notification_list"), {"show": show}).content.decode()
    assert ("mentioned you on" in page) == stands


def test_a_deleted_comment_is_not_quoted(cast: Cast, sign_in: Any) -> None:
    sign_in(cast.ours.member).post(cast.ours.url("comment_deletion", comment_id=cast.ours.firm_note.pk))
    page = sign_in(cast.ours.owner).get(cast.ours.url("notification_list")).content.decode()
    assert cast.ours.firm_note.body not in page


# --- muting -----------------------------------------------------------------------------------------------------


def test_a_muted_request_is_silent_but_for_mentions(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.ours.member)
    browser.post(cast.ours.url("mute_change", kind="request", subject_id=cast.ours.pending.pk), {"mute": "on"})
    say(cast, "Silent")
    assert told(cast) == []
    say(cast, "Loud, @Member Harcourt")
    assert told(cast) == [("mentioned", "mentioned")]
    browser.post(cast.ours.url("mute_change", kind="request", subject_id=cast.ours.pending.pk), {"mute": "off"})
    say(cast, "Heard again")
    assert len(told(cast)) == 2


def test_a_muted_project_silences_its_requests(cast: Cast) -> None:
    with cast.ours.inside():
        mutes.mute(cast.ours.member, Scope("project", cast.ours.project.pk, "Audit"))
    say(cast, "Silent")
    assert told(cast) == []


def unsubscribe_address(message: Any) -> str:
    found = re.search(r"/mute/[^>]+", message.extra_headers["List-Unsubscribe"])
    assert found
    return found[0]


def test_one_click_in_the_mail_program_mutes_without_a_page_or_a_session(cast: Cast) -> None:
    say(cast, "@Member Harcourt")
    run_jobs()
    address, stranger = unsubscribe_address(mail.outbox[0]), Browser(enforce_csrf_checks=True)
    assert stranger.get(address).status_code == 200
    with cast.ours.inside():
        assert not NotificationMute.objects.filter(member=cast.ours.member).exists()
    assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with cast.ours.inside():
        assert NotificationMute.objects.get(member=cast.ours.member).scope_id == cast.ours.pending.pk
    assert stranger.get(f"{address[:-4]}/").status_code == 404


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


def test_the_settings_are_kept(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.ours.member), cast.ours.url("notification_settings")
    page = browser.get(address)
    sent = {name: field.initial for name, field in page.context["form"].fields.items() if field.initial}
    browser.post(address, sent | {"mentioned-mail": "weekly"})
    with cast.ours.inside():
        wishes = NotificationPreference.objects.filter(member=cast.ours.member, event="mentioned")
        assert wishes.get().mail == "weekly"
    assert browser.post(address, {"mentioned-mail": "hourly"}).status_code == 422


# --- the client is told -----------------------------------------------------------------------------------------


def test_what_is_written_to_the_client_is_mailed_to_its_readers(cast: Cast) -> None:
    with cast.ours.inside():
        type(cast.ours.ana).objects.filter(pk=cast.ours.ana.pk).update(invited_at=timezone.now())
    say(cast, "Which months?", audience="client")
    run_jobs()
    (sent,) = [one for one in mail.outbox if one.to == [cast.ours.ana.email]]
    assert "Which months?" in sent.body and "/enter/" in sent.body


def test_what_the_firm_says_among_itself_is_mailed_to_no_client(cast: Cast) -> None:
    with cast.ours.inside():
        type(cast.ours.ana).objects.filter(pk=cast.ours.ana.pk).update(invited_at=timezone.now())
    say(cast, "Between us, @Member Harcourt")
    run_jobs()
    assert [one.to for one in mail.outbox] == [[cast.ours.member.email]]


def test_the_count_is_of_what_the_member_may_see(cast: Cast) -> None:
    with cast.ours.inside():
        assert inbox.unread_count(cast.ours.owner) == 1
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(deleted_at=timezone.now())
        assert inbox.unread_count(cast.ours.owner) == 0


# --- two at once ------------------------------------------------------------------------------------------------


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


def test_marking_all_read_is_no_change_of_the_firms(cast: Cast, sign_in: Any) -> None:
    """Thousands at one press; that they were told, and mailed, is written down."""
    say(cast, "One"), say(cast, "Two")
    with cast.ours.inside():
        before = AuditLog.objects.filter(resource_type="notifications").count()
        assert before >= 2
    sign_in(cast.ours.member).post(cast.ours.url("notification_reading"))
    with cast.ours.inside():
        assert not Notification.objects.filter(member=cast.ours.member).unread().exists()
        assert AuditLog.objects.filter(resource_type="notifications").count() == before
        Notification.objects.filter(member=cast.ours.member).update(mailed_at=timezone.now())
        assert AuditLog.objects.filter(resource_type="notifications").count() > before
