"""A reminder goes out once, whatever dies on the way."""

import smtplib
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, ClientContact, InformationRequest, RequestList
from portal.models import PortalPreference, PortalSetting, ReminderMail, ReminderSchedule, ReminderSnooze
from portal.reminder_jobs import plan_reminders, send_reminder
from portal.reminders.outbox import write_down_by_hand
from portal.tests.browsers import PathBrowser, link_in, mails_to
from tenancy.jobs import retry_stalled_jobs
from tests.cast import Cast, Firm
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast: Cast) -> Firm:
    ours = cast.ours
    with ours.inside():
        today = timezone.localdate(timezone=ours.organization.zone)
        InformationRequest.objects.filter(pk__in=[ours.pending.pk, ours.returned.pk]).update(due_date=today)
        ClientContact.objects.filter(pk=ours.ana.pk).update(invited_at=timezone.now())
        for model in (ReminderMail, ReminderSnooze, ReminderSchedule, PortalSetting):
            model.objects.all().delete()
        ReminderSchedule.objects.create()
        PortalSetting.objects.create(reminder_hour=0)
    return ours


def by_the_clock(firm: Firm) -> None:
    plan_reminders.run(organization_id=str(firm.organization.pk))


def states(firm: Firm) -> list[str]:
    with firm.inside():
        return list(ReminderMail.objects.order_by("created_at").values_list("status", flat=True))


def test_one_mail_tells_of_every_list_of_the_client(firm: Firm) -> None:
    with firm.inside():
        other = RequestList.objects.create(title="VAT returns", client=firm.bakery, last_number=1)
        InformationRequest.objects.create(
            request_list=other, number=1, title="The fourth quarter", due_date=timezone.localdate()
        )
    by_the_clock(firm)
    run_jobs()
    [message] = mails_to(firm)
    for words in ("The pending request", "The returned request", "The fourth quarter", "VAT returns"):
        assert words in message.body
    assert message.subject == "Harcourt & Pell LLP: 3 things to send"
    assert "The submitted request" not in message.body and "The draft request" not in message.body


def test_the_clock_run_again_writes_and_sends_nothing_more(firm: Firm) -> None:
    for _ in range(3):
        by_the_clock(firm)
        run_jobs()
    with firm.inside():
        PortalSetting.objects.update(reminders_planned_on=None)  # as if two workers had planned at once
    by_the_clock(firm)
    run_jobs()
    assert len(mails_to(firm)) == 1 and states(firm) == ["sent"]


def test_the_database_knows_one_reminder_a_contact_and_day(firm: Firm) -> None:
    by_the_clock(firm)
    with firm.inside():
        day = ReminderMail.objects.get().day
        with pytest.raises(IntegrityError), transaction.atomic():
            ReminderMail.objects.create(contact=firm.ana, day=day)


def test_a_job_that_runs_twice_sends_once(firm: Firm) -> None:
    by_the_clock(firm)
    with firm.inside():
        reminder = ReminderMail.objects.get()
    for _ in range(2):
        send_reminder.run(organization_id=str(firm.organization.pk), reminder_id=str(reminder.pk))
    assert len(mails_to(firm)) == 1


class Killed(BaseException):
    """The worker's process ends here: nothing after it runs."""


def killed_after_sending(self: EmailMultiAlternatives, *args: object) -> int:
    mail.outbox.append(self)
    raise Killed


def test_a_worker_killed_between_sending_and_marking_neither_sends_twice_nor_keeps_silent(firm: Firm) -> None:
    by_the_clock(firm)
    with patch.object(EmailMultiAlternatives, "send", killed_after_sending), pytest.raises(Killed):
        run_jobs()
    assert len(mails_to(firm)) == 1 and states(firm) == ["sending"]

    with firm.inside():
        reminder = ReminderMail.objects.get()
    send_reminder.run(organization_id=str(firm.organization.pk), reminder_id=str(reminder.pk))  # the queue tries again
    by_the_clock(firm)
    run_jobs()
    assert len(mails_to(firm)) == 1 and states(firm) == ["sending"]

    with firm.inside():
        ReminderMail.objects.update(claimed_at=timezone.now() - timedelta(hours=2))
    by_the_clock(firm)
    assert states(firm) == ["unconfirmed"]  # nobody knows, and the firm is told so
    assert len(mails_to(firm)) == 1


def test_a_worker_killed_before_it_began_loses_nothing(firm: Firm) -> None:
    by_the_clock(firm)
    with patch("portal.reminders.outbox.claim", side_effect=Killed), pytest.raises(Killed):
        run_jobs()
    assert states(firm) == ["planned"] and mails_to(firm) == []
    with patch("portal.reminders.outbox.WAITS", timedelta(seconds=-5)):
        by_the_clock(firm)
    run_jobs()
    assert states(firm) == ["sent"] and len(mails_to(firm)) == 1


