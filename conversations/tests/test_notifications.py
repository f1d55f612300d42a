"""Who is told what, and reads it where."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.utils import timezone
from uuid_utils.compat import uuid7

from audit.models import AuditLog
from clients.models import InformationRequest
from clients.telling import assigned
from conversations import inbox
from conversations.jobs import send_notification_mail
from conversations.models import (
    Notification,
)
from conversations.tests.telling import say, told, wall_off, wants
from tests.cast import Cast, in_portal
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


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


def test_the_count_passes_over_what_is_gone_and_ends_where_it_is_told_no_further(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "AT_ONCE", 2)
    monkeypatch.setattr(inbox, "MOST_TOLD", 3)
    told, task, gone = cast.ours.rows["notification"], cast.ours.rows["task"], [uuid7() for _ in range(5)]
    about = [("request", cast.ours.pending.pk), ("task", task.pk), *(("request", one) for one in gone)]
    with cast.ours.inside():
        type(told).objects.all().delete()

        def tell(kind: str, subject: UUID) -> None:
            told.pk, told.source_id, told.subject_kind, told.subject_id = uuid7(), uuid7(), kind, subject
            told._state.adding, told.read_at = True, None
            told.save()

        for kind, subject in about:
            tell(kind, subject)
        assert inbox.unread_told(cast.ours.owner) == "2"
        for _ in range(2):
            tell("task", task.pk)
        assert inbox.unread_told(cast.ours.owner) == "3+"
