"""How far projects are: tasks done, and hours against the budget."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from clients.models import Project
from workspaces.models import Task, TimeEntry
from workspaces.timekeeping.durations import hours


@dataclass(frozen=True)
class Progress:
    total: int = 0
    done: int = 0
    overdue: int = 0
    estimated: int = 0
    minutes: int = 0
    budget: int | None = None

    @property
    def open(self) -> int:
        return self.total - self.done

    @property
    def spent(self) -> str:
        return hours(self.minutes)

    @property
    def budget_hours(self) -> str:
        return "" if self.budget is None else hours(self.budget)

    @property
    def estimated_hours(self) -> str:
        return hours(self.estimated)

    @property
    def is_over(self) -> bool:
        return self.budget is not None and self.minutes > self.budget

    @property
    def over_hours(self) -> str:
        return hours(self.minutes - (self.budget or 0))

    @property
    def left_hours(self) -> str:
        return hours(max((self.budget or 0) - self.minutes, 0))


def progress_of(projects: Iterable[Project], today: date) -> dict[UUID, Progress]:
    """In two queries, however many projects."""
    by_id = {project.pk: project for project in projects}
    tasks = (
        Task.objects.filter(project__in=by_id).order_by().values("project")
        .annotate(
            total=Count("pk"), done=Count("pk", filter=Q(status=Task.Status.DONE)),
            overdue=Count("pk", filter=~Q(status=Task.Status.DONE) & Q(due_date__lt=today)),
            estimated=Sum("estimate_minutes", default=0),
        )
    )  # fmt: skip
    counts: dict[Any, dict[str, Any]] = {
        row["project"]: {k: v for k, v in row.items() if k != "project"} for row in tasks
    }
    spent = TimeEntry.objects.filter(project__in=by_id).order_by().values_list("project").annotate(Sum("minutes"))
    minutes = dict(spent)
    return {
        pk: Progress(**counts.get(pk, {}), minutes=minutes.get(pk, 0), budget=_budget(project))
        for pk, project in by_id.items()
    }


def _budget(project: Project) -> int | None:
    return None if project.budget_hours is None else int(project.budget_hours * 60)


@dataclass(frozen=True)
class Actual:
    """Hours of one person, or of one task, against what was estimated."""

    name: str
    minutes: int
    estimated: int | None = None
    task: Task | None = None

    @property
    def spent(self) -> str:
        return hours(self.minutes)

    @property
    def estimate(self) -> str:
        return "" if self.estimated is None else hours(self.estimated)

    @property
    def is_over(self) -> bool:
        return self.estimated is not None and self.minutes > self.estimated


MOST = 50


def by_person(project: Project) -> list[Actual]:
    entries = TimeEntry.objects.filter(project=project).order_by()
    sums = entries.values_list("member__display_name").annotate(minutes=Sum("minutes")).order_by("-minutes")
    return [Actual(name, minutes) for name, minutes in sums if minutes]


def by_task(project: Project) -> list[Actual]:
    """The tasks on which most was spent, or is estimated."""
    entries = TimeEntry.objects.filter(project=project).order_by().values_list("task").annotate(Sum("minutes"))
    spent = dict(entries)
    estimated = Q(estimate_minutes__isnull=False)
    tasks = Task.objects.filter(project=project).filter(estimated | Q(pk__in=[pk for pk in spent if pk])).defer("tsv")
    rows = [Actual(str(task), spent.get(task.pk, 0), task.estimate_minutes, task) for task in tasks]
    return sorted(rows, key=lambda row: (-row.minutes, -(row.estimated or 0)))[:MOST]
