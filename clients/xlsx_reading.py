"""Reading the first sheet of a workbook as the same rows a CSV file would give. Formulas count as what they last showed."""

import io
import itertools
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from clients.csv_reading import CELL, COLUMNS, IsHeading, Row, Table, UnreadableFile, check_headers, from_heading

#: A workbook is a zip: what it unpacks to is judged before it is unpacked.
UNPACKED = 200 * 1024 * 1024


def parse_workbook(raw: bytes, *, most: int, is_heading: IsHeading | None = None) -> Table:
    _judge_archive(raw)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises what its parsers raise
        raise UnreadableFile("This workbook cannot be opened. Save it again as .xlsx, or as CSV.") from error
    try:
        return _table(book.worksheets[0] if book.worksheets else None, most, is_heading)
    except UnreadableFile:
        raise
    except Exception as error:
        raise UnreadableFile("The first sheet of this workbook cannot be read. Save it again, or as CSV.") from error
    finally:
        book.close()


def _judge_archive(raw: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile("This workbook cannot be opened. Save it again as .xlsx, or as CSV.") from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise UnreadableFile("This is no Excel workbook. Choose a .xlsx or a CSV file.")
    if sum(part.file_size for part in parts) > UNPACKED:
        raise UnreadableFile("This workbook is too large to read. Save the sheet as CSV and choose that file.")


def _table(sheet: Any, most: int, is_heading: IsHeading | None) -> Table:
    lines = from_heading(_lines(sheet) if sheet is not None else iter(()), is_heading)
    headers = next(lines, (0, []))[1]
    check_headers(headers)
    width = len(headers)
    rows = [_row(line, cells, width) for line, cells in itertools.islice(lines, most + 1)]
    if not rows:
        raise UnreadableFile("The file has headings but no rows.")
    if len(rows) > most:
        raise UnreadableFile(f"The file has more than {most:,} rows. Split it and import the parts.")
    return Table(headers, rows)


def _lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, without the empty cells at their ends."""
    for line, values in enumerate(sheet.iter_rows(values_only=True, max_col=COLUMNS + 1), start=1):
        cells = [_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield line, cells


def _row(line: int, cells: list[str], width: int) -> Row:
    if any(len(cell) > CELL for cell in cells):
        raise UnreadableFile(f"A cell of line {line} holds more than {CELL:,} characters. Shorten it.")
    return Row(line, [*cells[:width], *[""] * (width - len(cells))], cells[width:])


def _text(value: Any) -> str:
    """A number without the “.0” that Excel adds to what it counts with, a day as 2026-03-31."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return (
            value.date().isoformat() if (value.hour, value.minute, value.second) == (0, 0, 0) else value.isoformat(" ")
        )
    return value.isoformat() if isinstance(value, date) else str(value).strip()
