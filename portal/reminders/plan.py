"""Which reminders go to whom on the days ahead: the 14-day preview, and its first day is what is sent."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from clients.models import ClientContact, InformationRequest
from portal.models import ReminderItem, ReminderMail, ReminderSchedule, ReminderSnooze
from portal.reminders.audience import Audience
from portal.reminders.schedules import Schedules

AHEAD = 14
WEEK = timedelta(days=7)
#: A firm may have tens of thousands waiting: what a plan and its pages read of each, and no more.
NEEDED = (
    "organization", "title", "number", "due_date", "contact", "request_list__organization", "request_list__client",
    "request_list__title", "request_list__prefix", "request_list__due_date",
)  # fmt: skip


@dataclass(frozen=True)
class Digest:
    """The one mail a contact gets on a day."""

    day: date
    contact: ClientContact
    requests: list[InformationRequest] = field(default_factory=list)


@dataclass(frozen=True)
class Unreached:
    """A request that would be due for a reminder, and why nobody gets it."""

    request: InformationRequest
    reason: str


@dataclass(frozen=True)
class Plan:
    digests: list[Digest]
    unreached: list[Unreached]


def plan(first: date, *, days: int = 1, client_id: UUID | None = None) -> Plan:
    """What goes out from `first` on if nothing is answered meanwhile."""
    schedules = Schedules.stored()
    horizon = first + timedelta(days=days - 1 + schedules.earliest)
    rows = waiting(client_id).filter(due__lte=horizon).only(*NEEDED)
    requests = [row for row in rows if schedules.of(row.request_list_id)]
    planner = _Planner(schedules, requests, first)
    digests = [digest for offset in range(days) for digest in planner.on(first + timedelta(days=offset))]
    return Plan(digests, list(planner.unreached.values()))


def waiting(client_id: UUID | None = None) -> "QuerySet[InformationRequest]":
    """Requests that a reminder may be about, with their date and how many reminders were sent."""
    sent = ReminderItem.objects.filter(
        request=OuterRef("pk"), mail__status__in=[ReminderMail.Status.SENT, ReminderMail.Status.SENDING]
    )
    count = sent.order_by().values("request").annotate(count=Count("pk")).values("count")
    rows = (
        InformationRequest.objects.with_client()
        .in_progress()
        .filter(request_list__client__deleted_at=None)
        .select_related("request_list")
        .annotate(due=Coalesce("due_date", "request_list__due_date"), reminded=Coalesce(Subquery(count), 0))
        .exclude(due=None)
        .defer("tsv", "description", "answer_text")
        .order_by("due", "request_list", "position", "pk")
    )
    return rows.filter(request_list__client=client_id) if client_id else rows


class _Planner:
    def __init__(self, schedules: Schedules, requests: list[InformationRequest], first: date) -> None:
        self.schedules, self.requests = schedules, requests
        self.audience = Audience(row.request_list.client_id for row in requests)
        self.snoozes = Snoozes.stored(first)
        self.reminded = Counter({row.pk: row.reminded for row in requests})  # type: ignore[attr-defined]
        self.already = reminded_on(first)
        self.first = first
        self.unreached: dict[UUID, Unreached] = {}
        self.falls: dict[tuple[UUID, int], bool] = {}

    def on(self, day: date) -> list[Digest]:
        found: dict[UUID, list[InformationRequest]] = defaultdict(list)
        for request in self.requests:
            for contact in self._recipients(request, day):
                found[contact.pk].append(request)
        for contact_id, requests in found.items():
            self.reminded.update(request.pk for request in requests)
            self.audience.last[contact_id] = day
        return [Digest(day, self.audience.contacts[pk], rows) for pk, rows in found.items()]

    def _recipients(self, request: InformationRequest, day: date) -> list[ClientContact]:
        schedule = self.schedules.of(request.request_list_id)
        if schedule is None:
            return []
        is_day = self._falls_on(schedule, request, day)
        if not (is_day or self.audience.has_weekly):  # nearly always: a request is due for a reminder on a few days
            return []
        if self.reminded[request.pk] >= schedule.most or self.snoozes.silence(request, day):
            return []
        reached = []
        reasons = []
        asked = self.audience.of(request)
        for contact in asked:
            if reason := self.audience.obstacle(contact):
                reasons.append(f"{contact.name} {reason}")
            elif self._is_turn(schedule, request, contact, day):
                reached.append(contact)
        if is_day and len(reasons) == len(asked):
            nobody = "nobody at the client is asked, coordinates or is the main contact"
            self.unreached.setdefault(request.pk, Unreached(request, "; ".join(reasons) or nobody))
        return reached

    def _is_turn(
        self, schedule: ReminderSchedule, request: InformationRequest, contact: ClientContact, day: date
    ) -> bool:
        if self.snoozes.silence_for(contact, day) or (day == self.first and (contact.pk, request.pk) in self.already):
            return False
        if not self.audience.is_weekly(contact):
            return self._falls_on(schedule, request, day)
        # Once a week at most: what fell into the days between is said then.
        last = self.audience.last.get(contact.pk)
        if last and day - last < WEEK:
            return False
        between = range(min((day - last).days if last else 7, 7))
        return any(self._falls_on(schedule, request, day - timedelta(days=back)) for back in between)

    def _falls_on(self, schedule: ReminderSchedule, request: InformationRequest, day: date) -> bool:
        """Asked once for all that is equally early or late under the same rules."""
        due = _due(request)
        key = (schedule.pk, day.toordinal() - due.toordinal())
        if key not in self.falls:
            self.falls[key] = schedule.falls_on(day, due=due)
        return self.falls[key]


@dataclass(frozen=True)
class Snoozes:
    """Until when it is quiet, about a request, a list, and to a person."""

    requests: dict[UUID, date]
    lists: dict[UUID, date]
    contacts: dict[UUID, date]

    @classmethod
    def stored(cls, today: date) -> "Snoozes":
        rows = ReminderSnooze.objects.filter(until__gt=today).values_list("request", "request_list", "contact", "until")
        requests: dict[UUID, date] = {}
        lists: dict[UUID, date] = {}
        contacts: dict[UUID, date] = {}
        for request, request_list, contact, until in rows:
            for target, kept in ((request, requests), (request_list, lists), (contact, contacts)):
                if target:
                    kept[target] = until
        return cls(requests, lists, contacts)

    def silence(self, request: InformationRequest, day: date) -> bool:
        of_request, of_list = self.requests.get(request.pk), self.lists.get(request.request_list_id)
        return any(until and day < until for until in (of_request, of_list))

    def silence_for(self, contact: ClientContact, day: date) -> bool:
        until = self.contacts.get(contact.pk)
        return until is not None and day < until


def reminded_on(day: date) -> set[tuple[UUID, UUID]]:
    """Whom a reminder of that day has told of what, by hand or by the clock."""
    items = ReminderItem.objects.filter(mail__day=day).exclude(
        Q(mail__status=ReminderMail.Status.SKIPPED) | Q(mail__status=ReminderMail.Status.FAILED)
    )
    return set(items.annotate(contact=F("mail__contact")).values_list("contact", "request"))


def _due(request: InformationRequest) -> date:
    return request.due  # type: ignore[attr-defined]
