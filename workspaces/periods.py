"""Years after a day, and the period that follows another."""

from datetime import date, timedelta


def years_after(day: date, years: int) -> date:
    """The same day of another year; the last of February stays the last of February."""
    if (day + timedelta(days=1)).day == 1 and day.month == 2:
        return date(day.year + years, 3, 1) - timedelta(days=1)
    return day.replace(year=day.year + years)
