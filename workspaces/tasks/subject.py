"""Tasks as things to talk about, and who may watch a project's page."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from clients.models import Project
from conversations.subjects import Scope, Subject
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.conversation_subjects import ProjectWorkSubject
from workspaces.models import Task
from workspaces.tasks.people import viewers


class TaskSubject(ProjectWorkSubject):
    kind, noun, model = "task", "task", Task

    def visible_to(self, member: Membership) -> QuerySet[Task]:
        if not member.can(Permission.VIEW_PROJECTS):
            return Task.objects.none()
        return Task.objects.visible_to(member).select_related("project__client", "assigned_to").defer("tsv")

    def viewers(self, row: Task) -> list[Membership]:
        return viewers(row.project)

    def followers(self, row: Task) -> dict[UUID, str]:
        if row.assigned_to_id:
            return {row.assigned_to_id: "assigned"}
        return {row.created_by_id: "added"} if row.created_by_id else {}

    def place(self, row: Task) -> tuple[str, dict[str, Any]]:
        return "task_detail", {"task_id": row.pk}

    def wider_scopes(self, row: Task) -> list[Scope]:
        return [Scope("project", row.project_id, row.project.name)]

    def shown_with(self, row: Task) -> list[tuple[str, UUID]]:
        return [("project", row.project_id)]

    def project_of(self, row: Task) -> Project:
        return row.project


class ProjectSubject(Subject):
    """Told of and talked about are its tasks, papers and requests; it can be muted, or given a pace, with all of them."""

    kind, noun, model = "project", "project", Project
    is_discussed, is_wide = False, True

    def visible_to(self, member: Membership) -> QuerySet[Project]:
        if not member.can(Permission.VIEW_PROJECTS):
            return Project.objects.none()
        return Project.objects.visible_to(member).select_related("client").defer("tsv")

    def viewers(self, row: Project) -> list[Membership]:
        return viewers(row)

    def place(self, row: Project) -> tuple[str, dict[str, Any]]:
        return "project_detail", {"project_id": row.pk}


def may_follow_project(member: Membership, project_id: UUID) -> bool:
    """Whether an open board or list of this member may hear that something changed."""
    projects = Project.objects.visible_to(member).filter(pk=project_id)
    return member.can(Permission.VIEW_PROJECTS) and projects.exists()
