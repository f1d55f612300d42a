"""What is wrong in what a paper says, taken by itself: formulas, marks, names in its texts, steps without an answer."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from workspaces import bodies, paper_text
from workspaces.amounts import written
from workspaces.formulas import BadFormula, Place
from workspaces.grids import Column, Grid, Row
from workspaces.legends import Legend
from workspaces.models import Tickmark, Workpaper
from workspaces.tie_out import rule_difference


@dataclass(frozen=True)
class ShownTick:
    """`problem` in words where the mark is undefined, or says what the figures do not."""

    mark: Tickmark | None
    kept: str
    problem: str = ""

    @property
    def label(self) -> str:
        meaning = self.mark.meaning if self.mark else f"Undefined mark {self.kept.lstrip('?')}"
        return f"{meaning}: {self.problem}" if self.problem and self.mark else meaning


def found_tick(grid: Grid, legend: Legend, kept: str, place: Place) -> ShownTick:
    """A mark beside a figure, and what it finds there."""
    mark = legend.get(kept)
    if mark is None:
        return ShownTick(None, kept, "It is not in the legend.")
    missing = rule_difference(grid, place, mark.rule) if mark.rule else 0
    if missing is None:
        return ShownTick(mark, kept, "There is no figure to add up to.")
    return ShownTick(mark, kept, f"out by {written(missing, grid.digits)}" if missing else "")


def problems_in(paper: Workpaper, grid: Grid, legend: Legend) -> list[str]:
    """Sentences; empty where nothing keeps the content from being signed."""
    body = paper.body
    found = list(_in_grid(grid, legend))
    if paper.document_id and "cited" not in body:
        found.append("It cites a document without saying which version. Choose one.")
    for text in bodies.texts(body):
        found += [f"{words} is neither a mark nor a paper." for words in paper_text.unknown_in(text)]
        gone = sum(1 for pk in paper_text.ticks_in(text) if not legend.get(pk))
        found += ["The text uses a mark that is no longer in the legend."] * gone
    unanswered = sum(1 for item in body.get("items", []) if item["text"] and not item["answer"])
    return [*found, *([f"{unanswered} of the checklist not answered."] if unanswered else [])]


def cited_in(body: dict[str, Any]) -> list[str]:
    """The papers that the texts name, by id."""
    return sorted({pk for text in bodies.texts(body) for pk in paper_text.papers_in(text)})


def gone_of(cited: Iterable[str], papers: Container[str]) -> list[str]:
    """A sentence for each paper that is named and no longer in the file."""
    return ["The text names a paper that was removed." for pk in cited if pk not in papers]


def _in_grid(grid: Grid, legend: Legend) -> Iterator[str]:
    for number, row in enumerate(grid.rows, start=1):
        for column in grid.columns:
            for said in _in_cell(grid, legend, row, column):
                yield f"Row {number}, {column.title}: {said}"


def _in_cell(grid: Grid, legend: Legend, row: Row, column: Column) -> Iterator[str]:
    """Only a formula or a mark can be wrong: the leads of a large ledger have thousands of cells with neither."""
    cell, place = row.cells.get(column.id), (row.id, column.id)
    if cell is None:
        return
    if cell.formula and column.is_figure and isinstance(value := grid.values[place], BadFormula):
        yield str(value)
    for kept in cell.ticks:
        tick = found_tick(grid, legend, kept, place)
        if tick.problem:
            yield f"{tick.label}."
