"""Dates as the house writes them: “Fri 6 Mar” this year, “28 Feb 2026, 16:42” on records."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format


def day_words(day: date, today: date) -> str:
    return date_format(day, "D j M" if day.year == today.year else "j M Y")


def record_words(moment: date) -> str:
    """The unmistakable form, for records: a year, and a time where there is one."""
    if isinstance(moment, datetime):
        return date_format(_local(moment), "j M Y, H:i")
    return date_format(moment, "j M Y")


def short_words(moment: date, now: datetime) -> str:
    """For feeds: the time today, the weekday this week, then the day."""
    if not isinstance(moment, datetime):
        return day_words(moment, now.date())
    local = _local(moment)
    if local.date() == now.date():
        return date_format(local, "H:i")
    if now.date() - timedelta(days=6) <= local.date() < now.date():
        return date_format(local, "D H:i")
    return day_words(local.date(), now.date())


def late_words(day: date, today: date) -> str:
    days = (today - day).days
    return f"{day_words(day, today)}, {days} day{'' if days == 1 else 's'} late"


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment
