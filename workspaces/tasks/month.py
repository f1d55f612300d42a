"""A month of due tasks, in whole weeks."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from organizations.models import Membership
from workspaces.models import Task
from workspaces.tasks.cards import Card, cards_of, shown
from workspaces.tasks.recurring import months_later

MOST = 500


@dataclass(frozen=True)
class Square:
    day: date
    is_inside: bool
    cards: list[Card]


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[list[Square]]
    #: What there was no room for.
    more: int = 0

    @property
    def previous(self) -> str:
        return f"{months_later(self.first, -1):%Y-%m}"

    @property
    def next(self) -> str:
        return f"{months_later(self.first, 1):%Y-%m}"

    @property
    def days_with_cards(self) -> list[Square]:
        """For narrow screens, which have no room for squares."""
        return [square for week in self.weeks for square in week if square.cards and square.is_inside]


def first_of(text: str, today: date) -> date:
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
    return date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)


def month_of(tasks: "QuerySet[Task]", first: date, today: date, reader: Membership) -> Month:
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    due = tasks.filter(due_date__range=(weeks[0][0], weeks[-1][-1])).order_by("due_date", "position", "id")
    by_day: dict[date | None, list[Card]] = {}
    cards = cards_of(shown(due)[:MOST], today, reader)
    for card in cards:
        by_day.setdefault(card.task.due_date, []).append(card)
    squares = [[Square(day, day.month == first.month, by_day.get(day, [])) for day in week] for week in weeks]
    return Month(first, squares, due.count() - MOST if len(cards) == MOST else 0)
