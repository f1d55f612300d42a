"""Whose open tasks go back to nobody: a member who leaves the firm, or who sees a client or a project no more."""

from collections.abc import Collection

from django.db.models import F, QuerySet

from clients.models import Client, Project
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.models import ProjectMember, Task, TimeEntry
from workspaces.models.time_entry import TimeEntryQuerySet
from workspaces.timekeeping import timer


def give_back(member: Membership) -> None:
    """Finished tasks and hours stay under their name; a running timer ends here."""
    _unassign(Task.objects.filter(assigned_to=member))
    ProjectMember.objects.filter(member=member).delete()
    _stop(TimeEntry.objects.filter(member=member))


def give_back_of_clients(clients: Collection[Client], members: Collection[Membership]) -> None:
    _give_back(Project.with_deleted.filter(client__in=clients), members)


def give_back_of_project(project: Project, members: list[Membership]) -> None:
    _give_back(Project.with_deleted.filter(pk=project.pk), members)


def lose(member: Membership, lost: frozenset[Permission]) -> None:
    """Who may not see projects any more has no open task, leads none and works on none."""
    if Permission.VIEW_PROJECTS in lost:
        _give_back(Project.with_deleted.all(), [member])


def _give_back(projects: "QuerySet[Project]", members: Collection[Membership]) -> None:
    projects.exclude(status=Project.Status.DONE).filter(lead__in=members).update(lead=None)
    _unassign(Task.objects.filter(assigned_to__in=members, project__in=projects))
    ProjectMember.objects.filter(member__in=members, project__in=projects).delete()
    _stop(TimeEntry.objects.filter(member__in=members, project__in=projects))


def _stop(entries: TimeEntryQuerySet) -> None:
    for entry in entries.running():
        timer.stop(entry)


def _unassign(tasks: "QuerySet[Task]") -> None:
    tasks.exclude(status=Task.Status.DONE).update(assigned_to=None, version=F("version") + 1)
