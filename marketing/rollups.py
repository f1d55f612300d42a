"""Sums of each day, kept when the visits themselves are dropped."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import connections, transaction
from django.db.models import Max, Min
from django.utils import timezone

from marketing.models import PageView, PageViewCount

ONE = """
SELECT %(day)s::date, '{kind}', {name} AS name, is_bot, count(*), count(DISTINCT visitor) FROM page_views
WHERE created_at >= %(begin)s AND created_at < %(end)s {only} GROUP BY is_bot, name
"""
CAMPAIGN = "concat_ws(' / ', nullif(utm_source, ''), nullif(utm_medium, ''), nullif(utm_campaign, ''))"
SUMS = " UNION ALL ".join(
    [
        ONE.format(kind="all", name="''", only=""),
        ONE.format(kind="page", name="path", only=""),
        ONE.format(kind="referrer", name="referrer_host", only="AND referrer_host <> ''"),
        ONE.format(kind="campaign", name=CAMPAIGN, only="AND (utm_source, utm_medium, utm_campaign) <> ('', '', '')"),
    ]
)
KEEP = f"""
INSERT INTO page_view_counts (day, kind, name, is_bot, views, visitors) {SUMS}
ON CONFLICT (day, kind, is_bot, name) DO UPDATE SET views = EXCLUDED.views, visitors = EXCLUDED.visitors
"""


def roll_up() -> int:
    """Every day since the last that was added up, that one again: visits come in late. Returns how many days."""
    today = timezone.now().date()
    last = PageViewCount.objects.aggregate(day=Max("day"))["day"]
    first = last - timedelta(days=1) if last else first_visit()
    days = [] if first is None else [first + timedelta(days=n) for n in range((today - first).days + 1)]
    for day in days:
        add_up(day)
    return len(days)


def first_visit() -> date | None:
    found = PageView.objects.aggregate(at=Min("created_at"))["at"]
    return found.date() if found else None


def add_up(day: date) -> None:
    """A day whose visits are gone already stays as it was added up."""
    begin = datetime.combine(day, time(), UTC)
    with transaction.atomic("marketing"), connections["marketing"].cursor() as cursor:
        cursor.execute(KEEP, {"day": day, "begin": begin, "end": begin + timedelta(days=1)})
