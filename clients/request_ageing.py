"""Whose days they were: time is counted against the side that has the ball.

From the events of a request, by calendar days in the firm's zone, so that the days of both sides add up to the days since
the client first saw it. While a list is closed, nobody's days are counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from clients.models import InformationRequest, RequestEvent
from clients.models.request_status import Status

SIDES = {Status.PENDING: "client", Status.RETURNED: "client", Status.SUBMITTED: "firm"}


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
    """One query, however many requests. Their lists must be at hand."""
    items = list(items)
    events = RequestEvent.objects.filter(request__in=[item.pk for item in items]).order_by("created_at", "id")
    steps: dict[UUID, list[tuple[str, date]]] = {}
    for pk, status, moment in events.values_list("request_id", "to_status", "created_at"):
        steps.setdefault(pk, []).append((status, timezone.localtime(moment).date()))
    return {item.pk: _counted(steps.get(item.pk, []), _last_day(item, today)) for item in items}


def _last_day(item: InformationRequest, today: date) -> date:
    closed = item.request_list.closed_at
    return min(timezone.localtime(closed).date(), today) if closed else today


def _counted(steps: list[tuple[str, date]], last: date) -> Ageing:
    days = {"client": 0, "firm": 0}
    if not steps:
        return Ageing()
    ends = [*(day for _, day in steps[1:]), last]
    for (status, began), end in zip(steps, ends, strict=True):
        if side := SIDES.get(Status(status)):
            days[side] += max((min(end, last) - began).days, 0)
    now, began = steps[-1]
    side = SIDES.get(Status(now), "")
    return Ageing(days["client"], days["firm"], side, max((last - began).days, 0) if side else 0)
