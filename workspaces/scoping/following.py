"""What an accepted change does to a project that is under way: its budget follows, and each task nobody has changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F

from clients.models import Project
from workspaces.models import SessionSnapshot, Task
from workspaces.tasks import telling

#: What a project has room for.
MOST_HOURS = Decimal("9999999.99")


@dataclass
class Difference:
    """A line of work with other hours than were accepted before; None `after` where it is no longer part of it."""

    title: str
    phase: str
    before: int | None
    after: int | None
    is_gone: bool = False
    task: Task | None = None

    @property
    def is_open(self) -> bool:
        """Whether the project does not say so yet. Of what is gone, nothing is left to do where its task is done."""
        if self.is_gone:
            return self.task is not None and not self.task.is_done
        return self.task is None or self.task.estimate_minutes != self.after


def lines(snapshot: SessionSnapshot) -> list[dict[str, Any]]:
    """Those that become tasks, each with the name of its phase."""
    return [
        line | {"phase": phase["title"]} for phase in snapshot.content["phases"] for line in phase["lines"]
        if line["kind"] != "percent"
    ]  # fmt: skip


def minutes(line: dict[str, Any]) -> int | None:
    return int(Decimal(line["exact"]) * 60) or None


def follow(project: Project, before: SessionSnapshot, after: SessionSnapshot) -> None:
    """The budget by what was added or taken away: what the firm itself has put to it stays."""
    change = Decimal(after.content["hours"]) - Decimal(before.content["hours"])
    if change and (project.budget_hours is not None or not Decimal(before.content["hours"])):
        budget = min(max((project.budget_hours or Decimal(0)) + change, Decimal(0)), MOST_HOURS)
        Project.objects.filter(pk=project.pk).update(budget_hours=budget)
    for found in differences(project, before, after, is_followed=False):
        if found.task and not found.is_gone and not found.task.is_done and found.task.estimate_minutes == found.before:
            Task.objects.filter(pk=found.task.pk).update(estimate_minutes=found.after, version=F("version") + 1)
            telling.changed(found.task)


def differences(
    project: Project, before: SessionSnapshot, after: SessionSnapshot, *, is_followed: bool = True
) -> list[Difference]:
    """With the task of each, which is known by its name: nothing else ties the two.

    Who share a line have one each, of the same name: then by the hours that nobody has changed.
    """
    found = list(_differences(before, after))
    named: dict[str, list[Task]] = {}
    for task in Task.objects.filter(project=project, title__in={one.title for one in found}).order_by("number"):
        named.setdefault(task.title, []).append(task)
    for is_exact in (True, False):
        for one in (one for one in found if one.task is None):
            same = named.get(one.title, [])
            near = [task for task in same if task.description == one.phase] or same
            hours = one.after if is_followed and not one.is_gone else one.before
            fit = [task for task in near if task.estimate_minutes == hours] if is_exact else near
            if fit and (is_exact or len(near) == 1):
                one.task = fit[0]
                same.remove(fit[0])
    return found


def _differences(before: SessionSnapshot, after: SessionSnapshot) -> Iterator[Difference]:
    now = {line["id"]: line for line in lines(after)}
    for line in lines(before):
        left = now.get(line["id"])
        was, is_now = minutes(line), minutes(left) if left else None
        if left is None or was != is_now:
            yield Difference(line["title"] or "Work", line["phase"], was, is_now, is_gone=left is None)
