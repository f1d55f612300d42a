"""Do figures agree? Foots and cross-foots inside a table, and cross-references between two."""

from collections.abc import Iterable
from dataclasses import dataclass

from workspaces.amounts import digits_of, written
from workspaces.bodies import grid_of
from workspaces.formulas import Place
from workspaces.grids import Grid
from workspaces.models import CrossReference, Tickmark, Workpaper


def foot_difference(grid: Grid, place: Place) -> int | None:
    """By how much a figure misses the sum of those above it; None where it is no figure."""
    row_id, column = place
    at = grid.row_ids.index(row_id)
    block: list[int] = []
    for row in reversed(grid.rows[:at]):
        if row.kind:  # a subtotal or a heading: the block starts below it
            break
        block.append(grid.amount((row.id, column)) or 0)
    else:
        return _missing(grid, place, block)
    if not block:  # a total of totals
        block = [grid.amount((row.id, column)) or 0 for row in grid.rows[:at] if row.kind == "total"]
    return _missing(grid, place, block)


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
    def difference(self) -> int:
        return (self.amount or 0) - (self.other_amount or 0)


def ties_of(papers: Iterable[Workpaper]) -> dict[object, list[Tie]]:
    """Paper → its cross-references in both directions, compared. Three queries, however many papers."""
    papers = list(papers)
    known = {paper.pk: paper for paper in papers}
    out = CrossReference.objects.filter(workpaper__in=known)
    into = CrossReference.objects.filter(target__in=known)
    references = {reference.pk: reference for reference in [*out, *into]}.values()
    absent = {pk for r in references for pk in (r.workpaper_id, r.target_id)} - known.keys()
    if absent:
        for paper in Workpaper.objects.filter(pk__in=absent).select_related("binder").defer("tsv"):
            known[paper.pk] = paper
    graphs = {r_id: grid_of(known[r_id]) for r in references for r_id in (r.workpaper_id, r.target_id) if r_id in known}
    found: dict[object, list[Tie]] = {paper.pk: [] for paper in papers}
    for reference in references:
        near, far = (reference.workpaper_id, reference.cell), (reference.target_id, reference.target_cell)
        for (here, cell), (there, other_cell) in ((near, far), (far, near)):
            if here in found and there in known:
                amounts = graphs[here].amount(place_of(cell)), graphs[there].amount(place_of(other_cell))
                found[here].append(Tie(reference, cell, known[there], other_cell, *amounts))
    return found
