"""Tasks as boards, lists and calendars show them, in a number of queries that does not grow with the tasks."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet

from conversations.models import Comment
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
    comments: int = 0
    #: How many are ticked, of how many.
    steps: tuple[int, int] | None = None
    is_overdue: bool = False


def cards_of(tasks: Iterable[Task], today: date) -> list[Card]:
    tasks = list(tasks)
    blockers, comments, reviewed = open_blockers(tasks), _comments(tasks), _in_review(tasks)
    listed = steps.counts(task.pk for task in tasks)
    return [
        Card(
            task, _state(task, bool(blockers[task.pk]), task.workpaper_id in reviewed), blockers[task.pk],
            comments.get(task.thread_id, 0) if task.thread_id else 0, listed.get(task.pk), task.is_overdue(today),
        )
        for task in tasks
    ]  # fmt: skip


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


def _comments(tasks: list[Task]) -> dict[UUID, int]:
    threads = [task.thread_id for task in tasks if task.thread_id]
    counted = Comment.objects.filter(thread__in=threads, deleted_at=None).order_by() if threads else None
    return dict(counted.values_list("thread").annotate(Count("pk"))) if counted is not None else {}


def _in_review(tasks: list[Task]) -> set[UUID]:
    papers = [task.workpaper for task in tasks if task.workpaper and task.workpaper.deleted_at is None]
    return {standing.paper.pk for standing in standings(papers) if standing.status in IN_REVIEW} if papers else set()
