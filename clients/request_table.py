"""The rows of a list as a table for a spreadsheet: the columns, in CSV and in XLSX."""

import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from clients.models import InformationRequest, RequestList

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The first column: which request the row is, and which version of it was written. It is hidden.
KEY = "Tickmark id"
#: What may be changed in the spreadsheet and read back: heading → field.
EDITABLE = {
    "Section": "category", "Request": "title", "Description": "description", "Priority": "priority", "Due date": "due_date",
    "Reviewer": "assigned_to", "Client contact": "contact", "Expected format": "expected_format",
}  # fmt: skip
SHOWN = ("Status", "Answer", "Answered with", "Note", "Reason", "Days with client", "Days with firm", "Files")
HEADINGS = ("Ref", *EDITABLE, *SHOWN)
WIDTHS = {"Request": 60, "Description": 60, "Section": 24, "Note": 40, "Reason": 40, "Ref": 10}


def cells_of(item: InformationRequest) -> list[Any]:
    """One row, under HEADINGS. The item comes from `row_items`, with its ageing."""
    ageing = item.ageing  # type: ignore[attr-defined]
    return [
        item.reference, *(said(item, name) for name in EDITABLE.values()), item.get_status_display(),
        item.get_answer_display() if item.answer else "", item.answer_words, item.answer_text, item.review_reason,
        ageing.client, ageing.firm, item.file_count or 0,  # type: ignore[attr-defined]
    ]  # fmt: skip


def said(item: InformationRequest, field: str) -> Any:
    """A field as it stands in its cell."""
    value = getattr(item, field)
    if field == "priority":
        return item.get_priority_display()
    return value if isinstance(value, date) else str(value or "")


def workbook(request_list: RequestList, items: Iterable[InformationRequest]) -> HttpResponse:
    """Nothing in it is a formula, whatever a cell begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Requests")
    sheet.freeze_panes = "C2"
    sheet.column_dimensions["A"].hidden = True
    for at, heading in enumerate(HEADINGS):
        sheet.column_dimensions[chr(ord("B") + at)].width = WIDTHS.get(heading, 16)
    sheet.append([_cell(sheet, heading, bold=True) for heading in (KEY, *HEADINGS)])
    for item in items:
        sheet.append([_cell(sheet, value) for value in (f"{item.pk}:{item.version}", *cells_of(item))])
    kept = io.BytesIO()
    book.save(kept)
    response = HttpResponse(kept.getvalue(), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(request_list)}.xlsx"'
    return response


def file_name(request_list: RequestList) -> str:
    words = f"{request_list.title} {request_list.period}".lower()
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in words).split()) or "requests"


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767])
        cell.data_type = "s"
    else:
        cell = WriteOnlyCell(sheet, value=value)
    if bold:
        cell.font = Font(bold=True)
    return cell
