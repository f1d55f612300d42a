"""The checklist of a task: written, ticked, taken away, and carried to the tasks made after it."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Q
from django.shortcuts import get_object_or_404
from django.utils import timezone

from organizations.models import Membership
from workspaces.models import Task, TaskStep
from workspaces.tasks import telling
from workspaces.tasks.refusals import TaskRefused


def lines(text: str) -> list[str]:
    """One step a line, without the dash or box somebody put before it."""
    bare = (line.strip().removeprefix("[ ]").lstrip("-*•☐ \t").strip() for line in text.splitlines())
    return [line for line in bare if line]


def problem_of(texts: list[str]) -> str:
    """What is wrong with these as steps, in a sentence; nothing if they will do."""
    if len(texts) > TaskStep.MOST:
        return f"A task takes {TaskStep.MOST} steps. These are {len(texts)}."
    if longest := next((text for text in texts if len(text) > TaskStep.LONGEST), ""):
        return f"Write “{longest[:40]}…” in {TaskStep.LONGEST} characters or fewer."
    return ""


@transaction.atomic
def add(task: Task, texts: list[str]) -> None:
    """At the end of the list. Two who write at once are added one after the other."""
    get_object_or_404(Task.objects.select_for_update(of=("self",), no_key=True), pk=task.pk)
    now = TaskStep.objects.filter(task=task).aggregate(count=Count("pk"), last=Max("position"))
    if now["count"] + len(texts) > TaskStep.MOST:
        raise TaskRefused(f"A task takes {TaskStep.MOST} steps. Take some away, or make a second task.")
    write({task.pk: texts}, after=now["last"] or 0)
    telling.changed(task)


def write(texts: dict[UUID, list[str]], *, after: int = 0) -> None:
    """The steps of new tasks, not ticked."""
    TaskStep.objects.bulk_create(
        TaskStep(task_id=task, position=after + place, text=text)
        for task, steps in texts.items()
        for place, text in enumerate(steps, start=1)
    )


def tick(step: TaskStep, *, is_done: bool, by: Membership) -> None:
    """Says the state and does not turn it over: a second click, or a second person, changes nothing."""
    rows = TaskStep.objects.filter(pk=step.pk, done_at__isnull=is_done)
    if rows.update(done_at=timezone.now() if is_done else None, done_by=by if is_done else None):
        telling.changed(step.task)


def take_away(step: TaskStep) -> None:
    step.delete()
    telling.changed(step.task)


def texts_of(tasks: Iterable[UUID]) -> dict[UUID, list[str]]:
    """By task and in order."""
    found: dict[UUID, list[str]] = {}
    rows = TaskStep.objects.filter(task__in=tasks).order_by("task", "position", "id")
    for task, text in rows.values_list("task", "text"):
        found.setdefault(task, []).append(text)
    return found


def counts(tasks: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """Of each task that has steps: how many are done, and how many there are."""
    rows = TaskStep.objects.filter(task__in=tasks).order_by().values_list("task")
    counted = rows.annotate(ticked=Count("pk", filter=Q(done_at__isnull=False)), all_of=Count("pk"))
    return {task: (ticked, all_of) for task, ticked, all_of in counted}
