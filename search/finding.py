"""Asking the kinds. Counts stop at a number nobody reads past, so that a common word costs no more than a rare one."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Coalesce

from search.excerpts import marked, passage
from search.kinds import KINDS, Hit, Kind
from search.question import Question
from search.typing_errors import are_meant

MOST_COUNTED = 1_000
#: Of so many of the newest the best come first.
RANKED = 200
FEW = 5
PAGE = 25
MOST_NAMED = 6
#: How alike two names are, from 0 to 1, for the one to be offered where nothing else was found; and to be read letter by
#: letter, so many of a kind.
ALIKE = 0.45
LOOKED_AT, MOST_LOOKED_AT = 0.25, 100
OLDEST = Value(UUID(int=0), output_field=UUIDField())
#: What is shorter is like too much.
SHORTEST_ALIKE = 4
#: So many are offered of each kind, and of all together.
MOST_ALIKE, MOST_MEANT = 3, 9


@dataclass
class Group:
    """What was found of one kind."""

    kind: Kind
    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    older: str = ""
    #: The first of those that were found.
    ids: list[UUID] = field(default_factory=list)

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
    return Group(kind, hits(kind, shown[:PAGE], question), count, older, [row.pk for row in shown])


def counts(question: Question) -> list[Group]:
    groups = (Group(kind, count=len(kind.newest(question, MOST_COUNTED + 1))) for kind in kinds_for(question))
    return [group for group in groups if group.count]


def meant(question: Question, kinds: Iterable[Kind], found: Iterable[Group], *, few: int = FEW) -> list[Hit]:
    """For words typed wrongly: rows whose names they were meant for. Of kinds in which many are found, none."""
    if len(question.text) < SHORTEST_ALIKE:
        return []
    exact = {group.kind.name: group for group in found if group.count}
    asked = [(kind, exact.get(kind.name) or Group(kind)) for kind in kinds if kind.likeness]
    hope = not exact
    poor = [(kind, group) for kind, group in asked if group.count < few]
    alike = [pair for kind, group in poor for pair in _alike(kind, group, question, is_last_hope=hope)]
    return [hit for _, hit in sorted(alike, key=lambda pair: -pair[0])[:MOST_MEANT]]


def _alike(kind: Kind, exact: Group, question: Question, *, is_last_hope: bool) -> list[tuple[float, Hit]]:
    """Beside those that have the very words, which are offered already. Of the few that are like, those the member sees."""
    everything: QuerySet[Any] = kind.model._default_manager.all()
    oldest = Coalesce(Subquery(everything.order_by("-pk").values("pk")[kind.compared : kind.compared + 1]), OLDEST)
    # By a key to begin at: of rows named by “in”, PostgreSQL compares all others, too, before it leaves them out.
    rows = everything.filter(pk__gte=oldest).annotate(alike=TrigramWordSimilarity(question.text, kind.likeness))
    others = rows.filter(alike__gte=LOOKED_AT).exclude(pk__in=exact.ids).order_by("-alike", "-pk")
    by_id = {
        pk: alike
        for pk, text, alike in others.values_list("pk", kind.likeness, "alike")[:MOST_LOOKED_AT]
        if are_meant(question.words, text) or (is_last_hope and alike >= ALIKE)
    }
    seen = sorted(kind.among(question.member, list(by_id)), key=lambda row: -by_id[row.pk]) if by_id else []
    prepared = kind.prepare(seen[:MOST_ALIKE], question.member)
    return [(by_id[row.pk], _marked(kind.hit(row, passage("", [])), question)) for row in prepared]


def hits(kind: Kind, rows: list[Any], question: Question) -> list[Hit]:
    prepared: Iterable[Any] = kind.prepare(rows, question.member) if rows else []
    texts = kind.texts(rows) if rows else {}
    found = (kind.hit(row, passage(texts.get(row.pk, ""), question.marks)) for row in prepared)
    return [_marked(hit, question) for hit in found]


def _marked(hit: Hit, question: Question) -> Hit:
    return replace(hit, marked_title=marked(hit.title, question.marks))


def _best(kind: Kind, question: Question, few: int) -> Group:
    ids = kind.newest(question, MOST_COUNTED + 1)
    if not ids:
        return Group(kind)
    ranked = kind.among(question.member, ids[:RANKED]).annotate(rank=kind.rank(question))
    rows = list(ranked.order_by("-rank", "-pk")[:few])
    return Group(kind, hits(kind, rows, question), len(ids), ids=ids[:few])


def _found(kind: Kind, question: Question) -> QuerySet[Any]:
    return kind.matching(kind.visible_to(question.member), question)


def _count(rows: QuerySet[Any]) -> int:
    return rows.order_by()[: MOST_COUNTED + 1].count()
