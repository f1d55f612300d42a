"""Reminders in a client's timeline."""

from django.db.models import Count, OuterRef, QuerySet, Subquery

from clients.models import Client
from clients.models.project import open_to
from clients.timeline import Entry, Source
from organizations.models import Membership
from organizations.permissions import Permission
from portal.models import ReminderItem, ReminderMail


def _reminders(client: Client, member: Membership) -> "QuerySet[ReminderMail]":
    """With of how many requests that the member may see; one of no such request is not told of."""
    told = ReminderItem.objects.filter(open_to(member, project="request__request_list__project"), mail=OuterRef("pk"))
    count = Subquery(told.order_by().values("mail").annotate(count=Count("pk")).values("count"))
    sent = ReminderMail.objects.filter(contact__client=client, status=ReminderMail.Status.SENT)
    return sent.select_related("contact", "sent_by").annotate(about=count).filter(about__gt=0)


def _reminder(row: ReminderMail) -> Entry:
    count: int = row.about  # type: ignore[attr-defined]
    actor, moment = str(row.sent_by or "Tickmark"), row.sent_at or row.created_at
    what = f"{row.contact} of {count} request{'' if count == 1 else 's'}"
    return Entry((moment, row.pk), actor, "reminded", what, said=row.message)


REMINDERS = Source(_reminders, _reminder, Permission.VIEW_REQUESTS, at="sent_at")
