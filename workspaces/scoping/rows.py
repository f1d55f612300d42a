"""Rows of a document: added, moved, removed. Each change names the places it has written, for whoever writes there, too."""

from collections.abc import Callable
from typing import Any

from workspaces.scoping import shape
from workspaces.scoping.shape import Document

Change = Callable[[Document], list[str]]


class RowsRefused(Exception):
    """The message is a sentence for the person."""


def add(path: str, row_id: str, *, after: str = "", **values: Any) -> Change:
    """A new row of the list `path`, after another one or at the end. Under an id that is there already: nothing."""

    def change(document: Document) -> list[str]:
        rows, found = shape.rows_of(document, path)
        if not shape.ROW_ID.fullmatch(row_id) or any(row["id"] == row_id for row in found):
            return []
        if len(found) >= rows.most:
            raise RowsRefused(f"There is room for {rows.most} {rows.noun}s, and they are all used.")
        row = shape.new_row(rows, row_id) | values
        place = next((at + 1 for at, other in enumerate(found) if other["id"] == after), len(found))
        if place and "depth" in row and "depth" not in values:
            row |= {"depth": found[place - 1]["depth"], "kind": found[place - 1]["kind"]}
        found.insert(place, row)
        return [f"{path}.{row_id}.{name}" for name in rows.fields]

    return change


def remove(path: str, row_id: str) -> Change:
    def change(document: Document) -> list[str]:
        _, found = shape.rows_of(document, path)
        found[:] = [row for row in found if row["id"] != row_id]
        return []

    return change


def move(path: str, row_id: str, by: int) -> Change:
    """Up (-1) or down (1), past the next row of the same phase where rows have one."""

    def change(document: Document) -> list[str]:
        _, found = shape.rows_of(document, path)
        at = next((place for place, row in enumerate(found) if row["id"] == row_id), None)
        if at is None:
            return []
        group = [i for i, row in enumerate(found) if row.get("phase") == found[at].get("phase")]
        place = group.index(at) + by
        if 0 <= place < len(group):
            other = group[place]
            found[at], found[other] = found[other], found[at]
        return []

    return change


def place(path: str, row_id: str, *, after: str) -> Change:
    """Right after another row, or first where none is named."""

    def change(document: Document) -> list[str]:
        rows, found = shape.rows_of(document, path)
        row = next((row for row in found if row["id"] == row_id), None)
        others = [other for other in found if other["id"] != row_id]
        ids = [other["id"] for other in others]
        if row is None or (after and after not in ids):
            raise RowsRefused(f"There is no such {rows.noun}.")
        others.insert(ids.index(after) + 1 if after else 0, row)
        found[:] = others
        return []

    return change
