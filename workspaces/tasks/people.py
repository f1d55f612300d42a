"""Who may see a project: they can be assigned its tasks and told of them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from clients import project_access
from clients.models import Project
from organizations.models import Membership
from organizations.permissions import Permission


def viewers(project: Project) -> list[Membership]:
    """The active members who see the project, by name: `Project.visible_to`, asked the other way round."""
    return project_access.viewers(project, Permission.VIEW_PROJECTS)


def assignable(project: Project, now: UUID | None = None) -> "QuerySet[Membership]":
    """The viewers, and whoever is assigned now."""
    able = [member.pk for member in viewers(project)]
    return Membership.objects.filter(Q(pk__in=able) | Q(pk=now)).order_by("display_name", "id")
