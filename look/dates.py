"""Dates as the house writes them: “Fri 6 Mar” this year, “28 Feb 2026, 16:42” on records.

Another reader's locale changes the order, the punctuation and the clock (“Fri, Mar 6”, “Feb 28, 2026, 4:42 PM”). Names
of days and months are those of the language in force: English but in the portal (`portal.speaking`).
"""

import re
from datetime import date, datetime, timedelta
from functools import cache

from django.utils import timezone
from django.utils.formats import date_format, get_format

from look.reader import HOUSE, reader

HOUSE_PATTERNS = {
    "day": "D j M",
    "short": "j M",
    "long": "l j F",
    "month_day": "j F",
    "date": "j M Y",
    "full": "j F Y",
    "time": "H:i",
}
WORDS_IN_A_PATTERN = re.compile(r"(?:\\\w)+\.?\s*")  # Spanish: j \d\e F \d\e Y


def day_words(day: date, today: date) -> str:
    return written(day, "day" if day.year == today.year else "date")


def short_day(day: date, today: date) -> str:
    """“24 Feb”, with the year only where it is another: for chips, in which a weekday would be too much."""
    return written(day, "short" if day.year == today.year else "date")


def long_words(day: date) -> str:
    """For headings and sentences: “Friday 6 March”."""
    return written(day, "long")


def record_words(moment: date) -> str:
    """The unmistakable form, for records: a year, and a time where there is one."""
    if isinstance(moment, datetime):
        local = local_time(moment)
        return f"{written(local, 'date')}, {written(local, 'time')}"
    return written(moment, "date")


def lately_words(moment: datetime, now: datetime) -> str:
    """For what was saved: “today, 09:13”, “yesterday, 16:41”, then the day it was."""
    local, today = local_time(moment), local_time(now).date()
    word = {today: "today", today - timedelta(days=1): "yesterday"}.get(local.date())
    return f"{word}, {written(local, 'time')}" if word else record_words(moment)


def mail_words(moment: datetime) -> str:
    """For mails, which no page surrounds: with the name of the zone."""
    return f"{record_words(moment)} {local_time(moment).tzname() or ''}".strip()


def short_words(moment: date, now: datetime) -> str:
    """For feeds: the time today, the weekday this week, then the day."""
    if not isinstance(moment, datetime):
        return day_words(moment, now.date())
    local, today = local_time(moment), local_time(now).date()
    if local.date() == today:
        return written(local, "time")
    if today - timedelta(days=6) <= local.date() < today:
        return f"{date_format(local, 'D')} {written(local, 'time')}"
    return day_words(local.date(), today)


def late_words(day: date, today: date) -> str:
    days = (today - day).days
    return f"{day_words(day, today)}, {days} day{'' if days == 1 else 's'} late"


def local_time(moment: datetime) -> datetime:
    """In the reader's zone; where the reader has none, in the one in force, which is the firm's."""
    return timezone.localtime(moment, reader().zone) if timezone.is_aware(moment) else moment


def written(moment: date, kind: str) -> str:
    return date_format(moment, patterns(reader().locale)[kind])


@cache
def patterns(locale: str) -> dict[str, str]:
    """Django's formats of a locale, shortened as the house shortens its own."""
    if locale == HOUSE:
        return HOUSE_PATTERNS
    month_day, full, clock = (
        re.sub("[NE]", "F", WORDS_IN_A_PATTERN.sub("", get_format(name, lang=locale))).strip()
        for name in ("MONTH_DAY_FORMAT", "DATE_FORMAT", "TIME_FORMAT")
    )
    comma = ", " if month_day.startswith("F") else " "
    return {
        "day": f"D{comma}{month_day.replace('F', 'M')}",
        "short": month_day.replace("F", "M"),
        "long": f"l{comma}{month_day}",
        "month_day": month_day,
        "date": full.replace("F", "M"),
        "full": full,
        "time": "g:i A" if "P" in clock else "H:i",
    }
