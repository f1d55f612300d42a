"""Do figures agree? Foots and cross-foots inside a table, and cross-references between two."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from workspaces.amounts import digits_of, written
from workspaces.bodies import grid_of
from workspaces.formulas import Place
from workspaces.grids import Grid
from workspaces.models import CrossReference, Tickmark, Workpaper


class Part(NamedTuple):
    """A line, or a total in the place of what it adds up. `begins`: a sum may begin with it."""

    amount: int
    begins: bool


def foot_difference(grid: Grid, place: Place) -> int | None:
    """By how much a figure misses the nearest sum of what stands above it; None where it is no figure.

    Such a sum ends just above the figure, and begins below a heading or a total, with a total (which then runs on), or
    at the top. What an earlier total has added up counts once.
    """
    amount = grid.amount(place)
    if amount is None:
        return None
    return min((amount - total for _, total in _sums(_parts_above(grid, place))), key=abs, default=amount)


def _parts_above(grid: Grid, place: Place) -> list[Part]:
    parts: list[Part] = []
    begins = True
    for row in grid.rows[: grid.row_ids.index(place[0])]:
        amount = grid.amount((row.id, place[1]))
        if row.kind == "total" and amount is not None:
            sums = list(_sums(parts))
            start = next((start for start, total in sums if total == amount), sums[0][0] if sums else 0)
            parts[start:] = [Part(amount, begins=True)]
        elif not row.kind:
            parts.append(Part(amount or 0, begins))
        begins = bool(row.kind)
    return parts


def _sums(parts: list[Part]) -> Iterator[tuple[int, int]]:
    """Where a sum down to the last part may begin, and what it comes to; the shortest first."""
    total = 0
    for start in range(len(parts) - 1, -1, -1):
        total += parts[start].amount
        if parts[start].begins:
            yield start, total


def cross_foot_difference(grid: Grid, place: Place) -> int | None:
    """By how much a figure misses the sum of those to its left."""
    before = grid.columns[: grid.column_ids.index(place[1])]
    return _missing(grid, place, [grid.amount((place[0], column.id)) or 0 for column in before if column.is_figure])


def _missing(grid: Grid, place: Place, parts: Iterable[int]) -> int | None:
    amount = grid.amount(place)
    return None if amount is None else amount - sum(parts)


def rule_difference(grid: Grid, place: Place, rule: str) -> int | None:
    """What a computed mark beside this figure finds; 0 where it holds."""
    return foot_difference(grid, place) if rule == Tickmark.Rule.FOOT else cross_foot_difference(grid, place)


def place_of(cell: str) -> Place:
    row, _, column = cell.partition(".")
    return row, column


@dataclass(frozen=True)
class Tie:
    """One cross-reference seen from one of its ends: the other end, and both amounts as they are now."""

    reference: CrossReference
    cell: str
    other: Workpaper
    other_cell: str
    amount: int | None
    other_amount: int | None

    @property
    def holds(self) -> bool:
        return self.amount is not None and self.amount == self.other_amount

    @property
    def shown_other(self) -> str:
        """The other end's amount, in its own currency's digits."""
        return written(self.other_amount, digits_of(self.other.binder.currency))

    @property
    def problem(self) -> str:
        here = written(self.amount, digits_of(self.other.binder.currency)) or "No figure"
        there = f"{self.shown_other or 'no figure'} on {self.other.reference}"
        return f"{here} here, {there}: the cross-reference has parted."

    @property
    def other_href(self) -> str:
        """The other paper, open at the row the figure stands in."""
        row = place_of(self.other_cell)[0]
        return f"{self.other.get_absolute_url()}?row={row}#row-{row}"


class Figures:
    """Amounts by paper and cell. Each table is read once."""

    def __init__(self) -> None:
        self._grids: dict[object, Grid] = {}

    def amount(self, paper: Workpaper, cell: str) -> int | None:
        if paper.pk not in self._grids:
            self._grids[paper.pk] = grid_of(paper)
        return self._grids[paper.pk].amount(place_of(cell))


def references_of(papers: Iterable[Workpaper]) -> list[CrossReference]:
    """Those that begin or end on one of the papers."""
    ids = [paper.pk for paper in papers]
    out, into = CrossReference.objects.filter(workpaper__in=ids), CrossReference.objects.filter(target__in=ids)
    return list({reference.pk: reference for reference in [*out, *into]}.values())


def ties_of(papers: Iterable[Workpaper]) -> dict[object, list[Tie]]:
    """Paper → its cross-references in both directions, compared. Three queries, however many papers."""
    papers = list(papers)
    references, known = references_of(papers), {paper.pk: paper for paper in papers}
    absent = {pk for r in references for pk in (r.workpaper_id, r.target_id)} - known.keys()
    if absent:
        for paper in Workpaper.objects.filter(pk__in=absent).select_related("binder").defer("tsv"):
            known[paper.pk] = paper
    return compared(papers, references, known, Figures().amount)


def compared(
    papers: Iterable[Workpaper],
    references: Iterable[CrossReference],
    known: Mapping[UUID, Workpaper],
    amount: Callable[[Workpaper, str], int | None],
) -> dict[object, list[Tie]]:
    """Both ends of each reference, as seen from the papers. `known`: every paper that is still in a file."""
    found: dict[object, list[Tie]] = {paper.pk: [] for paper in papers}
    for reference in references:
        near, far = (reference.workpaper_id, reference.cell), (reference.target_id, reference.target_cell)
        if near[0] not in known or far[0] not in known:
            continue
        for (here, cell), (there, other_cell) in ((near, far), (far, near)):
            if here in found:
                amounts = amount(known[here], cell), amount(known[there], other_cell)
                found[here].append(Tie(reference, cell, known[there], other_cell, *amounts))
    return found
