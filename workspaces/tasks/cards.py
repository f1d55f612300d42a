"""Tasks as boards, lists and calendars show them, in a number of queries that does not grow with the tasks."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet

from conversations.counting import Said, said_in
from conversations.people import Person
from organizations.models import Membership
from workspaces.models import Task
from workspaces.paper_status import standings
from workspaces.tasks import steps
from workspaces.tasks.blocking import open_blockers

#: A paper is signed by who prepared it, and waits for somebody else.
IN_REVIEW = ("prepared", "reviewed")


def shown(tasks: "QuerySet[Task]") -> "QuerySet[Task]":
    """With what a card needs of other tables, and without what it does not."""
    return tasks.select_related("assigned_to", "workpaper__binder").defer(
        "tsv", "description", "workpaper__body", "workpaper__tsv"
    )


@dataclass
class Card:
    """`state` is the column it stands in: its status, or what is derived from other rows."""

    task: Task
    state: str
    blockers: list[Task] = field(default_factory=list)
    said: Said = field(default_factory=Said)
    #: How many are ticked, of how many.
    steps: tuple[int, int] | None = None
    is_overdue: bool = False
    #: Its neighbours where it is shown: one place up is before the first of them, one place down after the second.
    neighbours: tuple[UUID | None, UUID | None] = (None, None)


def cards_of(tasks: Iterable[Task], today: date, reader: Membership) -> list[Card]:
    tasks = list(tasks)
    blockers, reviewed = open_blockers(tasks), _in_review(tasks)
    said = said_in((task.thread_id for task in tasks), Person.of(reader))
    listed = steps.counts(task.pk for task in tasks)
    return [
        Card(
            task, _state(task, bool(blockers[task.pk]), task.workpaper_id in reviewed), blockers[task.pk],
            said.get(task.thread_id, Said()), listed.get(task.pk), task.is_overdue(today),
        )
        for task in tasks
    ]  # fmt: skip


def in_order(cards: list[Card]) -> list[Card]:
    """Each knows those beside it, so that it can be moved past them without a pointer."""
    ids = [None, *(card.task.pk for card in cards), None]
    for card, above, below in zip(cards, ids, ids[2:], strict=False):
        card.neighbours = (above, below)
    return cards


def _state(task: Task, is_blocked: bool, is_in_review: bool) -> str:
    if task.is_done:
        return "done"
    if is_blocked:
        return "blocked"
    return "in_review" if is_in_review else task.status


def count_open(tasks: "QuerySet[Task]") -> Counter[str]:
    """How many unfinished tasks stand in each column, however many there are: `_state`, asked of the database."""
    found: Counter[str] = Counter()
    opened = tasks.open().with_blocked().order_by()  # type: ignore[attr-defined]
    for status, is_blocked, count in opened.values_list("status", "is_blocked").annotate(Count("pk")):
        found["blocked" if is_blocked else status] += count
    papered = list(shown(opened.filter(is_blocked=False, workpaper__deleted_at=None).exclude(workpaper=None)))
    reviewed = _in_review(papered)
    for task in papered:
        if task.workpaper_id in reviewed:
            found.subtract([task.status])
            found["in_review"] += 1
    return found


def _in_review(tasks: list[Task]) -> set[UUID]:
    papers = [task.workpaper for task in tasks if task.workpaper and task.workpaper.deleted_at is None]
    return {standing.paper.pk for standing in standings(papers) if standing.status in IN_REVIEW} if papers else set()
