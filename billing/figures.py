"""What a firm has used, added up from its events: by day, by week and act, by person, by scoping session."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncWeek

from billing.features import ACTS
from billing.models import UsageEvent
from billing.periods import Period, midnight
from organizations.models import Membership

WEEKS = 12
NOTHING = Decimal(0)
#: So many rows with a name; what is behind them is one row, so that the sum stays right.
SHOWN = 50
CREDITS = Sum("credits_consumed")

#: For sessions: ids → (name, address) of those this member may see. Set by the app that has them.
name_sessions: list[Callable[[Iterable[UUID], Membership], dict[UUID, tuple[str, str]]]] = []


@dataclass(frozen=True)
class Line:
    name: str
    url: str
    acts: int
    credits: Decimal


def events_of(period: Period) -> QuerySet[UsageEvent]:
    return UsageEvent.objects.filter(created_at__gte=period.start, created_at__lt=period.end)


def paid_events(period: Period) -> QuerySet[UsageEvent]:
    return events_of(period).filter(credits_consumed__gt=0)


def total(period: Period) -> Decimal:
    return events_of(period).aggregate(sum=CREDITS)["sum"] or NOTHING


def by_day(period: Period, today: date) -> list[tuple[int, Decimal]]:
    """(days since the beginning, used until the end of that day), from 0 to today."""
    rows = paid_events(period).annotate(day=TruncDate("created_at", tzinfo=period.zone)).values("day")
    used = dict(rows.annotate(sum=CREDITS).values_list("day", "sum"))
    points, sofar = [(0, NOTHING)], NOTHING
    for number in range((min(today, period.next - timedelta(days=1)) - period.first).days + 1):
        sofar += used.get(period.first + timedelta(days=number), NOTHING)
        points.append((number + 1, sofar))
    return points


def by_week(today: date, zone: Any) -> list[tuple[date, list[Decimal]]]:
    """The last weeks, each with what every kind of act has used, in the order of `ACTS`; other kinds at the end."""
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(weeks=number) for number in reversed(range(WEEKS))]
    rows = UsageEvent.objects.filter(created_at__gte=midnight(weeks[0], zone), credits_consumed__gt=0)
    sums = rows.annotate(week=TruncWeek("created_at", tzinfo=zone)).values("week", "event_type").annotate(sum=CREDITS)
    found = {week: dict.fromkeys([*ACTS, ""], NOTHING) for week in weeks}
    for row in sums:
        week = found.get(row["week"].date())
        if week is not None:
            week[row["event_type"] if row["event_type"] in ACTS else ""] += row["sum"]
    return [(week, [*acts.values()]) for week, acts in found.items()]


def by_act(period: Period) -> list[Line]:
    rows = (
        paid_events(period).values("event_type").annotate(sum=CREDITS, acts=Count("pk")).order_by("-sum", "event_type")
    )
    return [Line(act_name(row["event_type"]), "", row["acts"], row["sum"]) for row in rows]


def act_name(event_type: str) -> str:
    return ACTS.get(event_type, event_type.replace("_", " ").capitalize())


def by_person(period: Period) -> list[Line]:
    rows = list(_sums(period, "member"))
    people = Membership.with_deleted.in_bulk([row["member"] for row in rows[:SHOWN] if row["member"]])
    return _lines(rows, lambda row: (people[row["member"]].display_name if row["member"] else "Work of the system", ""))


def by_session(period: Period, member: Membership) -> list[Line]:
    rows = list(_sums(period, "session_uuid"))
    ids = [row["session_uuid"] for row in rows[:SHOWN] if row["session_uuid"]]
    names = {pk: name for find in name_sessions for pk, name in find(ids, member).items()}

    def name(row: dict[str, Any]) -> tuple[str, str]:
        pk = row["session_uuid"]
        return names.get(pk, (f"Session {str(pk)[-6:]}", "")) if pk else ("Outside of sessions", "")

    return _lines(rows, name)


def _sums(period: Period, column: str) -> QuerySet[UsageEvent, dict[str, Any]]:
    return paid_events(period).values(column).annotate(sum=CREDITS, acts=Count("pk")).order_by("-sum", column)


def _lines(rows: list[dict[str, Any]], name: Callable[[dict[str, Any]], tuple[str, str]]) -> list[Line]:
    lines = [Line(*name(row), row["acts"], row["sum"]) for row in rows[:SHOWN]]
    if more := rows[SHOWN:]:
        sums = sum((row["sum"] for row in more), NOTHING)
        lines.append(Line(f"{len(more)} others", "", sum(row["acts"] for row in more), sums))
    return lines
