"""Sums of visits outlive the visits, and say what they are."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from marketing import rollups
from marketing.models import PageView, PageViewCount
from marketing.rollups import add_up, roll_up

pytestmark = pytest.mark.django_db(databases=["default", "marketing"])


def visits(day, *rows):
    PageView.objects.bulk_create(
        PageView(created_at=day, path=path, visitor=visitor, referrer_host=host, utm_source=tag, is_bot=bot)
        for path, visitor, host, tag, bot in rows
    )


def test_days_are_added_up_again_and_again_to_the_same(cast, sign_in):
    now = datetime.now(UTC)
    visits(
        now,
        ("/", "a", "news.example", "letter", False), ("/", "a", "", "", False), ("/blog/", "b", "", "", False),
        ("/", "g", "", "", True),
    )  # fmt: skip
    visits(now - timedelta(days=2), ("/", "a", "", "", False))
    call_command("site_chores")
    assert roll_up() == 2, "Yesterday and today, for visits come in late."
    kept = {(row.day, row.kind, row.name, row.is_bot): (row.views, row.visitors) for row in PageViewCount.objects.all()}
    today = now.date()
    assert kept[today, "all", "", False] == (3, 2)
    assert kept[today, "page", "/", False] == (2, 1)
    assert kept[today, "page", "/", True] == (1, 1)
    assert kept[today, "referrer", "news.example", False] == (1, 1)
    assert kept[today, "campaign", "letter", False] == (1, 1)
    assert kept[today - timedelta(days=2), "all", "", False] == (1, 1)

    # The visits of a year ago are gone; what they came to is not.
    PageViewCount.objects.create(day=today - timedelta(days=364), kind="all", is_bot=False, views=7, visitors=5)
    add_up(today - timedelta(days=364))
    page = sign_in(cast.operator).get(reverse("admin:marketing_pageviewcount_changelist"), {"days": "365"})
    words = page.content.decode()
    assert "<td>11</td>" in words and "Somebody who comes on two days counts twice" in words
    assert words.count("<rect x=") == 365 and "news.example" in words
    assert "style=" not in words.split("<h2>")[1]


def test_invented_tags_and_referrers_fill_no_table(monkeypatch):
    """A name that has its row keeps it, those with the most visitors get theirs, the rest are one."""
    monkeypatch.setattr(rollups, "MOST_NAMES", 3)
    now = datetime.now(UTC)

    def kept(kind):
        rows = PageViewCount.objects.filter(kind=kind, is_bot=False).order_by("name")
        return {row.name: (row.views, row.visitors) for row in rows}

    visits(now, ("/", "a", "first.example", "first", False))
    roll_up()
    visits(now, *(("/", "a", f"{n}.invented.example", f"invented {n}", False) for n in range(50)))
    visits(
        now, *(("/", visitor, "letter.example", "letter", False) for visitor in "bc"), ("/", "b", "", "(other)", False)
    )
    for _ in range(2):
        roll_up()
        assert kept("campaign") == {
            "(other)": (51, 2), "first": (1, 1), "letter": (2, 2),
        }  # fmt: skip
        assert kept("referrer") == {
            "(other)": (49, 1), "0.invented.example": (1, 1), "first.example": (1, 1), "letter.example": (2, 2),
        }  # fmt: skip
    assert kept("all") == {"": (54, 3)}
