"""Reading a CSV somebody exported from somewhere: encodings, separators, and what cannot be read, in plain words."""

import csv
import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

BYTES, COLUMNS, ROWS, CELL = 10 * 1024 * 1024, 100, 20_000, 20_000
#: So many lines of title may stand above the headings.
TITLES = 20
SEPARATORS = ",;\t|"


#: Says of a line whether its cells are the headings.
IsHeading = Callable[[list[str]], bool]


class UnreadableFile(Exception):
    """The message is a sentence for the person who chose the file."""


@dataclass(frozen=True)
class Row:
    """`line` is where the row begins in the file; `extra` are the cells that stand under no heading."""

    line: int
    cells: list[str]
    extra: list[str]

    @property
    def problem(self) -> str:
        return "The row has more cells than there are headings." if self.extra else ""


@dataclass(frozen=True)
class Table:
    headers: list[str]
    rows: list[Row]


def decode(raw: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else Windows-1252, which old spreadsheets write."""
    if raw.startswith(b"%PDF"):
        raise UnreadableFile("This is a PDF. Export the table as CSV or Excel and choose that file.")
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return raw.decode("utf-16")
        if b"\0" in raw:
            raise UnreadableFile("This is not a text file. Save the table as CSV and choose that file.")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        raise UnreadableFile("The letters of this file cannot be read. Save it as CSV in UTF-8.") from None


def parse(text: str, *, most: int = ROWS, is_heading: IsHeading | None = None) -> Table:
    """Judges the headings before it reads on, and reads no further than `most` rows."""
    csv.field_size_limit(BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text, is_heading))
    try:
        lines = from_heading(_lines(reader), is_heading)
        headers = [cell.strip() for cell in next(lines, (0, []))[1]]
        check_headers(headers)
        rows = [_row(line, cells, len(headers)) for line, cells in itertools.islice(lines, most + 1)]
    except csv.Error as error:
        raise UnreadableFile(f"Line {reader.line_num} cannot be read as CSV. Check its quotation marks.") from error
    if not rows:
        raise UnreadableFile("The file has headings but no rows.")
    if len(rows) > most:
        raise UnreadableFile(f"The file has more than {most:,} rows. Split it and import the parts.")
    return Table(headers, rows)


def _lines(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, each with the line of the file it begins on."""
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _row(line: int, cells: list[str], width: int) -> Row:
    if any(len(cell) > CELL for cell in cells):
        raise UnreadableFile(f"A cell of line {line} holds more than {CELL:,} characters. Shorten it.")
    inside, beyond = cells[:width], cells[width:]
    extra = beyond if any(cell.strip() for cell in beyond) else []
    return Row(line, [*inside, *[""] * (width - len(inside))], extra)


def from_heading(
    lines: Iterator[tuple[int, list[str]]], is_heading: IsHeading | None
) -> Iterator[tuple[int, list[str]]]:
    """Without the title above the headings, where headings can be told from a title."""
    if is_heading is None:
        return lines
    first = list(itertools.islice(lines, TITLES))
    at = next((number for number, (_, cells) in enumerate(first) if is_heading(cells)), 0)
    return itertools.chain(first[at:], lines)


def separator(text: str, is_heading: IsHeading | None = None) -> str:
    """Whichever separator makes headings, or else the first line holds most of, outside quotation marks."""
    if is_heading is not None:
        above = text.splitlines()[: TITLES * 2]
        for found in SEPARATORS:
            if any(is_heading(cells) for cells in csv.reader(above, delimiter=found)):
                return found
    first = text.lstrip("\r\n").split("\n", 1)[0]
    bare = "".join(first.split('"')[::2])
    return max(SEPARATORS, key=bare.count)


def check_headers(headers: list[str]) -> None:
    if not headers:
        raise UnreadableFile("The file is empty.")
    if len(headers) > COLUMNS:
        raise UnreadableFile(f"The file has {len(headers)} columns; up to {COLUMNS} can be read.")
    named = [header.casefold() for header in headers if header]
    if twice := next((header for header in named if named.count(header) > 1), ""):
        raise UnreadableFile(f"Two columns are called “{twice[:60]}”. Rename one of them.")
