"""Sums and differences of cells: written by place (=SUM(C1:C5)-B2), kept by the cells' ids, so that moved rows keep them."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from workspaces.amounts import NotAnAmount, parsed

PLACE = re.compile(r"([A-Z]{1,2})([0-9]{1,4})")
KEPT = re.compile(r"\{([\w-]+)\.([\w-]+)\}")
RANGE = re.compile(rf"{KEPT.pattern}\s*:\s*{KEPT.pattern}")
CELL = r"\{[\w-]+\.[\w-]+\}"
TERM = re.compile(
    rf"\s*([+-]?)\s*(?:SUM\(\s*({CELL}(?:\s*:\s*{CELL})?(?:\s*[,;]\s*{CELL}(?:\s*:\s*{CELL})?)*)\s*\)|({CELL})|([0-9][0-9,.]*))\s*"
)

#: A cell by the ids of its row and its column.
Place = tuple[str, str]


class Ids(list[str]):
    """Ids in their order that know their places: the formulas of a long lead ask for thousands of them."""

    def __init__(self, ids: Iterable[str]) -> None:
        super().__init__(ids)
        self.places = {name: place for place, name in enumerate(self)}

    def __contains__(self, name: object) -> bool:
        return name in self.places

    def index(self, name: str, *_: Any) -> int:
        if name not in self.places:
            raise ValueError(f"{name} is not in the table.")
        return self.places[name]


class BadFormula(ValueError):
    """The message is a sentence for the person."""


def kept(text: str, rows: list[str], columns: list[str]) -> str:
    """The formula with ids in the place of A1 and the like."""

    def named(found: re.Match[str]) -> str:
        column, row = column_number(found[1]), int(found[2]) - 1
        if not (0 <= column < len(columns) and 0 <= row < len(rows)):
            raise BadFormula(f"{found[0]} is outside the table.")
        return f"{{{rows[row]}.{columns[column]}}}"

    formula = PLACE.sub(named, text.strip().upper().replace("−", "-")) if "{" not in text else ""
    list(terms(formula))
    return formula


def shown(formula: str, rows: list[str], columns: list[str]) -> str:
    """As it was typed; a cell that is no longer there is #REF."""

    def placed(found: re.Match[str]) -> str:
        if found[1] not in rows or found[2] not in columns:
            return "#REF"
        return f"{column_letter(columns.index(found[2]))}{rows.index(found[1]) + 1}"

    return KEPT.sub(placed, formula)


def shrunk(formula: str, gone: str, ids: list[str]) -> str:
    """Before a row or column is removed: a range that ends there ends at its neighbour inside the range instead."""

    def inside(found: re.Match[str]) -> str:
        near, far = [found[1], found[2]], [found[3], found[4]]
        for end, other in ((near, far), (far, near)):
            for axis in (0, 1):
                if end[axis] == gone != other[axis] and other[axis] in ids:
                    at = ids.index(gone)
                    end[axis] = ids[at + 1 if ids.index(other[axis]) > at else at - 1]
        return f"{{{'.'.join(near)}}}:{{{'.'.join(far)}}}"

    return RANGE.sub(inside, formula)


def terms(formula: str) -> Iterator[tuple[int, str, str]]:
    """(sign, what kind, its text), where the kind is "range", "cell" or "number"."""
    text, at = formula[1:], 0
    if not formula.startswith("=") or not text.strip():
        raise BadFormula("A formula starts with = and adds or subtracts cells, such as =SUM(C1:C5)-C7.")
    while at < len(text):
        found = TERM.match(text, at)
        if not found or (at and not found[1]):
            raise BadFormula("Only sums and differences of cells are computed, such as =SUM(C1:C5)-C7.")
        kind = "range" if found[2] else "cell" if found[3] else "number"
        yield -1 if found[1] == "-" else 1, kind, found[2] or found[3] or found[4]
        at = found.end()


def cells(part: str, rows: list[str], columns: list[str]) -> Iterator[Place]:
    """The cells of one term, each range row by row."""
    for piece in re.split(r"[,;]", part):
        ends = [(found[1], found[2]) for found in KEPT.finditer(piece)]
        if any(row not in rows or column not in columns for row, column in ends):
            raise BadFormula("It names a row or column that was removed.")
        (top, left), (bottom, right) = ends[0], ends[-1]
        tops, lefts = sorted((rows.index(top), rows.index(bottom))), sorted((columns.index(left), columns.index(right)))
        for row in rows[tops[0] : tops[1] + 1]:
            for column in columns[lefts[0] : lefts[1] + 1]:
                yield row, column


def computed(formula: str, rows: list[str], columns: list[str], amount_of: Callable[[Place], int], digits: int) -> int:
    total = 0
    for sign, kind, part in terms(formula):
        if kind == "number":
            try:
                total += sign * (parsed(part, digits) or 0)
            except NotAnAmount as error:
                raise BadFormula(str(error)) from error
        else:
            total += sign * sum(amount_of(place) for place in cells(part, rows, columns))
    return total


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letter(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
