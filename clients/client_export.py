"""The filtered clients as a table, CSV or workbook: made and sent in pieces, each read in a transaction of its own.

The headings are those the import knows, so a file exported here and imported again adds nothing.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.aggregates import StringAgg
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from clients.models import Client, ClientAssignment, ClientContact, ClientTagging
from organizations.csv_download import without_formula
from tenancy.context import tenant

PIECE = 1000
HEADINGS = [
    "Name", "Code", "Type", "Status", "Industry", "Website", "Year end", "Address", "Address line 2", "City",
    "Postcode", "Country", "Lead", "Tags", "Contact name", "Contact email", "Contact phone", "Notes", "Added",
]  # fmt: skip
CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: Whose rows: enough to enter the firm again for each piece.
Place = tuple[UUID, UUID]
Rows = Callable[[], "QuerySet[Client]"]


def csv_pieces(place: Place, rows: Rows, order: tuple[str, ...]) -> Iterator[bytes]:
    """Opens in Excel with its accents, and no cell is a formula."""
    yield b"\xef\xbb\xbf" + _lines([HEADINGS])
    for piece in _pieces(place, rows, order):
        yield _lines([[without_formula(cell) for cell in row] for row in piece])


def xlsx_pieces(place: Place, rows: Rows, order: tuple[str, ...]) -> Iterator[bytes]:
    """Written to a file first, row by row: a workbook's index comes last. Text stays text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Clients")
    sheet.freeze_panes = "A2"
    sheet.append(HEADINGS)
    for piece in _pieces(place, rows, order):
        for row in piece:
            sheet.append([_text_cell(sheet, cell) for cell in row])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while block := file.read(256 * 1024):
            yield block


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    return cell


def _lines(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _pieces(place: Place, rows: Rows, order: tuple[str, ...]) -> Iterator[list[list[str]]]:
    """Which rows is decided at once, so that a row changed meanwhile is neither lost nor told twice."""
    firm, user = place
    with tenant(firm, user=user):
        keys = list(rows().order_by(*order).values_list("pk", flat=True))
    for some in batched(keys, PIECE):
        with tenant(firm, user=user):
            found = {client.pk: client for client in _described(rows().filter(pk__in=some))}
            piece = [_row(found[pk]) for pk in some if pk in found]
        yield piece  # outside: a server may ask for the next piece in another context


def _described(clients: "QuerySet[Client]") -> "QuerySet[Client]":
    here = OuterRef("pk")
    lead = ClientAssignment.objects.filter(client=here, is_lead=True).values("member__email")[:1]
    main = ClientContact.objects.filter(client=here).order_by("-is_primary", "created_at", "id")
    tags = (
        ClientTagging.objects.filter(client=here)
        .order_by()
        .values("client")
        .values(names=StringAgg("tag__name", Value(", "), order_by="tag__name"))
    )
    return clients.annotate(
        lead_email=Subquery(lead), tag_names=Subquery(tags), contact_name=Subquery(main.values("name")[:1]),
        contact_email=Subquery(main.values("email")[:1]), contact_phone=Subquery(main.values("phone")[:1]),
    ).defer("tsv", "tax_id")  # fmt: skip


def _row(client: Any) -> list[str]:
    address = client.address
    cells = [
        client.name, client.code, client.get_type_display(), client.get_status_display(), client.industry, client.website,
        client.year_end, address.get("line1"), address.get("line2"), address.get("city"), address.get("postcode"),
        address.get("country"), client.lead_email, client.tag_names, client.contact_name, client.contact_email,
        client.contact_phone, client.notes, client.created_at.date().isoformat(),
    ]  # fmt: skip
    return [str(cell or "") for cell in cells]
