"""One change to many tasks of a project. What changed since it was checked is reported, not overwritten."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clients.models import Project
from organizations.models import Membership
from workspaces.models import Task
from workspaces.tasks import blocking, changes, places, telling

Versions = dict[UUID, int]


@dataclass
class Outcome:
    """References: what changed, what somebody else had changed, and what could not be, with why."""

    changed: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return len(self.changed) + len(self.stale) + len(self.unfit)


@transaction.atomic
def assign(project: Project, seen: Versions, member: Membership | None, *, by: Membership) -> Outcome:
    fresh, outcome = _locked(project, seen)
    new = [task for task in fresh if task.assigned_to_id != (member.pk if member else None)]
    _update(fresh, outcome, assigned_to=member)
    telling.many_assigned(new, member, by=by)
    return _done(project, fresh, outcome)


@transaction.atomic
def set_due_date(project: Project, seen: Versions, day: date) -> Outcome:
    fresh, outcome = _locked(project, seen)
    _update([task for task in fresh if task.recurrence], outcome, due_date=day, recurrence_day=day.day)
    _update([task for task in fresh if not task.recurrence], outcome, due_date=day)
    for task in fresh:
        task.due_date = day
        telling.remind_when_due(task)
    return _done(project, fresh, outcome)


@transaction.atomic
def set_status(project: Project, seen: Versions, status: str, *, by: Membership) -> Outcome:
    """In the order of the project, so that a chain of tasks can be finished in one go."""
    fresh, outcome = _locked(project, seen)
    if status == Task.Status.DONE:
        return _done(project, fresh, _finish(fresh, outcome, by))
    _update(fresh, outcome, status=status, done_at=None, done_by=None)
    return _done(project, fresh, outcome)


def _finish(tasks: list[Task], outcome: Outcome, by: Membership) -> Outcome:
    """Those whose blockers are done, or are among them and become so."""
    waiting = [task for task in tasks if not task.is_done]
    while ready := _ready(waiting):
        for task in ready:
            task.status = Task.Status.DONE
            changes.stamp(task, by=by)
        values = {"status": Task.Status.DONE, "done_at": timezone.now(), "done_by": by}
        _update(ready, outcome, **values)
        for task in ready:
            changes.after_done(task, by=by)
        waiting = [task for task in waiting if task not in ready]
    outcome.unfit += [task.reference for task in waiting]
    return outcome


def _ready(tasks: list[Task]) -> list[Task]:
    held = blocking.open_blockers(tasks)
    return [task for task in tasks if not held[task.pk]]


@transaction.atomic
def trash(project: Project, seen: Versions) -> Outcome:
    fresh, outcome = _locked(project, seen)
    _update(fresh, outcome, deleted_at=timezone.now())
    return _done(project, fresh, outcome)


def _locked(project: Project, seen: Versions) -> tuple[list[Task], Outcome]:
    """Those that are as they were seen."""
    places.lock(project.pk)
    rows = Task.objects.filter(project=project, pk__in=seen).order_by("position", "id")
    fresh, outcome = [], Outcome()
    for task in rows.select_for_update(of=("self",)).defer("tsv", "description"):
        task.project = project
        if task.version == seen[task.pk]:
            fresh.append(task)
        else:
            outcome.stale.append(task.reference)
    return fresh, outcome


def _update(tasks: list[Task], outcome: Outcome, **values: object) -> None:
    if not tasks:
        return
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(**values, version=F("version") + 1)
    outcome.changed += [task.reference for task in tasks]


def _done(project: Project, tasks: list[Task], outcome: Outcome) -> Outcome:
    for task in tasks:
        telling.changed(task)
    return outcome
