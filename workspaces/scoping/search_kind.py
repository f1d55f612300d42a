"""Scoping sessions as things to search for: by what is written in them, a tag, their client's name, or S-12."""

import re
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from clients.search_kinds import OfClient, either
from organizations.models import Membership
from search.kinds import Hit
from search.question import Question
from workspaces.models import ScopingSession
from workspaces.models.scoping_session import COLUMNS
from workspaces.scoping.subject import ScopingSubject

REFERENCE = re.compile(r"s[-\s]?0*([1-9]\d{0,8})", re.IGNORECASE)
#: What a passage is taken from: prose, and the words of the lists.
PROSE = ("problem", "outcome", "source")
LISTS = (
    ("structuring", "nodes", "text"),
    ("sow", "sections", "text"),
    ("loe", "phases", "title"),
    ("loe", "lines", "title"),
)


class ScopingKind(OfClient):
    name, label, icon, model = "sessions", "Scoping sessions", "ruler-2", ScopingSession
    likeness = "title"

    def visible_to(self, member: Membership) -> QuerySet[ScopingSession]:
        return ScopingSubject().visible_to(member)

    def matching(self, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
        """By a tag, too, which is one word or several."""
        worded = super().matching(ScopingSession.objects.all(), question)
        tagged = ScopingSession.objects.filter(tags__contains=[question.text.lower()])
        return rows.filter(pk__in=either(worded, tagged))

    def named(self, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
        typed = REFERENCE.fullmatch(question.text)
        return rows.filter(id=int(typed[1])) if typed else rows.none()

    def texts(self, rows: list[ScopingSession]) -> dict[UUID, str]:
        documents = ScopingSession.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", *COLUMNS.values())
        return {pk: _written(dict(zip(COLUMNS, parts, strict=True))) for pk, *parts in documents}

    def hit(self, row: Any, passage: SafeString) -> Hit:
        place = ", ".join(filter(None, [row.client.name if row.client else "No client yet", *row.tags[:3]]))
        return Hit(row.get_absolute_url(), row.title, place, row.reference, self.icon, passage=passage)


def _written(document: dict[str, Any]) -> str:
    said = [document["structuring"].get(name, "") for name in PROSE]
    said += [row.get(field, "") for part, name, field in LISTS for row in document[part].get(name, [])]
    return " ".join(filter(None, said))
