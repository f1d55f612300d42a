"""Marks beside figures, in a paper's body."""

from typing import Any


def toggled(body: dict[str, Any], cell: str, tick: str) -> dict[str, Any] | None:
    """The body with the mark put there, or taken away; None where the paper has no such figure."""
    grid = body.get("grid") or {"columns": [], "rows": []}
    row_id, _, column_id = cell.partition(".")
    figures = {column["id"] for column in grid["columns"] if column["type"] == "figure"}
    if column_id not in figures or row_id not in {row["id"] for row in grid["rows"]}:
        return None
    rows = [_marked(row, column_id, tick) if row["id"] == row_id else row for row in grid["rows"]]
    return {**body, "grid": {**grid, "rows": rows}}


def has_tick(body: dict[str, Any], cell: str, tick: str) -> bool:
    row_id, _, column_id = cell.partition(".")
    rows = {row["id"]: row["cells"] for row in body["grid"]["rows"]}
    return tick in rows[row_id].get(column_id, {}).get("ticks", [])


def _marked(row: dict[str, Any], column_id: str, tick: str) -> dict[str, Any]:
    cell = dict(row["cells"].get(column_id, {}))
    ticks = list(cell.pop("ticks", []))
    ticks = [one for one in ticks if one != tick] if tick in ticks else [*ticks, tick]
    if ticks:
        cell["ticks"] = ticks
    cells = {name: kept for name, kept in row["cells"].items() if name != column_id}
    return {**row, "cells": {**cells, **({column_id: cell} if cell else {})}}
