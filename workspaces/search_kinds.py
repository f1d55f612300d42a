"""Workpapers and projects as things to search for."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from clients.models import Project
from clients.search_kinds import OfClient
from look.dates import written
from organizations.models import Membership
from organizations.permissions import Permission
from search.kinds import Hit
from search.question import Question
from workspaces.models import Workpaper
from workspaces.paper_status import standings
from workspaces.paper_text import KEPT, TEXTS
from workspaces.tasks.subject import ProjectSubject

WRITTEN = {*TEXTS, "text", "note"}


class WorkpaperKind(OfClient):
    name, label, icon, model = "workpapers", "Workpapers", "notebook", Workpaper
    client = "binder__project__client"
    likeness = "title"

    def visible_to(self, member: Membership) -> QuerySet[Workpaper]:
        if not member.can(Permission.VIEW_WORKPAPERS):
            return Workpaper.objects.none()
        return Workpaper.objects.visible_to(member).select_related("binder__project__client").defer("body", "tsv")

    def named(self, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
        """By its words first, which the index knows."""
        return rows.filter(tsv=question.query, reference__iexact=question.text)

    def prepare(self, rows: list[Workpaper], member: Membership) -> list[Workpaper]:
        for standing in standings(rows):
            standing.paper.standing = standing.status  # type: ignore[attr-defined]
        return rows

    def texts(self, rows: list[Workpaper]) -> dict[UUID, str]:
        bodies = Workpaper.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "body")
        return {pk: " ".join(_written(body)) for pk, body in bodies}

    def hit(self, row: Any, passage: SafeString) -> Hit:
        binder = row.binder
        place = f"{binder.project.client or binder.project.name}, {written(binder.period_end, 'date')}"
        return Hit(row.get_absolute_url(), row.title, place, row.reference, self.icon, row.standing, passage=passage)


class ProjectKind(OfClient):
    name, label, icon, model = "projects", "Projects", "layout-kanban", Project
    likeness = "name"

    def visible_to(self, member: Membership) -> QuerySet[Project]:
        return ProjectSubject().visible_to(member)

    def texts(self, rows: list[Project]) -> dict[UUID, str]:
        return {row.pk: row.description for row in rows}

    def hit(self, row: Project, passage: SafeString) -> Hit:
        address = reverse("project_detail", kwargs={"project_id": row.pk})
        place = str(row.client or "The firm itself")
        return Hit(address, row.name, place, icon=self.icon, status=row.status, status_kind="project", passage=passage)


def _written(body: Any) -> Iterator[str]:
    """What a person reads in a paper's body: its prose, and the words of a grid or a checklist."""
    if isinstance(body, dict):
        for name, part in body.items():
            if isinstance(part, str) and name in WRITTEN:
                yield KEPT.sub("", part)
            else:
                yield from _written(part)
    elif isinstance(body, list):
        for part in body:
            yield from _written(part)
