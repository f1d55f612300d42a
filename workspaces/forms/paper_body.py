"""Reads what was typed into a paper's sheet, and says beside each field what is wrong with it. Nothing typed is lost."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.http import QueryDict

from workspaces import formulas, grids, paper_text
from workspaces.amounts import NotAnAmount, digits_of, read, typed, written
from workspaces.bodies import ANSWERS
from workspaces.formulas import BadFormula, Place
from workspaces.grids import Cell, Column, Grid, Row
from workspaces.legends import Legend
from workspaces.models import Workpaper
from workspaces.table_pages import TablePage, table_page

ID = re.compile(r"^[\w-]{1,20}$")
LONGEST_TEXT, LONGEST_CELL = 50_000, 500


class PaperBody:
    """One paper's fields by name: what stands in each, what is wrong, and the body they make."""

    def __init__(
        self,
        paper: Workpaper,
        legend: Legend,
        papers: Iterable[Workpaper],
        data: QueryDict | None = None,
        *,
        asked: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`asked`: which part of a long lead."""
        self.asked = asked
        self.paper, self.legend, self.papers = paper, legend, list(papers)
        self.is_bound, self.data = data is not None, data if data is not None else QueryDict()
        self.digits = digits_of(paper.binder.currency)
        self.errors: dict[str, str] = {}
        self.stored = grids.read(paper.body, self.digits)
        self.grid = self._read_grid() if self.is_bound and paper.has_grid else self.stored
        self.title = self._title() if self.is_bound else paper.title
        self.revision = self._revision()

    @property
    def is_valid(self) -> bool:
        return not self.errors

    def _revision(self) -> int:
        text = self.data.get("revision", "")
        return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 9 else 0

    def body(self) -> dict[str, Any]:
        kept: dict[str, Any] = {name: said for name, said in self.kept_texts.items() if said}
        if cited := self.paper.body.get("cited"):
            kept["cited"] = cited
        if self.paper.has_grid:
            kept["grid"] = grids.written(self.grid)
        if self.paper.kind == Workpaper.Kind.CHECKLIST:
            kept["items"] = self.items
        return kept

    # Texts

    def _title(self) -> str:
        title = self._said("title").strip()
        if not title:
            self.errors["title"] = "Write a title."
        elif len(title) > 200:
            self.errors["title"] = "Use at most 200 characters."
        return title

    def _said(self, name: str) -> str:
        text = self.data.get(name, "")
        return text.replace("\0", "").replace("\r\n", "\n") if isinstance(text, str) else ""

    @property
    def kept_texts(self) -> dict[str, str]:
        return {name: self._kept(name) for name in paper_text.TEXTS}

    def _kept(self, name: str) -> str:
        if name not in self.data:
            return self.paper.body.get(name, "")
        return paper_text.kept(self._said(name)[:LONGEST_TEXT], self.papers, self.legend.marks)

    @property
    def texts(self) -> dict[str, str]:
        return {
            name: self._said(name) if name in self.data
            else paper_text.typed(self.paper.body.get(name, ""), self.papers, self.legend.marks)
            for name in paper_text.TEXTS
        }  # fmt: skip

    # Checklists

    @property
    def items(self) -> list[dict[str, str]]:
        if not self.is_bound:
            return self.paper.body.get("items", [])
        items = [self._item(name) for name in self._item_ids[: grids.MOST_ROWS]]
        return [item for item in items if item["text"] or item["note"]]

    @property
    def _item_ids(self) -> list[str]:
        return [name for name in dict.fromkeys(self.data.getlist("item")) if ID.match(name)]

    def _item(self, name: str) -> dict[str, str]:
        answer = self._said(f"item-{name}-answer")
        note = paper_text.kept(self._said(f"item-{name}-note")[:2000], self.papers, self.legend.marks)
        return {
            "id": name, "text": self._said(f"item-{name}-text").strip()[:1000],
            "answer": answer if answer in ANSWERS else "", "note": note.strip(),
        }  # fmt: skip

    @property
    def shown_items(self) -> list[dict[str, str]]:
        """And one that waits to be written: empty, it is not kept."""
        waiting = {"id": grids.new_id("i"), "text": "", "answer": "", "note": ""}
        return [
            {**item, "note": paper_text.typed(item.get("note", ""), self.papers, self.legend.marks)}
            for item in [*self.items, waiting]
        ]

    # The grid

    def _read_grid(self) -> Grid:
        columns, rows = self._columns(), self._rows()
        row_ids, column_ids = [row.id for row in rows], [column.id for column in columns]
        return Grid(
            columns,
            tuple(
                Row(row.id, row.kind, row.account, {c.id: self._cell(row, c, row_ids, column_ids) for c in columns})
                for row in rows
            ),
            self.digits,
        )

    def _columns(self) -> tuple[Column, ...]:
        if self.paper.kind == Workpaper.Kind.LEAD:
            return self.stored.columns
        known = {column.id: column for column in self.stored.columns}
        ids = [name for name in dict.fromkeys(self.data.getlist("column")) if name in known]
        return tuple(
            Column(name, self._said(f"column-{name}-title").strip()[:80],
                   grids.FIGURE if self._said(f"column-{name}-type") == grids.FIGURE else grids.TEXT)
            for name in ids
        ) or self.stored.columns  # fmt: skip

    def _rows(self) -> list[Row]:
        known = {row.id: row for row in self.stored.rows}
        if self.paper.kind == Workpaper.Kind.LEAD:
            return list(self.stored.rows)
        ids = [name for name in dict.fromkeys(self.data.getlist("row")) if name in known]
        kinds = {name: self._said(f"row-{name}-kind") for name in ids}
        return [Row(name, kinds[name] if kinds[name] in grids.ROW_KINDS else "", known[name].account) for name in ids]

    def _cell(self, row: Row, column: Column, row_ids: list[str], column_ids: list[str]) -> Cell:
        name = f"cell-{row.id}-{column.id}"
        if self.paper.kind == Workpaper.Kind.LEAD:
            stored = row.cells.get(column.id, Cell())
            # A long lead is marked a page at a time: what was not on it keeps its marks.
            is_sent = f"ticks-{row.id}-{column.id}" in self.data
            return stored._replace(ticks=self._ticks(row, column)) if is_sent else stored
        ticks = self._ticks(row, column)
        text = self._said(name).strip()[:LONGEST_CELL]
        if not column.is_figure:
            return Cell(text, ticks=ticks)
        try:
            if text.startswith("="):
                return Cell(formula=formulas.kept(text, row_ids, column_ids), ticks=ticks)
            return Cell(amount=read(text, self.digits), ticks=ticks)
        except (BadFormula, NotAnAmount) as error:
            self.errors[name] = str(error)
            return Cell(text, ticks=ticks)

    def _ticks(self, row: Row, column: Column) -> tuple[str, ...]:
        typed = self._said(f"ticks-{row.id}-{column.id}")[:LONGEST_CELL]
        codes = re.split(r"[\s,;]+", typed.strip())
        return tuple(dict.fromkeys(self.legend.kept(code) for code in codes if code))

    @property
    def lettered_columns(self) -> list[tuple[Column, str]]:
        """With the letters by which formulas name them."""
        return [(column, formulas.column_letter(at)) for at, column in enumerate(self.grid.columns)]

    def _written(self, place: Place) -> str:
        """What a figure comes to, or why it cannot be computed."""
        value = self.grid.values.get(place)
        return str(value) if isinstance(value, BadFormula) else written(value, self.digits, whole=self.grid.is_whole)

    @cached_property
    def part(self) -> TablePage:
        """The rows that are on the page: all of a schedule, of a long lead those that were sent, or are asked for."""
        if self.paper.kind != Workpaper.Kind.LEAD:
            return TablePage(list(range(len(self.grid.rows))), len(self.grid.rows), len(self.grid.rows))
        sent = next(iter(self.data.getlist("row")), "")
        return table_page(self.grid, {"row": sent} if self.is_bound else self.asked)

    @property
    def shown_rows(self) -> list[dict[str, Any]]:
        """For the inputs, whatever was typed there last."""
        return [self._shown_row(place) for place in self.part.places]

    def _shown_row(self, place: int) -> dict[str, Any]:
        row = self.grid.rows[place]
        cells = [self._shown(row, column) for column in self.grid.columns]
        return {"id": row.id, "kind": row.kind, "number": place + 1, "cells": cells}

    def _shown(self, row: Row, column: Column) -> dict[str, Any]:
        cell, name = row.cells.get(column.id, Cell()), f"cell-{row.id}-{column.id}"
        if name in self.errors:
            value = cell.text
        elif self.paper.kind == Workpaper.Kind.LEAD:
            value = self._written((row.id, column.id)) if column.is_figure else cell.text
        elif cell.formula:
            value = formulas.shown(cell.formula, self.grid.row_ids, self.grid.column_ids)
        else:
            value = typed(cell.amount, self.digits) if column.is_figure else cell.text
        return {
            "name": name, "column": column, "value": value, "error": self.errors.get(name, ""),
            "computed": self._written((row.id, column.id)) if cell.formula else "",
            "ticks": " ".join(self.legend.typed(tick) for tick in cell.ticks), "ticks_name": f"ticks-{row.id}-{column.id}",
        }  # fmt: skip