def left_by_a_dead_worker() -> None:
    """The job that sends is being done, as far as the queue knows, by a worker of which nothing was heard for long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '10 minutes') RETURNING id"
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE task_name LIKE '%%.send_reminder'",
            cursor.fetchone(),
        )


def test_a_job_whose_worker_was_killed_is_begun_again_and_sends_one_mail(firm: Firm) -> None:
    by_the_clock(firm)
    with patch("portal.reminders.outbox.still_to_send", side_effect=Killed), pytest.raises(Killed):
        run_jobs()
    left_by_a_dead_worker()
    assert run_jobs() == 0 and mails_to(firm) == []
    for _ in range(2):  # the second time it dies after it has sent
        retry_stalled_jobs()
        assert run_jobs() == 1
        assert len(mails_to(firm)) == 1 and states(firm) == ["sent"]
        left_by_a_dead_worker()


def test_what_is_sent_by_hand_at_midnight_goes_out_and_the_clock_does_not_repeat_it(firm: Firm) -> None:
    with firm.inside():
        waiting = [firm.pending, firm.returned]
        reminder = write_down_by_hand(firm.ana, waiting, by=firm.member, message="Before you go home, please.")
        today = reminder.day
        ReminderMail.objects.update(day=today - timedelta(days=1))  # it was 23:59 then, and is 00:00 now
    by_the_clock(firm)
    send_reminder.run(organization_id=str(firm.organization.pk), reminder_id=str(reminder.pk))
    run_jobs()
    [message] = mails_to(firm)
    assert "Before you go home, please." in message.body
    with firm.inside():
        assert ReminderMail.objects.get().day == today
        # And where the mail went out before the clock came by:
        ReminderMail.objects.update(day=today - timedelta(days=1), status="planned", sent_at=None)
        PortalSetting.objects.update(reminders_planned_on=None)
    send_reminder.run(organization_id=str(firm.organization.pk), reminder_id=str(reminder.pk))
    by_the_clock(firm)
    assert (run_jobs(), states(firm)) == (0, ["sent"])


def test_a_mail_the_server_did_not_take_is_tried_again(firm: Firm) -> None:
    by_the_clock(firm)
    refused = smtplib.SMTPServerDisconnected()
    busy = smtplib.SMTPConnectError(421, "busy")
    with patch.object(EmailMultiAlternatives, "send", side_effect=busy), pytest.raises(smtplib.SMTPConnectError):
        run_jobs()
    assert states(firm) == ["planned"]
    with firm.inside():
        reminder = ReminderMail.objects.get()
    with patch.object(EmailMultiAlternatives, "send", side_effect=refused), pytest.raises(type(refused)):
        send_reminder.run(organization_id=str(firm.organization.pk), reminder_id=str(reminder.pk))
    assert states(firm) == ["sending"]  # a line cut in the middle may have come after the mail


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda firm: InformationRequest.objects.filter(pk__in=[firm.pending.pk, firm.returned.pk]).update(
            status="submitted", submitted_at=timezone.now()
        ),
        lambda firm: RequestList.objects.update(status="closed", closed_at=timezone.now()),
        lambda firm: Client.objects.update(status="archived", archived_at=timezone.now()),
        lambda firm: firm.ana.remove(requests_to=None),
        lambda firm: PortalPreference.objects.update(reminders="off"),
        lambda firm: ReminderSnooze.objects.create(contact=firm.ana, until=timezone.localdate() + timedelta(days=3)),
    ],
    ids=["answered", "closed", "archived", "removed", "turned-off", "snoozed"],
)
def test_what_changes_before_the_mail_goes_out_still_stops_it(firm: Firm, meanwhile: object) -> None:
    by_the_clock(firm)
    with firm.inside():
        meanwhile(firm)  # type: ignore[operator]
    run_jobs()
    assert mails_to(firm) == [] and states(firm) == ["skipped"]


def test_the_mail_leads_to_the_request_and_the_answer_ends_the_reminders(firm: Firm) -> None:
    with firm.inside():
        InformationRequest.objects.filter(pk=firm.returned.pk).update(due_date=None)
    by_the_clock(firm)
    run_jobs()
    browser = PathBrowser()
    opened = browser.post(link_in(mails_to(firm)[0]))
    assert opened.url == firm.portal("portal_request", request_id=firm.pending.pk)
    browser.post(
        firm.portal("portal_submission", request_id=firm.pending.pk), {"answer": "does_not_exist", "text": "None."}
    )
    with firm.inside():
        PortalSetting.objects.update(reminders_planned_on=None)
        ReminderMail.objects.update(day=timezone.localdate() - timedelta(days=1))
    by_the_clock(firm)
    run_jobs()
    assert len(mails_to(firm)) == 1


# --- turning them off -------------------------------------------------------------------------------------------


def off_address(firm: Firm) -> str:
    by_the_clock(firm)
    run_jobs()
    message = mails_to(firm)[0]
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return "/portal/" + message.extra_headers["List-Unsubscribe"].strip("<>").split("/portal/", 1)[1]


def test_looking_at_the_address_turns_nothing_off(firm: Firm) -> None:
    page = Browser().get(off_address(firm))
    assert page.status_code == 200 and "Turn reminders off" in page.content.decode()
    with firm.inside():
        assert PortalPreference.of(firm.ana).reminders == "each"


def test_a_mail_programs_button_turns_reminders_off_without_a_cookie_or_a_form(firm: Firm) -> None:
    browser = Browser(enforce_csrf_checks=True)
    assert browser.post(off_address(firm), {"List-Unsubscribe": "One-Click"}).status_code == 200
    with firm.inside():
        assert PortalPreference.of(firm.ana).reminders == "off"


def test_the_address_of_one_contact_turns_nobody_elses_off(cast: Cast, firm: Firm) -> None:
    token = off_address(firm).rstrip("/").rsplit("/", 1)[1]
    assert Browser().post(cast.theirs.portal("portal_mails_off", token=token)).status_code == 404
