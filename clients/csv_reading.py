"""Reading a CSV somebody exported from somewhere: encodings, separators, and what cannot be read, in plain words."""

import csv
import io
from dataclasses import dataclass
from typing import IO, Any

BYTES, COLUMNS, ROWS, CELL = 10 * 1024 * 1024, 100, 20_000, 20_000
SEPARATORS = ",;\t|"


class UnreadableFile(Exception):
    """The message is a sentence for the person who chose the file."""


@dataclass(frozen=True)
class Table:
    headers: list[str]
    rows: list[list[str]]


def read_table(upload: IO[bytes] | Any) -> Table:
    """The headings and rows of a CSV file, at most 10 MB. Raises UnreadableFile."""
    raw = upload.read(BYTES + 1)
    if len(raw) > BYTES:
        raise UnreadableFile("The file is larger than 10 MB. Split it and import the parts.")
    if not raw.strip():
        raise UnreadableFile("The file is empty.")
    return parse(decode(raw))


def decode(raw: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else Windows-1252, which old spreadsheets write."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFile("This is an Excel workbook. Save it as CSV and choose that file.")
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


def parse(text: str) -> Table:
    csv.field_size_limit(BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text))
    try:
        lines = [line for line in reader if any(cell.strip() for cell in line)]
    except csv.Error as error:
        raise UnreadableFile(f"Line {reader.line_num} cannot be read as CSV. Check its quotation marks.") from error
    if not lines:
        raise UnreadableFile("The file is empty.")
    headers, rows = [cell.strip() for cell in lines[0]], lines[1:]
    _check(headers, rows)
    return Table(headers, [[*row[: len(headers)], *[""] * (len(headers) - len(row))] for row in rows])


def separator(text: str) -> str:
    """Whichever separator the first line holds most of, outside quotation marks."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    bare = "".join(first.split('"')[::2])
    return max(SEPARATORS, key=bare.count)


def _check(headers: list[str], rows: list[list[str]]) -> None:
    if not rows:
        raise UnreadableFile("The file has headings but no rows.")
    if len(headers) > COLUMNS:
        raise UnreadableFile(f"The file has {len(headers)} columns; up to {COLUMNS} can be read.")
    if len(rows) > ROWS:
        raise UnreadableFile(f"The file has {len(rows):,} rows; up to {ROWS:,} can be imported at once.")
    named = [header.casefold() for header in headers if header]
    if twice := next((header for header in named if named.count(header) > 1), ""):
        raise UnreadableFile(f"Two columns are called “{twice}”. Rename one of them.")
    if any(len(cell) > CELL for row in rows for cell in row):
        raise UnreadableFile(f"A cell holds more than {CELL:,} characters. Shorten it.")
