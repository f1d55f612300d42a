"""What becomes of a paper's content in the next period: the work is asked for again, last year's figures stand beside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from workspaces import grids, paper_text
from workspaces.bodies import grid_of
from workspaces.formulas import KEPT
from workspaces.grids import Cell, Column, Grid, Row
from workspaces.models import Workpaper

PRIOR = re.compile(r"\b(last|prior|previous|preceding) (year|period)\b|\bcomparatives?\b|\bPY\b", re.IGNORECASE)
CURRENT = re.compile(r"\b(this|current) (year|period)\b|\bCY\b", re.IGNORECASE)
FINAL = re.compile(r"\b(audited|adjusted|final|closing)\b(?! entr)", re.IGNORECASE)


@dataclass(frozen=True)
class Years:
    """From which period's end to which."""

    before: date
    after: date

    def moved(self, title: str) -> str:
        """“Audited 2025” is “Audited 2026” a year on, and “2024” is “2025”."""
        by = self.after.year - self.before.year
        years = {str(year): str(year + by) for year in (self.before.year, self.before.year - 1)}
        return re.sub(r"(?<![0-9])[0-9]{4}(?![0-9])", lambda found: years.get(found[0], found[0]), title)


@dataclass(frozen=True)
class Shift:
    """Which column's figures become last year's; None where the table has no such pair of columns."""

    current: Column
    prior: Column


def shift_of(grid: Grid, ends: date) -> Shift | None:
    """By the headings: “Last year” or the year before beside “This year”, the period's own year, or what is final."""
    figures = [column for column in grid.columns if column.is_figure]
    last_year, this_year = str(ends.year - 1), str(ends.year)
    prior = next(
        (c for c in figures if PRIOR.search(c.title) or (last_year in c.title and this_year not in c.title)), None
    )
    others = [column for column in figures if column != prior]
    if prior is None or not others:
        return None
    named = [c for c in others if CURRENT.search(c.title) or this_year in c.title]
    final = [c for c in others if FINAL.search(c.title)]
    return Shift((named or final or others)[-1], prior)


def carried_body(paper: Workpaper, years: Years, ids: Mapping[str, str]) -> dict[str, Any]:
    """Purpose and programme stay; conclusion, marks, answers and figures do not. `ids`: papers of the old file → new."""
    body: dict[str, Any] = {
        name: _renamed(text, ids) for name, text in paper.body.items() if name in ("purpose", "work")
    }
    if cited := paper.body.get("cited"):
        body["cited"] = cited
    if paper.kind == Workpaper.Kind.LEAD:
        return {**body, "grid": grids.written(_emptied_lead(grid_of(paper)))}
    if paper.has_grid:
        body["grid"] = grids.written(carried_grid(grid_of(paper), years))
    if items := paper.body.get("items"):
        body["items"] = [{"id": item["id"], "text": item["text"], "answer": "", "note": ""} for item in items]
    return body


def _renamed(text: str, ids: Mapping[str, str]) -> str:
    """A paper cited in the text is cited as it stands in the new file."""
    return paper_text.KEPT.sub(lambda found: f"[[{found[1]}:{ids.get(found[2], found[2])}]]", text)


def _emptied_lead(grid: Grid) -> Grid:
    """The ledger fills a lead; its rows keep their names, so that ties and notes find them."""
    return Grid(grid.columns, tuple(Row(row.id, row.kind, row.account) for row in grid.rows), grid.digits)


def carried_grid(grid: Grid, years: Years) -> Grid:
    """Labels and formulas stay, figures move into the column of the year before or go."""
    shift = shift_of(grid, years.before)
    columns = tuple(replace(column, title=years.moved(column.title)) for column in grid.columns)
    rows = tuple(
        Row(row.id, row.kind, row.account, {c.id: _carried(grid, row, c, shift) for c in grid.columns})
        for row in grid.rows
    )
    return Grid(columns, rows, grid.digits)


def _carried(grid: Grid, row: Row, column: Column, shift: Shift | None) -> Cell:
    cell = row.cells.get(column.id, Cell())
    if not column.is_figure:
        return Cell(cell.text)
    if shift is None or column != shift.prior:
        return Cell(formula=cell.formula)
    if cell.formula and _stays_in(cell.formula, column):
        return Cell(formula=cell.formula)
    return Cell(amount=grid.amount((row.id, shift.current.id)))


def _stays_in(formula: str, column: Column) -> bool:
    """A total of its own column adds up what has moved there."""
    cells = KEPT.findall(formula)
    return bool(cells) and all(name == column.id for _, name in cells)


def words(paper: Workpaper, ends: date) -> list[str]:
    """What happens to the paper, for reading beforehand."""
    if paper.kind == Workpaper.Kind.LEAD:
        return ["Filled from the ledger, with last year’s audited figures beside it"]
    said = []
    if paper.has_grid and (grid := grid_of(paper)).rows:
        shift = shift_of(grid, ends)
        said.append(
            f"Figures of “{shift.current.title}” become last year’s" if shift else "Labels stay, figures are cleared"
        )
    if paper.body.get("items"):
        said.append("Steps stay, answers are cleared")
    if paper.body.get("purpose") or paper.body.get("work"):
        said.append("Text stays")
    if paper.body.get("conclusion"):
        said.append("Conclusion is cleared")
    if paper.document_id:
        said.append("Cites last year’s document until you choose another")
    return said or ["Stays as it is"]
