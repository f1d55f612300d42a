"""What can be searched for. An app names its kinds from `AppConfig.ready()`: `kinds.register(TaskKind())`.

A kind says which rows a member may see; everything that is found, counted or suggested starts from there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.search import SearchRank
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import Combinable
from django.utils.safestring import SafeString

from organizations.models import Membership
from search.question import Question


@dataclass(frozen=True)
class Hit:
    """One row as it is offered. `passage` is where the words stand beside its title; the marks are set by `finding`."""

    url: str
    title: str
    place: str = ""
    reference: str = ""
    icon: str = ""
    status: str = ""
    status_kind: str = ""
    passage: str = ""
    marked_title: str = ""

    @property
    def note(self) -> str:
        """The one line below the title where there is no room for two."""
        return self.passage if self.passage and "<mark>" not in self.marked_title else self.place


class Kind:
    """One kind of row. The model has a column `tsv`, made by `words.search_vector`, and a GIN index (organization, tsv)."""

    #: The word in addresses.
    name: ClassVar[str]
    #: The heading, and the word for one.
    label: ClassVar[str]
    icon: ClassVar[str]
    model: ClassVar[type[Model]]
    #: The column in which a word typed wrongly is looked for, if there is one.
    likeness: ClassVar[str] = ""
    #: In so many of the newest: no index helps there.
    compared: ClassVar[int] = 1_000

    def visible_to(self, member: Membership) -> QuerySet[Any]:
        """The rows the member may see, permissions and walls considered: none where the role shows none."""
        raise NotImplementedError

    def among(self, member: Membership, ids: list[UUID]) -> QuerySet[Any]:
        """Of these rows those the member may see."""
        return self.visible_to(member).filter(pk__in=ids)

    def matching(self, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
        return rows.filter(tsv=question.query)

    def newest(self, question: Question, most: int) -> list[UUID]:
        """The newest that match and are seen, at most so many."""
        rows = self.matching(self.visible_to(question.member), question)
        return list(rows.order_by("-pk").values_list("pk", flat=True)[:most])

    def named(self, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
        """Those whose reference was typed: the number or code that stands on the screen."""
        return rows.none()

    def rank(self, question: Question) -> Combinable:
        return SearchRank(F("tsv"), question.query)

    def hit(self, row: Any, passage: SafeString) -> Hit:
        raise NotImplementedError

    def texts(self, rows: list[Any]) -> Mapping[UUID, str]:
        """What the rows say beside their titles, for the passages."""
        return {}

    def prepare(self, rows: list[Any], member: Membership) -> Iterable[Any]:
        """What the hits of a page need beside the rows, asked for once. Rows left out are not shown."""
        return rows


KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    for kind in kinds:
        KINDS[kind.name] = kind
