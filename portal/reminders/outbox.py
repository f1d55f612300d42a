"""Every reminder is written down before it is sent, and sent at most once.

A mail server cannot be asked whether it has seen a mail. A worker that dies between sending and writing so down leaves
two choices: send again, so that a client may be asked twice for the same thing, or not, and say so. We do not send
again: `claim` commits “being sent” first, whoever finds that does nothing, and after an hour `settle` turns it into
“not confirmed”, which the firm sees and may send again by a press of a button. The next day of the schedule speaks of
the same requests anyway. A job that dies before the claim loses nothing: the row still waits and is queued anew.
"""

import smtplib
from datetime import date, timedelta
from socket import gaierror

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from clients.models import ClientContact, InformationRequest
from organizations.models import Membership
from portal.models import ReminderItem, ReminderMail
from portal.reminders.audience import Audience
from portal.reminders.digest import draw
from portal.reminders.plan import Digest, Snoozes, plan

Status = ReminderMail.Status
#: So long a mail may wait for its job, and a job for the mail server, before somebody looks.
WAITS, SENDS = timedelta(minutes=15), timedelta(hours=1)
#: What a person sent is tried for so long, past midnight, too; what the clock wrote only on its day.
TRIED = timedelta(days=1)
#: A second press of the button within this time is the same reminder.
AGAIN = timedelta(minutes=1)
#: After these the server has certainly not taken the mail. After any other failure nobody knows.
NOT_TAKEN = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, ConnectionRefusedError, gaierror)


def write_down_day(day: date) -> list[ReminderMail]:
    """The reminders of a day. Run twice, it writes nothing the second time: a contact has one for a day."""
    written = [_write_down_digest(digest) for digest in plan(day).digests]
    return [mail for mail in written if mail]


@transaction.atomic
def _write_down_digest(digest: Digest) -> ReminderMail | None:
    mail, is_new = ReminderMail.objects.get_or_create(contact=digest.contact, day=digest.day, is_manual=False)
    return _with_items(mail, digest.requests) if is_new else None


@transaction.atomic
def write_down_by_hand(
    contact: ClientContact, requests: list[InformationRequest], *, by: Membership, message: str
) -> ReminderMail:
    mail = ReminderMail.objects.create(
        contact=contact,
        day=_today(contact),
        is_manual=True,
        sent_by=by,
        message=message,
    )
    return _with_items(mail, requests)


def just_reminded(contact: ClientContact, *, by: Membership, message: str) -> bool:
    """Whether the same words of the same member are on their way already."""
    mails = ReminderMail.objects.filter(contact=contact, sent_by=by, message=message, is_manual=True)
    return mails.filter(created_at__gt=timezone.now() - AGAIN).exists()


def _with_items(mail: ReminderMail, requests: list[InformationRequest]) -> ReminderMail:
    ReminderItem.objects.bulk_create(ReminderItem(mail=mail, request=request) for request in requests)
    return mail


def claim(mail_id: str) -> EmailMultiAlternatives | None:
    """Take the mail, drawn with what is still to be sent; nothing if somebody has taken it, or all is answered."""
    rows = ReminderMail.objects.select_for_update(of=("self",))
    mail = rows.filter(pk=mail_id, status=Status.PLANNED).first()
    if mail is None:
        return None
    requests = still_to_send(mail)
    # One by hand may be pressed before midnight and go out after it: then it is of that day, and the clock is quiet.
    day = _today(mail.contact) if mail.is_manual else mail.day
    _set(mail, Status.SENDING if requests else Status.SKIPPED, claimed_at=timezone.now(), day=day)
    ReminderItem.objects.filter(mail=mail).exclude(request__in=requests).delete()
    return draw(mail, requests) if requests else None


def still_to_send(mail: ReminderMail) -> list[InformationRequest]:
    """What the mail may still speak of: answered, closed, archived, snoozed and removed falls out by itself."""
    contact = mail.contact
    if contact.deleted_at or contact.client.deleted_at or not contact.portal_access:
        return []
    if not mail.is_manual and Audience([contact.client_id]).obstacle(contact):
        return []
    rows = (
        InformationRequest.objects.visible_to_contact(contact)
        .with_client()
        .in_progress()
        .filter(reminder_items__mail=mail)
        .select_related("request_list")
        .order_by("request_list__created_at", "request_list", "due_date", "position", "pk")
    )
    if mail.is_manual:  # whoever sends by hand knows better
        return list(rows)
    today = _today(contact)
    snoozes = Snoozes.stored(today)
    return [row for row in rows if not (snoozes.silence(row, today) or snoozes.silence_for(contact, today))]


def confirm(mail_id: str) -> None:
    mail = ReminderMail.objects.select_related("contact").get(pk=mail_id)
    _set(mail, Status.SENT, sent_at=timezone.now())
    ClientContact.objects.filter(pk=mail.contact_id, invited_at=None).update(invited_at=timezone.now())


def release(mail_id: str) -> None:
    """The server has not taken it: it waits again, for the next try of the job."""
    ReminderMail.objects.filter(pk=mail_id, status=Status.SENDING).update(status=Status.PLANNED, claimed_at=None)


def give_up(mail: ReminderMail) -> bool:
    """Somebody sends another in its place. False if that was done before, or is not needed."""
    lost = ReminderMail.objects.filter(pk=mail.pk, status__in=[Status.UNCONFIRMED, Status.FAILED])
    return bool(lost.update(status=Status.SKIPPED))


def settle(now_day: date) -> list[ReminderMail]:
    """Say what became of mails that dead jobs left, and return those that wait without a job.

    One by hand from just before midnight still goes out, and counts as today's, so that the clock does not repeat it.
    """
    now = timezone.now()
    unfinished = ReminderMail.objects.unfinished()
    unfinished.filter(status=Status.SENDING, claimed_at__lt=now - SENDS).update(status=Status.UNCONFIRMED)
    planned = unfinished.filter(status=Status.PLANNED)
    waiting = list(planned.filter(updated_at__lt=now - WAITS).values_list("pk", flat=True))
    planned.filter(Q(is_manual=False, day__lt=now_day) | Q(created_at__lt=now - TRIED)).update(status=Status.FAILED)
    planned.filter(day__lt=now_day).update(day=now_day)
    return list(planned.filter(pk__in=waiting))


def _today(contact: ClientContact) -> date:
    """The firm's day, wherever the server and the contact are."""
    return contact.organization.today


def _set(mail: ReminderMail, status: str, **changes: object) -> None:
    changes |= {"status": status}
    ReminderMail.objects.filter(pk=mail.pk).update(**changes)
    for name, value in changes.items():
        setattr(mail, name, value)
