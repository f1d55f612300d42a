"""Who gets what when, as a page shows it: fourteen days, and one of them in full."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from clients.models import RequestList
from portal.models import PortalSetting
from portal.reminders.plan import AHEAD, Digest, Plan, Unreached, plan

PER_PAGE = 50


@dataclass(frozen=True)
class Day:
    day: date
    count: int


@dataclass(frozen=True)
class Preview:
    days: list[Day]
    chosen: date | None
    digests: list[Digest]
    unreached: list[Unreached]
    next_from: str

    @property
    def total(self) -> int:
        return sum(day.count for day in self.days)


def preview(
    lists: "QuerySet[RequestList]",
    *,
    client_id: UUID | None = None,
    list_id: UUID | None = None,
    day: str = "",
    after: str = "",
) -> Preview:
    """Of the lists somebody may see. Without a day, all fourteen in order; a page of people at a time."""
    today = first_day()
    found = plan(today, days=AHEAD, client_id=client_id)
    seen = _visible(found, lists)
    digests = [
        replace(digest, requests=requests)
        for digest in found.digests
        if (requests := [asked for asked in digest.requests if asked.request_list_id in seen])
        and (list_id is None or any(asked.request_list_id == list_id for asked in requests))
    ]
    unreached = [
        line
        for line in found.unreached
        if line.request.request_list_id in seen and list_id in (None, line.request.request_list_id)
    ]
    spread = [today + timedelta(days=offset) for offset in range(AHEAD)]
    days = [Day(each, sum(digest.day == each for digest in digests)) for each in spread]
    chosen = next((each for each in spread if each.isoformat() == day), None)
    shown = [digest for digest in digests if chosen in (None, digest.day)]
    shown.sort(key=_mark)
    rest = [digest for digest in shown if _mark(digest) > after]
    return Preview(
        days, chosen, rest[:PER_PAGE], unreached[:PER_PAGE], _mark(rest[PER_PAGE - 1]) if len(rest) > PER_PAGE else ""
    )


def first_day() -> date:
    """Today, or tomorrow once today's reminders are written down."""
    today = timezone.localdate()
    planned = PortalSetting.of_firm().reminders_planned_on
    return today + timedelta(days=1) if planned and planned >= today else today


def _visible(found: Plan, lists: "QuerySet[RequestList]") -> set[UUID]:
    named = {asked.request_list_id for digest in found.digests for asked in digest.requests}
    named |= {line.request.request_list_id for line in found.unreached}
    return set(lists.filter(pk__in=named).values_list("pk", flat=True))


def _mark(digest: Digest) -> str:
    """Orders by day, then by a key that stays: the next page begins after it."""
    return f"{digest.day.isoformat()} {digest.contact.pk}"
