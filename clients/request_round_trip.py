"""A list that was edited in a spreadsheet comes back: what differs, row by row and field by field, then what is applied.

A row is known by its hidden id. A request that changed here since the file was written is a conflict: it is shown, and
taken over only if somebody checks it. A row without an id is a new draft. A row that is missing changes nothing.
"""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from openpyxl import load_workbook

from accounts.plain_text import validate_plain_text
from clients.csv_reading import UnreadableFile
from clients.models import InformationRequest, RequestEvent, RequestList
from clients.models.request_status import Priority, Status
from clients.request_people import People
from clients.request_table import EDITABLE, KEY, said
from clients.telling import handed_out
from organizations.models import Membership

MOST_BYTES, MOST_UNPACKED, MOST_ROWS = 10 * 1024 * 1024, 100 * 1024 * 1024, 5000
LIMITS = {"category": 200, "title": 500, "description": 10_000, "expected_format": 60}
LABELS = {name: heading for heading, name in EDITABLE.items()}


@dataclass
class Change:
    label: str
    before: str
    after: str


@dataclass
class Difference:
    """One row of the file that says something else than the list does, or cannot be read."""

    line: int
    item: InformationRequest | None
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    problem: str = ""
    is_conflict: bool = False

    @property
    def key(self) -> str:
        return f"{self.item.pk}:{self.item.version}" if self.item else f"new:{self.line}"


@dataclass(frozen=True)
class Applied:
    changed: int
    made: int
    conflicts: list[str]


def read_rows(upload: IO[bytes] | Any) -> list[tuple[int, dict[str, Any]]]:
    """The rows under their headings, each with its line. Raises UnreadableFile."""
    raw = upload.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise UnreadableFile("The file is larger than 10 MB.")
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise UnreadableFile("The workbook is larger than it looks. Copy the sheet into a new one.")
        upload.seek(0)
        sheet = load_workbook(upload, read_only=True, data_only=True).worksheets[0]
        rows = list(sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2))
    except UnreadableFile:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part of a file makes it
        raise UnreadableFile("This is not an Excel workbook (.xlsx) that can be read.") from error
    headings = [str(cell or "").strip() for cell in rows[0]] if rows else []
    if KEY not in headings or "Request" not in headings:
        raise UnreadableFile("Choose the file that “Export to Excel” made: this one lacks its columns.")
    if len(rows) > MOST_ROWS + 1:
        raise UnreadableFile(f"The file has more than {MOST_ROWS:,} rows.")
    named = (dict(zip(headings, row, strict=False)) for row in rows[1:])
    return [
        (line, row) for line, row in enumerate(named, start=2) if any(cell not in (None, "") for cell in row.values())
    ]


def differences(rows: Iterable[tuple[int, dict[str, Any]]], request_list: RequestList) -> list[Difference]:
    items = InformationRequest.objects.filter(request_list=request_list).select_related("assigned_to", "contact")
    stored = {str(item.pk): item for item in items.defer("tsv")}
    people, seen = People(request_list), dict[str, int]()
    found = (_difference(line, row, stored, people, seen) for line, row in rows)
    return [difference for difference in found if difference.changes or difference.problem]


def _difference(
    line: int, row: dict[str, Any], stored: dict[str, InformationRequest], people: People, seen: dict[str, int]
) -> Difference:
    pk, _, version = str(row.get(KEY) or "").partition(":")
    item = stored.get(pk)
    difference = Difference(line, item)
    if pk and item is None:
        difference.problem = "This request is not in the list any more."
    elif pk and seen.setdefault(pk, line) != line:
        difference.problem = f"Line {seen[pk]} is the same request. Delete what stands in its hidden first column."
    else:
        _compare(difference, row, people)
        difference.is_conflict = item is not None and str(item.version) != version
    return difference


def _compare(difference: Difference, row: dict[str, Any], people: People) -> None:
    item = difference.item
    for heading, name in EDITABLE.items():
        if heading not in row:
            continue
        try:
            value = _value(name, row[heading], people, getattr(item, name) if item else None)
        except (ValueError, ValidationError) as wrong:
            difference.problem = wrong.messages[0] if isinstance(wrong, ValidationError) else str(wrong)
            continue
        now = getattr(item, name) if item else None
        if value != now and not (item is None and value in (None, "", Priority.MEDIUM)):
            before = str(said(item, name)) if item else ""
            difference.changes.append(Change(heading, before, _words(name, value)))
            difference.values[name] = value
    if item is None and "title" not in difference.values:
        difference.problem = difference.problem or "A new row needs its request."


def _words(name: str, value: Any) -> str:
    return str(Priority(value).label) if name == "priority" else str(value if value is not None else "")


def _value(name: str, cell: Any, people: People, now: Any) -> Any:
    text = str(cell if cell is not None else "").strip()
    if name == "due_date":
        return _day(cell, text)
    if name == "priority":
        return _priority(text)
    if name in people.known:
        return people.find(name, text, now)
    text = text.replace("\r\n", "\n")
    if name == "title" and not text:
        raise ValueError("The request has no text.")
    if len(text) > LIMITS[name]:
        raise ValueError(f"{LABELS[name]} is longer than {LIMITS[name]} characters.")
    if name != "description":
        validate_plain_text(text)
    return text


def _day(cell: Any, text: str) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"“{text[:40]}” is not a date such as 2026-03-31.") from None


def _priority(text: str) -> str:
    known = {priority.label.casefold(): priority.value for priority in Priority}
    if text and text.casefold() not in known:
        raise ValueError(f"“{text[:40]}” is no priority: use Low, Medium, High or Urgent.")
    return known.get(text.casefold(), Priority.MEDIUM.value)


@transaction.atomic
def apply(found: list[Difference], chosen: set[str], request_list: RequestList, *, by: Membership) -> Applied:
    """Write the chosen rows. `chosen` holds keys with the version that was on the screen."""
    RequestList.objects.select_for_update().get(pk=request_list.pk)
    readable = [difference for difference in found if not difference.problem]
    old = {difference.item.pk: difference for difference in readable if difference.item}
    wanted = {
        UUID(pk): int(version) for pk, version in (key.split(":") for key in chosen if not key.startswith("new:"))
    }
    changed, assigned, conflicts = 0, list[InformationRequest](), []
    rows = InformationRequest.objects.filter(request_list=request_list, pk__in=wanted).order_by("pk")
    for item in rows.select_for_update(of=("self",)).defer("tsv"):
        item.request_list = request_list
        if item.version != wanted[item.pk] or item.pk not in old:
            conflicts.append(item.reference)
            continue
        values = old[item.pk].values
        InformationRequest.objects.filter(pk=item.pk).update(**values, version=item.version + 1)
        changed += 1
        if "assigned_to" in values:
            item.assigned_to = values["assigned_to"]
            assigned.append(item)
    new = [difference for difference in readable if difference.item is None and difference.key in chosen]
    made = _make(new, request_list, by)
    handed_out(request_list, assigned + made, by=by)
    return Applied(changed, len(made), sorted(conflicts))


def _make(new: list[Difference], request_list: RequestList, by: Membership) -> list[InformationRequest]:
    made = [
        InformationRequest(
            request_list=request_list, number=number, position=number, status=Status.DRAFT, created_by=by, **row.values
        )
        for number, row in zip(request_list.next_numbers(len(new)), new, strict=True)
    ]  # fmt: skip
    InformationRequest.objects.bulk_create(made)
    RequestEvent.objects.bulk_create(RequestEvent(request=item, to_status=Status.DRAFT, member=by) for item in made)
    return made
