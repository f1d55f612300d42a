"""Who may see a project: they can be assigned its tasks and told of them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from clients.conversation_subjects import viewers_of
from clients.models import Project
from organizations.models import Membership
from organizations.permissions import Permission


def viewers(project: Project) -> list[Membership]:
    """The active members who see the project, by name: `Project.visible_to`, asked the other way round."""
    if project.client is not None:
        return viewers_of(project.client, Permission.VIEW_PROJECTS)
    members = Membership.objects.active().select_related("organization").with_roles()
    return [member for member in members.order_by("display_name", "id") if member.can(Permission.VIEW_PROJECTS)]


def assignable(project: Project, now: UUID | None = None) -> "QuerySet[Membership]":
    """The viewers, and whoever is assigned now."""
    able = [member.pk for member in viewers(project)]
    return Membership.objects.filter(Q(pk__in=able) | Q(pk=now)).order_by("display_name", "id")
