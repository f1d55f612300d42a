"""The edges of the months in which use is counted, wherever the firm is and whatever its anchor day."""

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from billing.periods import midnight, months_on, period_at, period_of
from tests.profiles import examples

#: Clocks that spring at midnight (Havana, Beirut, Santiago), by half an hour, or have once left a whole day out.
ZONES = [
    "Europe/London",
    "America/Havana",
    "Asia/Beirut",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
]
moments = st.datetimes(datetime(2005, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))
anchors, zones = st.integers(1, 31), st.sampled_from(ZONES).map(ZoneInfo)


@given(moments, anchors, zones)
@examples(200)
def test_every_moment_is_in_exactly_one_month_and_the_months_meet(
    moment: datetime, anchor: int, zone: ZoneInfo
) -> None:
    period = period_at(moment, anchor_day=anchor, zone=zone)
    before = period_of(period.first - timedelta(days=1), anchor_day=anchor, zone=zone)
    after = period_at(period.end, anchor_day=anchor, zone=zone)
    assert period.start <= moment < period.end or zone.key == "Pacific/Apia"  # a day that never was has no midnight
    assert (before.next, after.first) == (period.first, period.next)
    assert before.end == period.start < period.end == after.start
    assert 28 <= period.days <= 31


@given(moments, anchors, zones)
@examples(200)
def test_a_month_begins_on_its_anchor_day_or_on_its_last_one(moment: datetime, anchor: int, zone: ZoneInfo) -> None:
    first = period_at(moment, anchor_day=anchor, zone=zone).first
    assert first.day == min(anchor, calendar.monthrange(first.year, first.month)[1])


@given(st.dates(date(2005, 1, 1), date(2060, 1, 1)), anchors, st.integers(0, 40), st.integers(0, 40))
@examples(200)
def test_months_add_up_however_they_are_taken(day: date, anchor: int, one: int, other: int) -> None:
    start = period_of(day, anchor_day=anchor, zone=ZoneInfo("UTC")).first
    assert months_on(months_on(start, one, anchor), other, anchor) == months_on(start, one + other, anchor)
    assert months_on(months_on(start, one, anchor), -one, anchor) == start


def test_the_month_of_the_change_of_clocks_has_an_hour_less() -> None:
    london = ZoneInfo("Europe/London")
    march = period_of(date(2026, 3, 20), anchor_day=16, zone=london)
    assert march.end - march.start == timedelta(days=31, hours=-1)
    assert midnight(date(2026, 3, 29), london) + timedelta(hours=23) == midnight(date(2026, 3, 30), london)
