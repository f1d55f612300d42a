"""From which day to which day a firm's use is counted: month by month, on its anchor day, by its own clock."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

MONTHS = 12


@dataclass(frozen=True)
class Period:
    """From the midnight that begins `first` to the midnight that begins `next`: at every moment exactly one."""

    first: date
    next: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        return midnight(self.next, self.zone)

    @property
    def days(self) -> int:
        return (self.next - self.first).days

    def days_left(self, today: date) -> int:
        return max((self.next - today).days, 0)


def period_at(moment: datetime, *, anchor_day: int, zone: ZoneInfo) -> Period:
    return period_of(moment.astimezone(zone).date(), anchor_day=anchor_day, zone=zone)


def period_of(day: date, *, anchor_day: int, zone: ZoneInfo) -> Period:
    """A month that has no such day begins on its last one; the month after it on the anchor day again."""
    first = on_anchor(day, anchor_day)
    if day < first:
        first = months_on(first, -1, anchor_day)
    return Period(first, months_on(first, 1, anchor_day), zone)


def on_anchor(day: date, anchor_day: int) -> date:
    """The anchor day of the month that this day is in."""
    return day.replace(day=min(anchor_day, calendar.monthrange(day.year, day.month)[1]))


def months_on(day: date, months: int, anchor_day: int) -> date:
    """So many months later, on the anchor day: from 31 January over 28 February to 31 March."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return on_anchor(date(year, month + 1, 1), anchor_day)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Where the clock springs over midnight, the moment at which it springs: in UTC every day has one beginning."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
