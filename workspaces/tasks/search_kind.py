"""Tasks as things to search for: by their words, their client's name, or T-12."""

import re
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from clients.search_kinds import OfClient
from organizations.models import Membership
from search.kinds import Hit
from search.question import Question
from workspaces.models import Task
from workspaces.tasks.subject import TaskSubject

REFERENCE = re.compile(r"t[-\s]?0*([1-9]\d{0,6})", re.IGNORECASE)


class TaskKind(OfClient):
    name, label, icon, model = "tasks", "Tasks", "list-check", Task
    likeness = "title"
    client = "project__client"

    def visible_to(self, member: Membership) -> QuerySet[Task]:
        return TaskSubject().visible_to(member)

    def named(self, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
        typed = REFERENCE.fullmatch(question.text)
        return rows.filter(number=int(typed[1])) if typed else rows.none()

    def texts(self, rows: list[Task]) -> dict[UUID, str]:
        return {row.pk: row.description for row in rows}

    def hit(self, row: Any, passage: SafeString) -> Hit:
        project = row.project
        place = f"{project.client}, {project.name}" if project.client else project.name
        return Hit(row.get_absolute_url(), row.title, place, row.reference, self.icon, row.status, passage=passage)
