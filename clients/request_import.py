"""A table of requests comes into a list: columns guessed, every row judged, then written in one go.

The judgement is made again when the rows are written, under the list's lock: a second import adds nothing.
"""

import re
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_date

from clients.csv_reading import Row, Table
from clients.importing import Columns, Mapping, Plan, PlannedRow, guess_mapping, picked, text_problem
from clients.models import InformationRequest, RequestEvent, RequestList
from clients.models.request_status import Priority, Status
from clients.request_people import People
from clients.telling import handed_out
from organizations.models import Membership

#: What a column may become, and the headers that mean it.
COLUMNS: Columns = {
    "source_ref": ("Reference in the source", ("request id", "id", "ref", "reference", "no", "number", "#", "item")),
    "category": ("Section", ("category", "section", "area", "group", "workstream")),
    "title": ("Request", ("request", "title", "document", "item description", "request description", "name")),
    "description": ("Description", ("description", "details", "detail", "notes", "comment", "comments")),
    "due_date": ("Due date", ("due date", "due", "deadline", "needed by")),
    "priority": ("Priority", ("priority", "importance")),
    "expected_format": ("Expected format", ("expected format", "format", "file type")),
    "assigned_to": ("Reviewer", ("reviewer", "assigned to", "assignee", "auditor")),
    "contact": ("Client contact", ("client contact", "contact")),
}
LIMITS = {"source_ref": 40, "category": 200, "description": 10_000, "expected_format": 60}
PROSE = ("description",)
LONG, TITLE, MOST = 200, 500, 5000
# The end of a sentence, which is not the end of “U.S.”.
SENTENCE_END = re.compile(r"(?<![\s.][A-Z]\.)(?<=[.!?])\s+(?=[A-Z])")


def plan(table: Table, mapping: Mapping, request_list: RequestList) -> Plan:
    """What would become of every row."""
    known, people = Known(request_list), People(request_list)
    return Plan([_judged(row, mapping, known, people) for row in map(PlannedRow, table.rows)])


def is_heading(cells: list[str]) -> bool:
    """Whether this line names the columns, and is no title above them."""
    return "title" in guess_mapping(cells, COLUMNS)


@transaction.atomic
def run(table: Table, mapping: Mapping, request_list: RequestList, *, by: Membership) -> Plan:
    """Write the new rows as drafts, in the order of the file."""
    RequestList.objects.select_for_update().get(pk=request_list.pk)
    planned = plan(table, mapping, request_list)
    numbers = request_list.next_numbers(len(planned.new))
    items = [
        InformationRequest(
            request_list=request_list, number=number, position=number, status=Status.DRAFT, created_by=by, **row.values
        )
        for number, row in zip(numbers, planned.new, strict=True)
    ]
    InformationRequest.objects.bulk_create(items)
    RequestEvent.objects.bulk_create(RequestEvent(request=item, to_status=Status.DRAFT, member=by) for item in items)
    handed_out(request_list, items, by=by)
    return planned


class Known:
    """What the list has, and what the rows above have added: by reference, else by title within the section."""

    def __init__(self, request_list: RequestList) -> None:
        rows = InformationRequest.objects.filter(request_list=request_list)
        stored = rows.values_list("source_ref", "category", "title")
        self.refs = {ref for ref, _, _ in stored if ref}
        self.titles = {_title_key(category, title) for _, category, title in stored}
        self.lines: dict[Any, int] = {}

    def has(self, values: dict[str, Any]) -> bool:
        if ref := values["source_ref"]:
            return ref in self.refs
        return _title_key(values["category"], values["title"]) in self.titles

    def earlier_line(self, row: PlannedRow) -> int:
        """The line of this file that says the same, or 0."""
        values = row.values
        key = values["source_ref"] or _title_key(values["category"], values["title"])
        return 0 if (first := self.lines.setdefault(key, row.line)) == row.line else first


def _title_key(category: str, title: str) -> tuple[str, str]:
    return category.casefold(), title.casefold()


def _judged(row: PlannedRow, mapping: Mapping, known: Known, people: People) -> PlannedRow:
    row.values, wrong = _values(row.source, mapping, people)
    if wrong:
        row.problem = " ".join(wrong)
        return row
    if line := known.earlier_line(row):
        row.problem = f"Line {line} asks for the same."
    row.is_known = known.has(row.values)
    return row


def _values(row: Row, mapping: Mapping, people: People) -> tuple[dict[str, Any], list[str]]:
    """What the row says, and all that is wrong with it, so that it is corrected once."""
    cell = picked(row, mapping, COLUMNS, prose=PROSE)
    if problem := row.problem or text_problem(cell, COLUMNS, LIMITS, prose=PROSE):
        return {}, [problem]
    title, rest = split_text(cell["title"])
    description = "\n\n".join(part for part in (rest, cell["description"]) if part)
    values: dict[str, Any] = {"title": title, "description": description}
    values |= {name: cell[name] for name in ("source_ref", "category", "expected_format")}
    wrong = [] if title else ["The request has no text."]
    for name, read in (
        ("due_date", _date),
        ("priority", _priority),
        ("assigned_to", partial(people.find, "assigned_to")),
        ("contact", partial(people.find, "contact")),
    ):
        try:
            values[name] = read(cell[name])
        except ValueError as error:
            wrong.append(str(error))
    return values, wrong


def split_text(text: str) -> tuple[str, str]:
    """A long text becomes its first sentence, at most 500 characters, and the rest."""
    if len(text) <= LONG:
        return text, ""
    title, rest = (*SENTENCE_END.split(text, maxsplit=1), "")[:2]
    if len(title) <= TITLE:
        return title, rest
    short = title[: TITLE - 1].rsplit(" ", 1)[0]
    return f"{short}…", text


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        found = parse_date(text[:10])
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"“{text[:40]}” is not a date such as 2026-03-31.")
    return found


def _priority(text: str) -> str:
    word = text.lower() or Priority.MEDIUM.value
    if word not in Priority.values:
        raise ValueError(f"“{text[:40]}” is no priority: use low, medium, high or urgent.")
    return word
