"""Rows and columns come and go; formulas and ties name cells by id, so nothing else has to move with them."""

from typing import Any

from workspaces.formulas import shrunk
from workspaces.grids import MOST_COLUMNS, MOST_ROWS, TEXT, new_id

Body = dict[str, Any]


def add_row(body: Body, above: str) -> Body:
    """In front of the named row; without one, in front of the last total."""
    grid = body.get("grid") or {"columns": [], "rows": []}
    rows = grid["rows"]
    totals = [index for index, row in enumerate(rows) if row["kind"] == "total"]
    at = next((index for index, row in enumerate(rows) if row["id"] == above), totals[-1] if totals else len(rows))
    return add_rows(body, at, 1)


def add_rows(body: Body, at: int, count: int) -> Body:
    """In front of the row at this place. A total just below that sums up to here sums them, too."""
    grid = body.get("grid") or {"columns": [], "rows": []}
    rows = grid["rows"]
    fresh: list[Body] = [{"id": new_id("r"), "kind": "", "cells": {}} for _ in range(min(count, MOST_ROWS - len(rows)))]
    if not fresh:
        return body
    below = [_reaching(row, rows[at - 1]["id"], fresh[-1]["id"]) if at else row for row in rows[at:]]
    return {**body, "grid": {**grid, "rows": [*rows[:at], *fresh, *below]}}


def _reaching(row: Body, last: str, fresh: str) -> Body:
    """A total whose range ended with the last row in front of the new ones."""
    if row["kind"] != "total":
        return row
    cells = {
        name: {**cell, "formula": cell["formula"].replace(f":{{{last}.", f":{{{fresh}.")} if "formula" in cell else cell
        for name, cell in row["cells"].items()
    }
    return {**row, "cells": cells}


def remove_row(body: Body, row_id: str) -> Body:
    grid = body.get("grid") or {"columns": [], "rows": []}
    ids = [row["id"] for row in grid["rows"]]
    return {
        **body,
        "grid": {**grid, "rows": [_shrunk(row, row_id, ids) for row in grid["rows"] if row["id"] != row_id]},
    }


def _shrunk(row: Body, gone: str, ids: list[str]) -> Body:
    cells = {
        name: {**cell, "formula": shrunk(cell["formula"], gone, ids)} if "formula" in cell else cell
        for name, cell in row["cells"].items()
    }
    return {**row, "cells": cells}


def add_column(body: Body, kind: str) -> Body:
    grid = body.get("grid") or {"columns": [], "rows": []}
    columns = grid["columns"]
    if len(columns) >= MOST_COLUMNS:
        return body
    fresh = {"id": new_id("c"), "title": "", "type": kind if kind == "figure" else TEXT}
    return {**body, "grid": {**grid, "columns": [*columns, fresh]}}


def remove_column(body: Body, column_id: str) -> Body:
    grid = body.get("grid") or {"columns": [], "rows": []}
    if len(grid["columns"]) < 2:
        return body
    ids = [column["id"] for column in grid["columns"]]
    rest = [{**row, "cells": {n: c for n, c in row["cells"].items() if n != column_id}} for row in grid["rows"]]
    rows = [_shrunk(row, column_id, ids) for row in rest]
    return {**body, "grid": {"columns": [c for c in grid["columns"] if c["id"] != column_id], "rows": rows}}


def remove_item(body: Body, item_id: str) -> Body:
    if "items" not in body:
        return body
    return {**body, "items": [item for item in body["items"] if item["id"] != item_id]}


def raise_item(body: Body, item_id: str) -> Body:
    """One place up; the first stays."""
    return _swapped(body, item_id, -1)


def lower_item(body: Body, item_id: str) -> Body:
    """One place down; the last stays."""
    return _swapped(body, item_id, 1)


def _swapped(body: Body, item_id: str, by: int) -> Body:
    items = list(body.get("items", []))
    at = next((place for place, item in enumerate(items) if item["id"] == item_id), None)
    if at is None or not 0 <= at + by < len(items):
        return body
    items[at], items[at + by] = items[at + by], items[at]
    return {**body, "items": items}
