"""Projects into the trash with their tasks, empty lists and empty binders, and out again with exactly those."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clients.models import InformationRequest, Project, RequestList
from conversations.live.topics import publish
from organizations.models import Membership
from workspaces.models import Binder, Task, Workpaper
from workspaces.tasks import places
from workspaces.timekeeping import timer


class TrashRefused(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def put_into_trash(project: Project) -> int:
    """How many tasks went along. What clients are asked or auditors sign keeps a project where it is."""
    places.lock(project.pk)
    if held := _holding(project):
        raise TrashRefused(f"“{project.name}” has {held}, which {project.name} holds together. Mark it done instead.")
    for entry in project.time_entries.running():
        timer.stop(entry)
    moment = timezone.now()
    count: int = Task.objects.filter(project=project).update(deleted_at=moment)
    for empty in (_lists(project, with_requests=False), _binders(project, with_papers=False)):
        empty.update(deleted_at=moment)
    Project.objects.filter(pk=project.pk).update(deleted_at=moment)
    publish("project", project.pk)
    return count


def _holding(project: Project) -> str:
    """A list with requests, whatever became of them, and a binder with papers, or locked."""
    counts = {
        ("binder", "with papers"): _binders(project, with_papers=True).count(),
        ("request list", "with requests"): _lists(project, with_requests=True).count(),
    }
    held = [f"{count} {noun}{'' if count == 1 else 's'} {what}" for (noun, what), count in counts.items() if count]
    return " and ".join(held)


def _lists(project: Project, *, with_requests: bool) -> "QuerySet[RequestList]":
    asked = Exists(InformationRequest.with_deleted.filter(request_list=OuterRef("pk")))
    return RequestList.objects.filter(asked if with_requests else ~asked, project=project)


def _binders(project: Project, *, with_papers: bool) -> "QuerySet[Binder]":
    filled = Q(Exists(Workpaper.with_deleted.filter(binder=OuterRef("pk")))) | Q(locked_at__isnull=False)
    return Binder.objects.filter(filled if with_papers else ~filled, project=project)


@transaction.atomic
def restore(project: Project) -> str:
    """The name it has again: another project may have taken it meanwhile, then a number is put behind it."""
    places.lock(project.pk)
    name = free_name(project.name)
    for kind in (Task, RequestList, Binder):
        kind.with_deleted.filter(project=project, deleted_at=project.deleted_at).update(deleted_at=None)
    Project.with_deleted.filter(pk=project.pk).update(deleted_at=None, name=name)
    publish("project", project.pk)
    return name


def free_name(name: str) -> str:
    number, wanted = 1, name
    while Project.objects.filter(name__iexact=wanted).exists():
        number += 1
        wanted = f"{name[:190]} ({number})"
    return wanted


def in_trash(member: Membership) -> "QuerySet[Project]":
    return Project.with_deleted.visible_to(member).exclude(deleted_at=None)
