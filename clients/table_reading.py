"""A table somebody uploads, whether CSV or workbook."""

from typing import IO, Any

from clients.csv_reading import BYTES, ROWS, IsHeading, Table, UnreadableFile, decode, parse
from clients.xlsx_reading import parse_workbook

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_any_table(upload: IO[bytes] | Any, *, most: int = ROWS, is_heading: IsHeading | None = None) -> Table:
    """The headings and rows of a CSV file or of a workbook's first sheet. Raises UnreadableFile.

    A title may stand above the headings where `is_heading` tells the two apart.
    """
    raw = upload.read(BYTES + 1)
    if len(raw) > BYTES:
        raise UnreadableFile("The file is larger than 10 MB. Split it and import the parts.")
    if not raw.strip():
        raise UnreadableFile("The file is empty.")
    if raw.startswith(OLD_EXCEL):
        raise UnreadableFile("This is an old Excel workbook. Save it as .xlsx, or as CSV.")
    if raw.startswith(ZIP):
        return parse_workbook(raw, most=most, is_heading=is_heading)
    return parse(decode(raw), most=most, is_heading=is_heading)
