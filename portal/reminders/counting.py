"""How often the client was reminded of a request, for the rows of a list."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Count

from portal.models import ReminderItem, ReminderMail

#: Sent, or as good as: what the contact has as far as anybody knows.
SENT = [ReminderMail.Status.SENT, ReminderMail.Status.SENDING]


def reminders_said(request_ids: Collection[UUID]) -> dict[UUID, str]:
    """“2 reminders sent”, by request; one of which nobody was reminded is absent."""
    items = ReminderItem.objects.filter(request__in=request_ids, mail__status__in=SENT).order_by()
    counted = items.values("request").annotate(count=Count("pk"))
    return {row["request"]: f"{row['count']} reminder{'' if row['count'] == 1 else 's'} sent" for row in counted}
