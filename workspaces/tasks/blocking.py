"""What waits for what. A task never waits for itself, by whatever way round."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from workspaces.models import Task, TaskDependency
from workspaces.tasks import places, telling
from workspaces.tasks.refusals import TaskRefused


@transaction.atomic
def link(task: Task, blocker: Task) -> TaskDependency:
    """Let `task` wait for `blocker`. Raises TaskRefused, with the whole way round where there is one."""
    if task.pk == blocker.pk:
        raise TaskRefused("A task cannot wait for itself.")
    if task.project_id != blocker.project_id:
        raise TaskRefused("Choose a task of the same project.")
    places.lock(task.project_id)  # two people could close a circle from both ends
    if way := way_from(blocker, task):
        raise TaskRefused(f"That would be a circle: {', which waits for '.join([*way, 'this one'])}.")
    made, _ = TaskDependency.objects.get_or_create(task=task, blocker=blocker)
    telling.changed(task)
    return made


def unlink(dependency: TaskDependency) -> None:
    dependency.delete()
    telling.changed(dependency.task)


def way_from(start: Task, end: Task) -> list[str]:
    """The references on the way along which `start` waits for `end` already; empty if it does not."""
    edges: dict[UUID, list[UUID]] = defaultdict(list)
    pairs = TaskDependency.objects.filter(task__project=start.project_id).values_list("task", "blocker")
    for task, blocker in pairs:
        edges[task].append(blocker)
    came_from: dict[UUID, UUID | None] = {start.pk: None}
    waiting = [start.pk]
    while waiting:
        here = waiting.pop()
        if here == end.pk:
            return _named(came_from, end.pk)
        for there in edges[here]:
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return []


def _named(came_from: dict[UUID, UUID | None], end: UUID) -> list[str]:
    steps: list[UUID] = []
    here = came_from[end]
    while here is not None:
        steps.append(here)
        here = came_from[here]
    numbers = dict(Task.with_deleted.filter(pk__in=steps).values_list("pk", "number"))
    return [f"T-{numbers[step]}" for step in reversed(steps)]


def open_blockers(tasks: Iterable[Task]) -> dict[UUID, list[Task]]:
    """For each of the tasks, the unfinished ones before it; in one query."""
    edges = TaskDependency.objects.filter(task__in=[task.pk for task in tasks], blocker__deleted_at=None)
    found: dict[UUID, list[Task]] = defaultdict(list)
    for edge in edges.exclude(blocker__status=Task.Status.DONE).select_related("blocker").order_by("blocker__number"):
        found[edge.task_id].append(edge.blocker)
    return found


def freed_by(task: Task) -> list[Task]:
    """The tasks that waited for this one alone, which is done now."""
    waiting = Task.objects.open().filter(waits__blocker=task).with_blocked().filter(is_blocked=False)
    return list(waiting.select_related("project__client", "assigned_to"))
