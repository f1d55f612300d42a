"""Cells that come from a spreadsheet: lines of cells with tabs between them, put into a paper's table."""

import csv
import io

from django.http import QueryDict

from workspaces.forms.paper_body import LONGEST_CELL, PaperBody
from workspaces.formulas import PLACE, column_letter, column_number
from workspaces.grids import MOST_ROWS
from workspaces.table_shape import Body, add_rows

MOST_LETTERS = 500_000


class NotPasted(ValueError):
    """The message is a sentence for the person."""


def table(text: str) -> list[list[str]]:
    """As Excel, Numbers and browsers put cells on the clipboard; a cell with a line break comes in quotes."""
    if len(text) > MOST_LETTERS:
        raise NotPasted(f"That is more than {MOST_LETTERS:,} letters. Paste it in parts.")
    plain = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not plain.strip():
        raise NotPasted("Paste the cells into the field first.")
    csv.field_size_limit(MOST_LETTERS)
    try:
        return list(csv.reader(io.StringIO(plain, newline=""), delimiter="\t"))
    except csv.Error as error:
        raise NotPasted("These cells cannot be read. Copy them again.") from error


def start_of(typed: PaperBody, place: str) -> tuple[int, int]:
    """“B3” as the numbers of its row and column."""
    found = PLACE.fullmatch(place.strip().upper())
    row, column = (int(found[2]) - 1, column_number(found[1])) if found else (-1, -1)
    if not (0 <= row < len(typed.grid.rows) and 0 <= column < len(typed.grid.columns)):
        raise NotPasted("Say where the first cell goes, such as A1. It has to be in the table.")
    return row, column


def grown(typed: PaperBody, start: tuple[int, int], cells: list[list[str]]) -> Body:
    """The body with room for them: what does not fit above the next total gets rows of its own in front of it."""
    row, column = start
    if column + max(map(len, cells)) > len(typed.grid.columns):
        last = column_letter(len(typed.grid.columns) - 1)
        raise NotPasted(f"These cells go beyond column {last}. Add columns first, or start further to the left.")
    room = _room(typed, row)
    missing = max(len(cells) - room, 0)
    if len(typed.grid.rows) + missing > MOST_ROWS:
        raise NotPasted(f"A table has at most {MOST_ROWS} rows.")
    return add_rows(typed.body(), row + room, missing)


def _room(typed: PaperBody, row: int) -> int:
    """Rows from here to the next total; one where it starts on a total itself."""
    kinds = [found.kind for found in typed.grid.rows[row:]]
    return next((at for at, kind in enumerate(kinds) if kind == "total"), len(kinds)) or 1


def filled(data: QueryDict, typed: PaperBody, start: tuple[int, int], cells: list[list[str]]) -> QueryDict:
    """The form as if somebody had typed them. `typed` is the paper with the rows there now are."""
    sent = data.copy()
    rows, columns = typed.grid.rows[start[0] :], typed.grid.columns[start[1] :]
    sent.setlist("row", [row.id for row in typed.grid.rows])
    for shown in typed.shown_rows:  # formulas as they read with the new rows
        for cell in shown["cells"]:
            sent[cell["name"]], sent[cell["ticks_name"]] = cell["value"], cell["ticks"]
    for row, line in zip(rows, cells, strict=False):
        for column, text in zip(columns, line, strict=False):
            sent[f"cell-{row.id}-{column.id}"] = text.strip()[:LONGEST_CELL]
    return sent
