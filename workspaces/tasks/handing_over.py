"""Tasks and the lead of projects, given to another member."""

from collections import defaultdict

from django.db.models import F, QuerySet

from clients.models import Project
from organizations.models import Membership
from organizations.open_work import Work
from organizations.permissions import Permission
from workspaces.models import Task
from workspaces.tasks import telling


def open_tasks(member: Membership) -> "QuerySet[Task]":
    return Task.objects.open().filter(assigned_to=member).select_related("project")


def give_tasks(tasks: list[Task], to: Membership, by: Membership) -> None:
    """They hear of it once for each project."""
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(assigned_to=to, version=F("version") + 1)
    of_project = defaultdict(list)
    for task in tasks:
        of_project[task.project_id].append(task)
        telling.changed(task)
    for theirs in of_project.values():
        telling.many_assigned(theirs, to, by=by)


def led_projects(member: Membership) -> "QuerySet[Project]":
    return Project.objects.exclude(status=Project.Status.DONE).filter(lead=member)


def give_lead(projects: list[Project], to: Membership, by: Membership) -> None:
    Project.objects.filter(pk__in=[project.pk for project in projects]).update(lead=to)


TASKS = Work("open task", "open tasks", Permission.VIEW_PROJECTS, open_tasks, give_tasks)
LEADS = Work("project to lead", "projects to lead", Permission.VIEW_PROJECTS, led_projects, give_lead)
