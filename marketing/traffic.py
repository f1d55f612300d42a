"""The visits of some days as a page shows them: bars and tables, with what each number is and is not."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from marketing.models import PageViewCount

RANGES = (7, 30, 90, 365)
MOST = 15
WIDTH, HEIGHT = 900, 160
Kind = PageViewCount.Kind


def traffic(days: int) -> dict[str, Any]:
    today = timezone.now().date()
    first = today - timedelta(days=days - 1)
    counts = PageViewCount.objects.filter(day__gte=first)
    people = counts.filter(is_bot=False)
    by_day: dict[date, Any] = {
        row["day"]: row for row in people.filter(kind=Kind.ALL).values("day", "views", "visitors")
    }
    every = [first + timedelta(days=n) for n in range(days)]
    return {
        "first": first,
        "last": today,
        "views": sum(row["views"] for row in by_day.values()),
        "visitors": sum(row["visitors"] for row in by_day.values()),
        "bots": counts.filter(is_bot=True, kind=Kind.ALL).aggregate(views=Sum("views"))["views"] or 0,
        "chart": bars([(day, by_day[day]["views"] if day in by_day else 0) for day in every]),
        "tables": [
            {"title": title, "column": column, "rows": top(people, kind)}
            for kind, title, column in (
                (Kind.PAGE, "Pages", "Page"),
                (Kind.REFERRER, "Where visits came from", "Site"),
                (Kind.CAMPAIGN, "Campaigns", "Source / medium / campaign"),
            )
        ],
    }


def top(counts: Any, kind: str) -> list[dict[str, Any]]:
    found = counts.filter(kind=kind).values("name").annotate(shown=Sum("views"), came=Sum("visitors"))
    rows = list(found.order_by("-shown", "name")[:MOST])
    most = rows[0]["shown"] if rows else 1
    return [{**row, "width": round(100 * row["shown"] / most)} for row in rows]


def bars(values: list[tuple[date, int]]) -> dict[str, Any]:
    """Where each bar of an SVG stands; the highest has the whole height."""
    most, step = max(1, *(value for _, value in values)), WIDTH / len(values)
    drawn = []
    for number, (day, value) in enumerate(values):
        height = round(HEIGHT * value / most, 1)
        drawn.append(
            {
                "x": round(number * step + step * 0.1, 1),
                "y": round(HEIGHT - height, 1),
                "width": round(step * 0.8, 1),
                "height": height,
                "words": f"{day:%-d %B %Y}: {value:,} page view{'' if value == 1 else 's'}",
            }
        )
    return {"bars": drawn, "most": most, "width": WIDTH, "height": HEIGHT}
