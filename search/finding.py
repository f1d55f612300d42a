"""Asking the kinds. Counts stop at a number nobody reads past, so that a common word costs no more than a rare one."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import QuerySet

from search.excerpts import marked, passage
from search.kinds import KINDS, Hit, Kind
from search.question import Question

MOST_COUNTED = 1_000
#: Of so many of the newest the best come first.
RANKED = 200
FEW = 5
PAGE = 25
MOST_NAMED = 6
#: How alike two words are, from 0 to 1, for the one to be meant by the other.
ALIKE = 0.45


@dataclass
class Group:
    """What was found of one kind."""

    kind: Kind
    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    older: str = ""

    @property
    def shown_count(self) -> str:
        return in_words(self.count)


def in_words(count: int) -> str:
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


def kinds_for(question: Question) -> list[Kind]:
    return list(KINDS.values()) if question.words else []


def overview(question: Question, *, few: int = FEW) -> list[Group]:
    """Of every kind the best few, and how many there are; kinds in which nothing was found are left out."""
    found = (_best(kind, question, few) for kind in kinds_for(question))
    return [group for group in found if group.count]


def named(question: Question) -> list[Hit]:
    """Rows whose reference is exactly what was typed."""
    found: list[Hit] = []
    for kind in kinds_for(question):
        rows = kind.named(kind.visible_to(question.member), question)
        found += hits(kind, list(rows.order_by("-pk")[:MOST_NAMED]), question)
    return found[:MOST_NAMED]


def page(question: Question, kind: Kind, *, before: UUID | None = None) -> Group:
    """Everything of one kind, newest first, from the row before this one."""
    rows = _found(kind, question)
    count = _count(rows)
    if before:
        rows = rows.filter(pk__lt=before)
    shown = list(rows.order_by("-pk")[: PAGE + 1])
    older = str(shown[PAGE - 1].pk) if len(shown) > PAGE else ""
    return Group(kind, hits(kind, shown[:PAGE], question), count, older)


def counts(question: Question) -> list[Group]:
    groups = (Group(kind, count=len(kind.newest(question, MOST_COUNTED + 1))) for kind in kinds_for(question))
    return [group for group in groups if group.count]


def meant(question: Question) -> list[Group]:
    """For words that are nowhere: rows with a name like them, each kind by how alike."""
    groups = []
    for kind in kinds_for(question):
        if kind.likeness:
            alike = TrigramWordSimilarity(question.text, kind.likeness)
            rows = kind.visible_to(question.member).annotate(alike=alike).filter(alike__gte=ALIKE)
            groups.append(Group(kind, hits(kind, list(rows.order_by("-alike", "-pk")[:3]), question)))
    return [group for group in groups if group.hits]


def hits(kind: Kind, rows: list[Any], question: Question) -> list[Hit]:
    prepared: Iterable[Any] = kind.prepare(rows, question.member) if rows else []
    texts = kind.texts(rows) if rows else {}
    found = (kind.hit(row, passage(texts.get(row.pk, ""), question.marks)) for row in prepared)
    return [replace(hit, marked_title=marked(hit.title, question.marks)) for hit in found]


def _best(kind: Kind, question: Question, few: int) -> Group:
    ids = kind.newest(question, MOST_COUNTED + 1)
    if not ids:
        return Group(kind)
    ranked = kind.among(question.member, ids[:RANKED]).annotate(rank=kind.rank(question))
    rows = list(ranked.order_by("-rank", "-pk")[:few])
    return Group(kind, hits(kind, rows, question), len(ids))


def _found(kind: Kind, question: Question) -> QuerySet[Any]:
    return kind.matching(kind.visible_to(question.member), question)


def _count(rows: QuerySet[Any]) -> int:
    return rows.order_by()[: MOST_COUNTED + 1].count()
