"""The typed table of a schedule or a lead: what is kept in a body's `grid`, and what its figures come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from secrets import token_hex
from types import MappingProxyType
from typing import Any, NamedTuple

from workspaces import formulas
from workspaces.formulas import BadFormula, Ids, Place

TEXT, FIGURE = "text", "figure"
ROW_KINDS = {"": "Figures", "total": "Total", "heading": "Heading"}
MOST_ROWS, MOST_COLUMNS = 500, 20


@dataclass(frozen=True)
class Column:
    id: str
    title: str
    type: str = TEXT

    @property
    def is_figure(self) -> bool:
        return self.type == FIGURE


class Cell(NamedTuple):
    text: str = ""
    amount: int | None = None
    formula: str = ""
    ticks: tuple[str, ...] = ()


class Row(NamedTuple):
    id: str
    kind: str = ""
    account: str = ""
    cells: Mapping[str, Cell] = MappingProxyType({})


EMPTY = Cell()


@dataclass(frozen=True)
class Grid:
    """`digits` of the currency's smallest unit, for figures written inside formulas."""

    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    digits: int = 2

    @cached_property
    def row_ids(self) -> list[str]:
        return Ids(row.id for row in self.rows)

    @cached_property
    def column_ids(self) -> list[str]:
        return Ids(column.id for column in self.columns)

    @cached_property
    def _rows(self) -> dict[str, Row]:
        return {row.id: row for row in self.rows}

    @cached_property
    def _figures(self) -> set[str]:
        return {column.id for column in self.columns if column.is_figure}

    @cached_property
    def values(self) -> dict[Place, int | BadFormula | None]:
        """What every figure comes to; the problem where a formula cannot be computed."""
        found: dict[Place, int | BadFormula | None] = {}
        for row in self.rows:
            for column in self._figures:
                self._settle((row.id, column), found, ())
        return found

    def amount(self, place: Place) -> int | None:
        value = self.values.get(place)
        return value if isinstance(value, int) else None

    @cached_property
    def is_whole(self) -> bool:
        """Whether no figure has a fraction, so that none needs to show one."""
        return all(value % 10**self.digits == 0 for value in self.values.values() if isinstance(value, int))

    def _settle(self, place: Place, found: dict[Place, Any], above: tuple[Place, ...]) -> None:
        if place in found:
            return
        cell = self._rows[place[0]].cells.get(place[1], EMPTY)
        if not cell.formula:
            found[place] = cell.amount
        elif place in above:
            found[place] = BadFormula("It adds itself up.")
        else:
            found[place] = self._computed(cell.formula, place, found, above)

    def _computed(
        self, formula: str, place: Place, found: dict[Place, Any], above: tuple[Place, ...]
    ) -> int | BadFormula:
        def amount_of(other: Place) -> int:
            if other[1] not in self._figures:
                return 0
            if len(above) > 100:
                raise BadFormula("It leads through too many other formulas.")
            self._settle(other, found, (*above, place))
            value = found[other]
            if isinstance(value, BadFormula):
                raise value
            return value or 0

        try:
            return formulas.computed(formula, self.row_ids, self.column_ids, amount_of, self.digits)
        except BadFormula as error:
            return error


def read(body: dict[str, Any], digits: int = 2) -> Grid:
    """From a paper's body."""
    kept = body.get("grid") or {}
    columns = tuple(Column(c["id"], c.get("title", ""), c.get("type", TEXT)) for c in kept.get("columns", []))
    rows = tuple(
        Row(
            row["id"],
            row.get("kind", ""),
            row.get("account", ""),
            {column: _cell(cell) for column, cell in row.get("cells", {}).items()},
        )
        for row in kept.get("rows", [])
    )
    return Grid(columns, rows, digits)


def _cell(kept: dict[str, Any]) -> Cell:
    return Cell(kept.get("text", ""), kept.get("amount"), kept.get("formula", ""), tuple(kept.get("ticks", ())))


def written(grid: Grid) -> dict[str, Any]:
    """For a paper's body; what is empty is left out, so that the same table is always written alike."""
    return {
        "columns": [{"id": c.id, "title": c.title, "type": c.type} for c in grid.columns],
        "rows": [
            {
                "id": row.id, "kind": row.kind, **({"account": row.account} if row.account else {}),
                "cells": {name: kept for name, cell in row.cells.items() if (kept := _kept(cell))},
            }
            for row in grid.rows
        ],
    }  # fmt: skip


def _kept(cell: Cell) -> dict[str, Any]:
    everything = {"text": cell.text, "amount": cell.amount, "formula": cell.formula, "ticks": list(cell.ticks)}
    return {name: value for name, value in everything.items() if value not in ("", None, [])}


def blank() -> dict[str, Any]:
    """What a new schedule starts with."""
    columns = (Column("c1", "Item", TEXT), Column("c2", "This year", FIGURE), Column("c3", "Last year", FIGURE))
    total = {
        "c1": Cell("Total"), "c2": Cell(formula="=SUM({r1.c2}:{r4.c2})"), "c3": Cell(formula="=SUM({r1.c3}:{r4.c3})")
    }  # fmt: skip
    rows = (*(Row(f"r{number}") for number in range(1, 5)), Row("r5", "total", cells=total))
    return written(Grid(columns, rows))


def new_id(letter: str) -> str:
    """For a row, a column or a step: never given again, so that what names a removed one names nothing else."""
    return f"{letter}{token_hex(4)}"
