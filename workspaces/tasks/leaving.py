"""Whose open tasks go back to nobody: a member who leaves the firm, or who sees a client no more."""

from django.db.models import F, QuerySet

from clients.models import Client
from organizations.models import Membership
from workspaces.models import ProjectMember, Task, TimeEntry
from workspaces.models.time_entry import TimeEntryQuerySet
from workspaces.timekeeping import timer


def give_back(member: Membership) -> None:
    """Finished tasks and hours stay under their name; a running timer ends here."""
    _unassign(Task.objects.filter(assigned_to=member))
    ProjectMember.objects.filter(member=member).delete()
    _stop(TimeEntry.objects.filter(member=member))


def give_back_of_client(client: Client, members: list[Membership]) -> None:
    _unassign(Task.objects.filter(assigned_to__in=members, project__client=client))
    ProjectMember.objects.filter(member__in=members, project__client=client).delete()
    _stop(TimeEntry.objects.filter(member__in=members, project__client=client))


def _stop(entries: TimeEntryQuerySet) -> None:
    for entry in entries.running():
        timer.stop(entry)


def _unassign(tasks: "QuerySet[Task]") -> None:
    tasks.exclude(status=Task.Status.DONE).update(assigned_to=None, version=F("version") + 1)
