"""A table of clients comes into the firm: columns guessed, every row judged, the good ones written in one go.

The judgement is made again when the rows are written: importing the same file twice adds nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from clients.csv_reading import Table
from clients.models import Client, ClientContact
from clients.models.client import year_end_date
from organizations.models import Membership
from tenancy.context import current_tenant_id

#: What a column may become, and the headers that mean it.
COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "name": (
        "Name",
        ("name", "client", "client name", "company", "company name", "security", "organisation", "organization"),
    ),
    "code": ("Client code", ("code", "client code", "symbol", "ticker", "reference", "ref", "id")),
    "industry": ("Industry", ("industry", "sector", "gics sector", "business")),
    "city": ("Town or city", ("city", "town", "location", "headquarters", "headquarters location", "address")),
    "website": ("Website", ("website", "web", "url", "homepage")),
    "year_end": ("Year end (MM-DD)", ("year end", "ye", "fiscal year end", "fye")),
    "notes": ("Notes", ("notes", "note", "comment", "comments")),
    "contact_name": ("Contact name", ("contact", "contact name", "main contact")),
    "contact_email": ("Contact e-mail", ("email", "e mail", "mail", "contact email", "contact e mail")),
}
LIMITS = {
    "name": 200,
    "code": 20,
    "industry": 120,
    "city": 100,
    "website": 300,
    "notes": 10_000,
    "contact_name": 200,
    "contact_email": 254,
}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Mapping = dict[str, int]


@dataclass
class PlannedRow:
    line: int
    cells: list[str]
    values: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    is_known: bool = False

    @property
    def state(self) -> str:
        return "failing" if self.problem else "known" if self.is_known else "new"


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


def guess_mapping(headers: list[str]) -> Mapping:
    """The first column whose header means the field; a column is used once."""
    said = [re.sub(r"[^a-z]+", " ", header.lower()).strip() for header in headers]
    mapping: Mapping = {}
    for name, (_, words) in COLUMNS.items():
        found = [said.index(word) for word in words if word in said and said.index(word) not in mapping.values()]
        if found:
            mapping[name] = found[0]
    return mapping


def plan(table: Table, mapping: Mapping) -> Plan:
    """What would become of every row. A row is known by its code, else by its name, whatever the case."""
    stored = list(Client.objects.values_list("code", "name"))
    codes, names = {code.casefold() for code, _ in stored if code}, {name.casefold() for _, name in stored}
    lines: dict[str, int] = {}
    rows = []
    for row in _rows(table, mapping):
        key = (row.values["code"] or row.values["name"]).casefold()
        if not row.problem and (first := lines.setdefault(key, row.line)) != row.line:
            row.problem = f"Line {first} of the file is the same client."
        row.is_known = (
            row.values["code"].casefold() in codes if row.values["code"] else row.values["name"].casefold() in names
        )
        rows.append(row)
    return Plan(rows)


@transaction.atomic
def run(table: Table, mapping: Mapping, *, by: Membership) -> Plan:
    """Write the new rows. One import of a firm at a time, so that a double click cannot write them twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"client import {current_tenant_id()}"]
        )
    planned = plan(table, mapping)
    clients = [_client(row.values, by) for row in planned.new]
    Client.objects.bulk_create(clients, batch_size=500)
    contacts = [
        ClientContact(client=client, name=row.values["contact_name"] or row.values["contact_email"], is_primary=True,
                      email=row.values["contact_email"].lower(), created_by=by)
        for client, row in zip(clients, planned.new, strict=True)
        if row.values["contact_email"]
    ]  # fmt: skip
    ClientContact.objects.bulk_create(contacts, batch_size=500)
    return planned


def _client(values: dict[str, str], by: Membership) -> Client:
    plain = {name: values[name] for name in ("name", "code", "industry", "website", "year_end", "notes")}
    return Client(**plain, address={"city": values["city"]} if values["city"] else {}, created_by=by)


def _rows(table: Table, mapping: Mapping) -> Iterator[PlannedRow]:
    for line, cells in enumerate(table.rows, start=2):  # line 1 is the headings
        values = dict.fromkeys(COLUMNS, "") | {
            name: cells[at].strip() for name, at in mapping.items() if at < len(cells)
        }
        yield PlannedRow(line, cells, values, _problem(values))


def _problem(values: dict[str, str]) -> str:
    if not values["name"]:
        return "The name is missing."
    for name, limit in LIMITS.items():
        if len(values[name]) > limit:
            return f"{COLUMNS[name][0]} is longer than {limit} characters."
        if CONTROL.search(values[name]):
            return f"{COLUMNS[name][0]} holds characters that cannot be read."
    if values["year_end"] and year_end_date(values["year_end"]) is None:
        return f"“{values['year_end'][:20]}” is no year end such as 12-31."
    if values["website"] and not re.match(r"https?://\S+$", values["website"]):
        return "The website must begin with https://."
    if values["contact_email"]:
        try:
            validate_email(values["contact_email"])
        except ValidationError:
            return f"“{values['contact_email'][:60]}” is not an e-mail address."
    return ""
