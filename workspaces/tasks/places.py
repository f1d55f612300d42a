"""The order of a project's tasks. Places have gaps, so that a move changes one row and not all after it."""

from uuid import UUID

from django.db.models import Max
from django.shortcuts import get_object_or_404

from clients.models import Project
from workspaces.models import Task

STEP = 1024


def lock(project_id: UUID) -> None:
    """Of two who number, arrange or link tasks of one project, the second waits."""
    get_object_or_404(Project.with_deleted.select_for_update(of=("self",), no_key=True), pk=project_id)


def next_number(project_id: UUID) -> int:
    """Under `lock()`. Deleted tasks keep theirs."""
    taken = Task.with_deleted.filter(project=project_id).aggregate(last=Max("number"))["last"]
    return (taken or 0) + 1


def at_the_end(project_id: UUID) -> int:
    last = Task.with_deleted.filter(project=project_id).aggregate(last=Max("position"))["last"]
    return (last or 0) + STEP


def before(task: Task, other_id: UUID) -> int:
    """The place right before another task of the project, which makes room if there is none."""
    place = _between(task, other_id)
    if place is None:
        _spread(task.project_id)
        place = _between(task, other_id)
    return place if place is not None else at_the_end(task.project_id)


def after(task: Task, other_id: UUID) -> int:
    """The place right after another task of the project."""
    others = Task.with_deleted.filter(project=task.project_id).exclude(pk=task.pk)
    other = others.filter(pk=other_id).values_list("position", flat=True).first()
    later = others.filter(position__gt=other).order_by("position", "id") if other is not None else others.none()
    following = later.values_list("pk", flat=True).first()
    return before(task, following) if following else at_the_end(task.project_id)


def _between(task: Task, other_id: UUID) -> int | None:
    tasks = Task.with_deleted.filter(project=task.project_id).exclude(pk=task.pk)
    other = tasks.filter(pk=other_id).values_list("position", flat=True).first()
    if other is None:
        return at_the_end(task.project_id)
    lower = tasks.filter(position__lt=other).aggregate(last=Max("position"))["last"] or 0
    middle = (lower + other) // 2
    return middle if lower < middle < other else None


def _spread(project_id: UUID) -> None:
    """Even gaps again, in the order there is."""
    tasks = list(Task.with_deleted.filter(project=project_id).order_by("position", "id").only("pk", "position"))
    for place, task in enumerate(tasks, start=1):
        task.position = place * STEP
    Task.with_deleted.bulk_update(tasks, ["position"], batch_size=500)
