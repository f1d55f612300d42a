"""Projects into the trash with their tasks, and out again with exactly those."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from clients.models import Project, RequestList
from conversations.live.topics import publish
from organizations.models import Membership
from workspaces.models import Binder, Task
from workspaces.tasks import places
from workspaces.timekeeping import timer


class TrashRefused(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def put_into_trash(project: Project) -> int:
    """How many tasks went along. What clients see or auditors sign keeps a project where it is."""
    places.lock(project.pk)
    if held := _holding(project):
        raise TrashRefused(f"“{project.name}” has {held}, which {project.name} holds together. Mark it done instead.")
    for entry in project.time_entries.running():
        timer.stop(entry)
    moment = timezone.now()
    count: int = Task.objects.filter(project=project).update(deleted_at=moment)
    Project.objects.filter(pk=project.pk).update(deleted_at=moment)
    publish("project", project.pk)
    return count


def _holding(project: Project) -> str:
    counts = {
        "binder": Binder.objects.filter(project=project).count(),
        "request list": RequestList.objects.filter(project=project).count(),
    }
    return " and ".join(f"{count} {noun}{'' if count == 1 else 's'}" for noun, count in counts.items() if count)


@transaction.atomic
def restore(project: Project) -> str:
    """The name it has again: another project may have taken it meanwhile, then a number is put behind it."""
    places.lock(project.pk)
    name = free_name(project.name)
    Task.with_deleted.filter(project=project, deleted_at=project.deleted_at).update(deleted_at=None)
    Project.with_deleted.filter(pk=project.pk).update(deleted_at=None, name=name)
    return name


def free_name(name: str) -> str:
    number, wanted = 1, name
    while Project.objects.filter(name__iexact=wanted).exists():
        number += 1
        wanted = f"{name[:190]} ({number})"
    return wanted


def in_trash(member: Membership) -> "QuerySet[Project]":
    return Project.with_deleted.visible_to(member).exclude(deleted_at=None)
