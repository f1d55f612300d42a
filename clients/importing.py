"""What imports of tables share: columns guessed by their headings, and what would become of every row."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from accounts.plain_text import validate_plain_text
from clients.csv_reading import Row

#: What a column may become: its label, and the headings that mean it.
Columns = dict[str, tuple[str, tuple[str, ...]]]
Mapping = dict[str, int]
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass
class PlannedRow:
    source: Row
    values: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    is_known: bool = False

    @property
    def line(self) -> int:
        return self.source.line

    @property
    def cells(self) -> list[str]:
        return self.source.cells

    @property
    def state(self) -> str:
        return "failing" if self.problem else "known" if self.is_known else "new"

    @property
    def to_correct(self) -> list[str]:
        """The row as it was, with what to correct; then the cells that had no heading."""
        return [*self.cells, self.problem, *self.source.extra]


@dataclass(frozen=True)
class Plan:
    rows: list[PlannedRow]

    def _in(self, state: str) -> list[PlannedRow]:
        return [row for row in self.rows if row.state == state]

    @property
    def new(self) -> list[PlannedRow]:
        return self._in("new")

    @property
    def known(self) -> list[PlannedRow]:
        return self._in("known")

    @property
    def failing(self) -> list[PlannedRow]:
        return self._in("failing")


def guess_mapping(headers: list[str], columns: Columns) -> Mapping:
    """The first column whose heading means the field; a column is used once."""
    said = [re.sub(r"[^a-z#]+", " ", header.lower()).strip() for header in headers]
    mapping: Mapping = {}
    for name, (_, words) in columns.items():
        found = [said.index(word) for word in words if word in said and said.index(word) not in mapping.values()]
        if found:
            mapping[name] = found[0]
    return mapping


def picked(row: Row, mapping: Mapping, columns: Columns, *, prose: tuple[str, ...]) -> dict[str, str]:
    """The cell of every column, or nothing. But in prose, a line broken within a cell becomes one line."""
    cells = {name: row.cells[at].strip() for name, at in mapping.items() if at < len(row.cells)}
    one_line = {name: re.sub(r"[ \t\r\n]+", " ", text) for name, text in cells.items() if name not in prose}
    return dict.fromkeys(columns, "") | cells | one_line


def text_problem(values: dict[str, str], columns: Columns, limits: dict[str, int], *, prose: tuple[str, ...]) -> str:
    """What is wrong with the texts of a row, in a sentence."""
    for name, text in values.items():
        if len(text) > limits.get(name, len(text)):
            return f"{columns[name][0]} is longer than {limits[name]} characters."
        if CONTROL.search(text) if name in prose else not _is_plain(text):
            return f"{columns[name][0]} holds hidden characters. Type it instead of pasting it."
    return ""


def _is_plain(text: str) -> bool:
    try:
        validate_plain_text(text)
    except ValidationError:
        return False
    return True
