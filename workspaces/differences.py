"""What changed between two contents of a paper, line by line in words."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from workspaces import cited, formulas, grids
from workspaces.amounts import written
from workspaces.bodies import ANSWERS
from workspaces.grids import Cell, Column, Grid
from workspaces.legends import Legend
from workspaces.paper_text import TEXTS

NAMES = {"purpose": "Purpose", "work": "Work done", "conclusion": "Conclusion"}


@dataclass(frozen=True)
class Change:
    """One place in a paper; empty where it was not there before, or is no longer."""

    place: str
    before: str
    after: str


def changes(
    before: dict[str, Any],
    after: dict[str, Any],
    legend: Legend,
    *,
    titles: tuple[str, str] = ("", ""),
    digits: int = 2,
) -> list[Change]:
    found = [Change("Title", *titles)] if titles[0] != titles[1] else []
    sources = cited.words(before.get("cited")), cited.words(after.get("cited"))
    found += [Change("Cited document", *sources)] if sources[0] != sources[1] else []
    for name in TEXTS:
        found += _lines(NAMES[name], before.get(name, ""), after.get(name, ""))
    found += _cells(grids.read(before, digits), grids.read(after, digits), legend)
    return [*found, *_items(before.get("items", []), after.get("items", []))]


def _lines(place: str, before: str, after: str) -> list[Change]:
    old, new = before.splitlines(), after.splitlines()
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if kind != "equal":
            found += [Change(place, one, other) for one, other in zip_longest(old[a:b], new[c:d], fillvalue="")]
    return found


def _cells(before: Grid, after: Grid, legend: Legend) -> list[Change]:
    columns = {column.id: column for column in (*before.columns, *after.columns)}
    old, new = {row.id: row for row in before.rows}, {row.id: row for row in after.rows}
    order = [*after.row_ids, *(name for name in before.row_ids if name not in new)]
    found = [
        Change(f"Column {column.title}", one.title if one else "", other.title if other else "")
        for name, column in columns.items()
        for one, other in [(_column(before, name), _column(after, name))]
        if one != other
    ]
    for name in order:
        row = new.get(name) or old[name]
        label = next((cell.text for cell in row.cells.values() if cell.text), name)
        for column in columns.values():
            one = _cell(old[name].cells.get(column.id), before, column, legend) if name in old else ""
            other = _cell(new[name].cells.get(column.id), after, column, legend) if name in new else ""
            if one != other:
                found.append(Change(f"{label}, {column.title}", one, other))
    return found


def _column(grid: Grid, name: str) -> Column | None:
    return next((column for column in grid.columns if column.id == name), None)


def _cell(cell: Cell | None, grid: Grid, column: Column, legend: Legend) -> str:
    cell = cell or Cell()
    formula = formulas.shown(cell.formula, grid.row_ids, grid.column_ids)
    said = formula or (written(cell.amount, grid.digits) if column.is_figure else cell.text)
    marks = [mark.meaning if (mark := legend.get(tick)) else "undefined mark" for tick in cell.ticks]
    return " · ".join([*([said] if said else []), *marks])


def _items(before: list[dict[str, str]], after: list[dict[str, str]]) -> list[Change]:
    old, new = ({item["id"]: item for item in items} for items in (before, after))
    order = [*new, *(name for name in old if name not in new)]
    pairs = [(name, _item(old.get(name)), _item(new.get(name))) for name in order]
    return [
        Change((new.get(name) or old[name])["text"] or "Item", one, other) for name, one, other in pairs if one != other
    ]


def _item(item: dict[str, str] | None) -> str:
    if item is None:
        return ""
    return " · ".join(filter(None, [item["text"], ANSWERS.get(item["answer"], ""), item.get("note", "")]))
