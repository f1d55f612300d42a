"""The firm's tickmarks: what it starts with, and looking marks up while a paper is read or drawn."""

from collections.abc import Collection
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

from workspaces.models import Binder, Tickmark

STARTING = [
    ("a", "agreed", "Agreed to ledger", ""), ("r", "recalc", "Recalculated", ""),
    ("f", "footed", "Footed", Tickmark.Rule.FOOT), ("x", "cross-footed", "Cross-footed", Tickmark.Rule.CROSS_FOOT),
    ("c", "confirmed", "Confirmed by third party", ""), ("j", "judgement", "Judgement, see note", ""),
    ("e", "exception", "Exception", ""), ("s", "source", "Agreed to source document", ""),
    ("p", "prior", "Agreed to prior year’s file", ""), ("i", "inspected", "Inspected", ""),
]  # fmt: skip


def ensure_legend() -> None:
    """A firm that has never had a mark gets a set to change as it likes."""
    if not Tickmark.with_deleted.exists():
        Tickmark.objects.bulk_create(
            Tickmark(code=code, mark=mark, meaning=meaning, rule=rule, position=position)
            for position, (code, mark, meaning, rule) in enumerate(STARTING, start=1)
        )


def begin(practices: Collection[str], owner: Any) -> None:
    """For a new firm that keeps papers; another one gets its marks with the first paper."""
    if {"accounting", "audit"} & set(practices):
        ensure_legend()


#: What a closed file keeps of each mark.
KEPT = ("code", "mark", "meaning", "rule", "position")


class Legend:
    """The living marks, read once; of a closed file those it was closed with."""

    def __init__(self, binder: Binder | None = None) -> None:
        self.binder = binder

    @cached_property
    def marks(self) -> list[Tickmark]:
        kept = self.binder.legend if self.binder else None
        if kept is not None:
            return [Tickmark(pk=UUID(mark["id"]), **{name: mark[name] for name in KEPT}) for mark in kept]
        return list(Tickmark.objects.order_by("position", "id"))

    def to_keep(self) -> list[dict[str, Any]]:
        return [{"id": str(mark.pk), **{name: getattr(mark, name) for name in KEPT}} for mark in self.marks]

    @cached_property
    def _by_id(self) -> dict[str, Tickmark]:
        return {str(mark.pk): mark for mark in self.marks}

    @cached_property
    def _by_code(self) -> dict[str, Tickmark]:
        return {mark.code.lower(): mark for mark in self.marks}

    @cached_property
    def fingerprint(self) -> str:
        """Another one whenever a mark comes, goes, or says something else."""
        said = "\n".join(f"{mark.pk} {mark.rule} {mark.meaning}" for mark in self.marks)
        return sha256(said.encode()).hexdigest()[:16]

    def get(self, pk: str) -> Tickmark | None:
        return self._by_id.get(pk)

    def kept(self, code: str) -> str:
        """What a body keeps for a typed key: the mark's id, or the key itself behind a question mark."""
        found = self._by_code.get(code.lower().lstrip("?"))
        return str(found.pk) if found else f"?{code.lstrip('?')[:10]}"

    def typed(self, kept: str) -> str:
        """What is typed for a kept mark. One taken out of the legend since is asked for again."""
        found = self.get(kept)
        return found.code if found else kept if kept.startswith("?") else "?gone"
