"""A member's week: days with their entries and sums."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from organizations.models import Membership
from workspaces.models import TimeEntry
from workspaces.timekeeping.durations import written


@dataclass(frozen=True)
class Day:
    day: date
    entries: list[TimeEntry]

    @property
    def minutes(self) -> int:
        return sum(entry.minutes for entry in self.entries)

    @property
    def sum(self) -> str:
        return written(self.minutes)


@dataclass(frozen=True)
class Week:
    monday: date
    days: list[Day]

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def sum(self) -> str:
        return written(sum(day.minutes for day in self.days))

    @property
    def name(self) -> str:
        return name_of(self.monday)

    @property
    def previous(self) -> str:
        return name_of(self.monday - timedelta(days=7))

    @property
    def next(self) -> str:
        return name_of(self.monday + timedelta(days=7))


def name_of(day: date) -> str:
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02d}"


def monday_of(text: str, today: date) -> date:
    """The Monday of “2026-W10”; this week's for anything else."""
    found = re.fullmatch(r"(20\d\d)-W(\d\d)", text)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else _monday(today)
    except ValueError:
        return _monday(today)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of(member: Membership, seen_by: Membership, monday: date) -> Week:
    """What the reader sees of it: hours for clients they may not see are left out."""
    entries = TimeEntry.objects.visible_to(seen_by).filter(
        member=member, day__range=(monday, monday + timedelta(days=6))
    )
    rows = list(entries.select_related("project__client", "task").order_by("day", "created_at", "id"))
    days = [monday + timedelta(days=number) for number in range(7)]
    return Week(monday, [Day(day, [entry for entry in rows if entry.day == day]) for day in days])
