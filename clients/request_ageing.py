"""Whose days they were: time is counted against the side that has the ball.

From the events of a request, by calendar days in the firm's zone, so that the days of both sides add up to the days since
the client first saw it. While a list is closed, nobody's days are counted, nor after it is opened again: that it was
closed stands in the audit trail, for the list itself forgets it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from audit.models import AuditLog
from clients.models import InformationRequest, RequestEvent, RequestList
from clients.models.request_status import Status

SIDES = {Status.PENDING: "client", Status.RETURNED: "client", Status.SUBMITTED: "firm"}
#: The day on which a list was closed, and the day on which it was opened again.
Pause = tuple[date, date]


@dataclass(frozen=True)
class Ageing:
    client: int = 0
    firm: int = 0
    side: str = ""
    since: int = 0

    @property
    def words(self) -> str:
        """How long it has been lying where it lies now: “12 days with client”."""
        if not self.side or not self.since:
            return ""
        whom = "client" if self.side == "client" else "firm"
        return f"{self.since} day{'' if self.since == 1 else 's'} with {whom}"


def ageing_of(items: Iterable[InformationRequest], today: date) -> dict[UUID, Ageing]:
    """Two queries, however many requests. Their lists must be at hand. Who passes one on moves it to no other side."""
    items = list(items)
    pauses = _pauses({item.request_list_id for item in items})
    events = RequestEvent.objects.filter(request__in=[item.pk for item in items]).order_by("created_at", "id")
    events = events.exclude(from_status=F("to_status"))
    steps: dict[UUID, list[tuple[str, date]]] = {}
    for pk, status, moment in events.values_list("request_id", "to_status", "created_at"):
        steps.setdefault(pk, []).append((status, timezone.localtime(moment).date()))
    return {
        item.pk: _counted(steps.get(item.pk, []), _last_day(item, today), pauses.get(item.request_list_id, []))
        for item in items
    }


def _pauses(list_ids: set[UUID]) -> dict[UUID, list[Pause]]:
    """From when to when these lists were closed, as far as they were opened again."""
    reopenings = AuditLog.objects.filter(
        resource_type="request_lists", resource_id__in=list_ids, action="update",
        old_values__status=RequestList.Status.CLOSED, new_values__status=RequestList.Status.OPEN,
    ).order_by("created_at", "id")  # fmt: skip
    found: dict[UUID, list[Pause]] = {}
    for pk, before, moment in reopenings.values_list("resource_id", "old_values__closed_at", "created_at"):
        if pk and (closed := parse_datetime(before or "")):
            found.setdefault(pk, []).append((timezone.localdate(closed), timezone.localdate(moment)))
    return found


def _last_day(item: InformationRequest, today: date) -> date:
    closed = item.request_list.closed_at
    return min(timezone.localtime(closed).date(), today) if closed else today


def _counted(steps: list[tuple[str, date]], last: date, pauses: list[Pause]) -> Ageing:
    days = {"client": 0, "firm": 0}
    if not steps:
        return Ageing()
    ends = [*(day for _, day in steps[1:]), last]
    for (status, began), end in zip(steps, ends, strict=True):
        if side := SIDES.get(Status(status)):
            days[side] += _days(began, min(end, last), pauses)
    now, began = steps[-1]
    side = SIDES.get(Status(now), "")
    return Ageing(days["client"], days["firm"], side, _days(began, last, pauses) if side else 0)


def _days(began: date, end: date, pauses: list[Pause]) -> int:
    """From the one to the other, without those on which the list was closed."""
    paused = sum(max((min(end, reopened) - max(began, closed)).days, 0) for closed, reopened in pauses)
    return max((end - began).days - paused, 0)
