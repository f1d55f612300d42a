"""A paper as it is shown: figures computed, marks with what they found, ties with the other end's amount."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from look.templatetags.look import mark as draw_mark
from look.templatetags.look import ref as draw_ref
from workspaces import bodies, formulas, paper_text
from workspaces.amounts import digits_of, written
from workspaces.cited import newer_problem
from workspaces.content_problems import ShownTick, cited_in, found_tick, gone_of, problems_in
from workspaces.formulas import BadFormula
from workspaces.grids import Cell, Column, Row
from workspaces.legends import Legend
from workspaces.models import Tickmark, Workpaper
from workspaces.tie_out import Tie


@dataclass(frozen=True)
class ShownCell:
    column: Column
    place: str
    value: str
    problem: str = ""
    formula: str = ""
    ticks: list[ShownTick] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)


@dataclass(frozen=True)
class ShownRow:
    id: str
    kind: str
    number: int
    cells: list[ShownCell]

    @property
    def ties(self) -> list[Tie]:
        return [tie for cell in self.cells for tie in cell.ties]


class Drawing:
    """How marks and references are drawn: here for the firm's pages, which have a sprite and addresses."""

    def mark(self, mark: Tickmark, label: str = "", *, is_bad: bool = False) -> SafeString:
        return draw_mark(mark.mark, label or mark.meaning, turn="late" if is_bad else "")

    def ref(self, paper: Workpaper) -> SafeString:
        return draw_ref(paper.reference, paper.get_absolute_url())


class Sheet:
    def __init__(
        self,
        paper: Workpaper,
        legend: Legend,
        papers: Iterable[Workpaper],
        ties: Iterable[Tie],
        *,
        drawing: Drawing | None = None,
        newer: int = 0,
    ) -> None:
        """`newer`: the number of a version of the cited document that nobody has looked at."""
        self.paper, self.legend, self.drawing = paper, legend, drawing or Drawing()
        self.papers = {str(other.pk): other for other in papers}
        self.ties, self.newer = list(ties), newer
        self.grid = bodies.grid_of(paper)
        self.digits = digits_of(paper.binder.currency)

    # The grid

    @cached_property
    def rows(self) -> list[ShownRow]:
        return self.rows_at(range(len(self.grid.rows)))

    def rows_at(self, places: Iterable[int]) -> list[ShownRow]:
        """Some rows of a long table, drawn as they stand in the whole."""
        return [self._row(self.grid.rows[place], place + 1) for place in places]

    @cached_property
    def _ties_at(self) -> dict[str, list[Tie]]:
        found: dict[str, list[Tie]] = {}
        for tie in self.ties:
            found.setdefault(tie.cell, []).append(tie)
        return found

    def _row(self, row: Row, number: int) -> ShownRow:
        return ShownRow(row.id, row.kind, number, [self._cell(row, column) for column in self.grid.columns])

    def _cell(self, row: Row, column: Column) -> ShownCell:
        cell, place = row.cells.get(column.id, Cell()), (row.id, column.id)
        value = self.grid.values.get(place) if column.is_figure else None
        problem = str(value) if isinstance(value, BadFormula) else ""
        return ShownCell(
            column,
            f"{row.id}.{column.id}",
            self.amount(value if isinstance(value, int) else None) if column.is_figure else cell.text,
            problem,
            formulas.shown(cell.formula, self.grid.row_ids, self.grid.column_ids),
            [found_tick(self.grid, self.legend, tick, place) for tick in cell.ticks],
            self._ties_at.get(f"{row.id}.{column.id}", []),
        )

    def amount(self, minor: int | None) -> str:
        return written(minor, self.digits, whole=self.grid.is_whole)

    @cached_property
    def ticked_columns(self) -> set[str]:
        return {column for row in self.grid.rows for column, cell in row.cells.items() if cell.ticks}

    @property
    def has_ties(self) -> bool:
        return bool(self.ties)

    # The texts

    @property
    def texts(self) -> dict[str, SafeString]:
        return {name: self.drawn(self.paper.body.get(name, "")) for name in paper_text.TEXTS}

    @property
    def items(self) -> list[dict[str, Any]]:
        return [
            {
                **item,
                "said": bodies.ANSWERS.get(item.get("answer", ""), ""),
                "note_html": self.drawn(item.get("note", "")),
            }
            for item in self.paper.body.get("items", [])
        ]

    def drawn(self, text: str) -> SafeString:
        return paper_text.drawn(text, self._stand_in) if text else SafeString("")

    def _stand_in(self, kind: str, pk: str) -> SafeString:
        if kind == "tick":
            found = self.legend.get(pk)
            return self.drawing.mark(found) if found else _missing("a mark that is no longer in the legend")
        other = self.papers.get(pk)
        return self.drawing.ref(other) if other else _missing("a paper that was removed")

    def place_name(self, anchor: str) -> str:
        """The line a note is about, as it is numbered now."""
        rows = {row.id: f"Row {number}" for number, row in enumerate(self.grid.rows, start=1)}
        steps = {item["id"]: f"Step {number}" for number, item in enumerate(self.paper.body.get("items", []), start=1)}
        return (rows | steps).get(anchor, "A line that was removed") if anchor else ""

    # What stands at the foot of the paper, and what keeps it from being signed

    @cached_property
    def marks(self) -> list[Tickmark]:
        """The legend of this paper: the marks it uses, in the firm's order."""
        used = set(bodies.tick_ids(self.paper.body))
        return [mark for mark in self.legend.marks if str(mark.pk) in used]

    @cached_property
    def problems(self) -> list[str]:
        parted = [tie.problem for tie in self.ties if not tie.holds]
        gone = gone_of(cited_in(self.paper.body), self.papers)
        newer = [newer_problem(self.newer)] if self.newer else []
        return [*problems_in(self.paper, self.grid, self.legend), *newer, *gone, *parted]


def _missing(words: str) -> SafeString:
    return format_html('<span class="tk-late">[{}]</span>', words)
