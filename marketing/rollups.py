"""Sums of each day, kept when the visits themselves are dropped."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import connections, transaction
from django.db.models import Max, Min
from django.utils import timezone

from marketing.models import PageView, PageViewCount

#: So many referring sites, and so many campaigns, have a row of their own on a day: anybody can invent them.
MOST_NAMES, REST = 200, "(other)"
ONE = """
SELECT %(day)s::date, '{kind}', {name} AS name, is_bot, count(*), count(DISTINCT visitor) FROM page_views
WHERE created_at >= %(begin)s AND created_at < %(end)s GROUP BY is_bot, name
"""
#: Rows are never taken back, so a name that has one keeps it; of the others those with the most visitors get theirs.
INVENTED = """(
WITH seen AS (
  SELECT {name} AS name, is_bot, visitor FROM page_views WHERE created_at >= %(begin)s AND created_at < %(end)s
), named AS (
  SELECT name, is_bot, count(DISTINCT visitor) AS came, EXISTS (
    SELECT FROM page_view_counts AS kept
    WHERE kept.day = %(day)s AND kept.kind = '{kind}' AND kept.is_bot = seen.is_bot AND kept.name = seen.name
  ) AS is_kept FROM seen WHERE name <> '' GROUP BY name, is_bot
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY is_bot ORDER BY is_kept DESC, came DESC, name) AS place FROM named
)
SELECT %(day)s::date, '{kind}', CASE WHEN is_kept OR place <= %(most)s THEN name ELSE %(rest)s END AS shown, is_bot,
       count(*), count(DISTINCT visitor) FROM seen JOIN ranked USING (name, is_bot) GROUP BY is_bot, shown
)"""
CAMPAIGN = "concat_ws(' / ', nullif(utm_source, ''), nullif(utm_medium, ''), nullif(utm_campaign, ''))"
SUMS = " UNION ALL ".join(
    [
        ONE.format(kind="all", name="''"),
        ONE.format(kind="page", name="path"),
        INVENTED.format(kind="referrer", name="referrer_host"),
        INVENTED.format(kind="campaign", name=CAMPAIGN),
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
        span = {"day": day, "begin": begin, "end": begin + timedelta(days=1)}
        cursor.execute(KEEP, {**span, "most": MOST_NAMES, "rest": REST})
