"""Adding tasks and moving them on. Each change is held against the version the person saw."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.shortcuts import get_object_or_404
from django.utils import timezone

from clients.models import Project
from organizations.models import Membership
from workspaces.models import Task
from workspaces.tasks import blocking, places, recurring, steps, telling
from workspaces.tasks.refusals import TaskRefused, TaskStale

Status = Task.Status


@transaction.atomic
def add(project: Project, *, by: Membership, pk: UUID | None = None, listed: Iterable[str] = (), **values: Any) -> Task:
    """A task at the end of the project, with the steps that are listed."""
    places.lock(project.pk)
    task = Task(
        project=project, created_by=by, number=places.next_number(project.pk),
        position=places.at_the_end(project.pk), **values,
    )  # fmt: skip
    if pk:
        task.pk = pk
    settle_recurrence(task)
    stamp(task, by=by)
    task.save(force_insert=True)
    steps.write({task.pk: list(listed)})
    told(task, by=by, is_new_assignee=True, is_new_day=True)
    return task


def told(task: Task, *, by: Membership, is_new_assignee: bool, is_new_day: bool) -> None:
    """What has to be said after a task was made or changed."""
    telling.changed(task)
    if is_new_assignee:
        telling.assigned(task, by=by)
    if is_new_day:
        telling.remind_when_due(task)


def settle_recurrence(task: Task) -> None:
    """A due date chosen by a person is the day that repeats."""
    task.recurrence_day = task.due_date.day if task.recurrence and task.due_date else None


def stamp(task: Task, *, by: Membership) -> None:
    """When it was done and by whom stand with the status."""
    if not task.is_done:
        task.done_at = task.done_by = None
    elif task.done_at is None:
        task.done_at, task.done_by = timezone.now(), by


@transaction.atomic
def place(task: Task, *, version: int, before: UUID | None = None, after: UUID | None = None) -> None:
    """To another place of the project: right before one of its tasks, or right after one. Raises TaskStale."""
    places.lock(task.project_id)
    _refuse_stale(task, version)
    position = places.before(task, before) if before else places.after(task, after) if after else task.position
    Task.objects.filter(pk=task.pk).update(position=position, version=F("version") + 1)
    telling.changed(task)


def _refuse_stale(task: Task, version: int) -> Task:
    stored = get_object_or_404(Task.objects.select_for_update(of=("self",)), pk=task.pk)
    if stored.version != version:
        raise TaskStale(f"{task.reference} changed meanwhile and was left alone. Look at it and try again.")
    return stored


@transaction.atomic
def move(
    task: Task, status: str, *, by: Membership, version: int, before: UUID | None = None, is_last: bool = False
) -> Task | None:
    """To another status, and to a place where one is named. Gives the task made next, if this one repeats.

    Raises TaskStale where somebody changed the task meanwhile, TaskRefused where it cannot be done yet.
    """
    places.lock(task.project_id)
    stored = _refuse_stale(task, version)
    is_finished = status == Status.DONE and not stored.is_done
    if is_finished:
        refuse_blocked(task)
    task.status, task.done_at, task.done_by = status, stored.done_at, stored.done_by
    stamp(task, by=by)
    if before or is_last:
        task.position = places.before(task, before) if before else places.at_the_end(task.project_id)
    task.version = version + 1
    Task.objects.filter(pk=task.pk).update(
        status=status, done_at=task.done_at, done_by=task.done_by, position=task.position, version=F("version") + 1
    )
    telling.changed(task)
    return after_done(task, by=by) if is_finished else None


def after_done(task: Task, *, by: Membership) -> Task | None:
    """Under the project's lock: make the next one, and tell."""
    made = recurring.make_next(task)
    telling.finished(task, blocking.freed_by(task), by=by)
    if made:
        telling.changed(made)
        telling.remind_when_due(made)
    return made


def refuse_blocked(task: Task) -> None:
    if waiting := blocking.open_blockers([task])[task.pk]:
        names = " and ".join(f"{other.reference} “{other.title[:60]}”" for other in waiting[:3])
        raise TaskRefused(f"{task.reference} waits for {names}. Finish that first, or take the link away.")
