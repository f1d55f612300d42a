"""What “Remind overdue clients” sends: everything late that nobody was reminded of today, to whom it usually goes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from clients.models import ClientContact, InformationRequest
from clients.models.request import InformationRequestQuerySet
from portal.forms_reminder_now import MOST_REQUESTS, Mails, sees, usual
from portal.models import ReminderItem, ReminderMail


@dataclass(frozen=True)
class Overdue:
    mails: Mails

    @property
    def count(self) -> int:
        return len({row.pk for _, about in self.mails for row in about})

    @property
    def words(self) -> str:
        """“Ana Ruiz and Tom Hill of 3 overdue requests”; nothing where nobody would be reminded."""
        if not self.mails:
            return ""
        names = list(dict.fromkeys(contact.name for contact, _ in self.mails))
        shown = names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} others"]
        people = " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
        return f"{people} of {self.count} overdue request{'' if self.count == 1 else 's'}"


def overdue(requests: InformationRequestQuerySet, day: date) -> Overdue:
    """Of these requests; the mails the dialog of each list would propose, in two queries."""
    rows = requests.overdue(day).filter(~Exists(_told_on(day)))
    rows = rows.select_related("request_list__client").defer("tsv", "description", "answer_text")
    late: dict[UUID, list[InformationRequest]] = defaultdict(list)
    for row in rows.order_by("due_date", "pk")[:MOST_REQUESTS]:
        late[row.request_list.client_id].append(row)
    people: dict[UUID, list[ClientContact]] = defaultdict(list)
    if late:
        contacts = ClientContact.objects.with_portal().filter(client__in=late).select_related("organization", "client")
        for contact in contacts.order_by("client__name_key", "name", "pk"):
            people[contact.client_id].append(contact)
    told = [
        (contact, [row for row in late[pk] if sees(contact, row)])
        for pk, found in people.items()
        for contact in found
        if str(contact.pk) in usual(found, late[pk])
    ]
    return Overdue([(contact, about) for contact, about in told if about])


def overdue_words(requests: InformationRequestQuerySet, day: date) -> str:
    return overdue(requests, day).words


def _told_on(day: date) -> "QuerySet[ReminderItem]":
    """Reminders of that day, by hand or by the clock, that were sent or are about to be."""
    lost = [ReminderMail.Status.SKIPPED, ReminderMail.Status.FAILED]
    return ReminderItem.objects.filter(request=OuterRef("pk"), mail__day=day).filter(~Q(mail__status__in=lost))
