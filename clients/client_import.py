"""A table of clients comes into the firm: columns guessed, every row judged, the good ones written in one go.

The judgement is made again when the rows are written: importing the same file twice adds nothing.
"""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import QuerySet

from clients.csv_reading import Table
from clients.importing import Columns, Mapping, Plan, PlannedRow, picked, text_problem
from clients.models import Client, ClientContact
from clients.models.client import year_end_date
from organizations.models import Membership
from tenancy.context import current_tenant_id

#: What a column may become, and the headers that mean it.
COLUMNS: Columns = {
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
PROSE = ("notes",)


def plan(table: Table, mapping: Mapping, *, by: Membership) -> Plan:
    """What would become of every row. A row is known by its code, else by its name, whatever the case.

    Of clients the member may not see, no name is given away; that a code is taken is all that is said.
    """
    visible = Client.objects.visible_to(by)
    names = {name.casefold() for name in visible.values_list("name", flat=True)}
    codes = _codes(visible)
    hidden = _codes(Client.objects.all()) - codes
    lines: dict[str, int] = {}
    rows = []
    for row in _rows(table, mapping):
        code = row.values["code"].casefold()
        key = code or row.values["name"].casefold()
        if not row.problem and (first := lines.setdefault(key, row.line)) != row.line:
            row.problem = f"Line {first} of the file is the same client."
        row.is_known = code in codes if code else key in names
        if not row.problem and code in hidden:
            row.problem = "Another client has this code."
        rows.append(row)
    return Plan(rows)


def _codes(clients: QuerySet[Client]) -> set[str]:
    return {code.casefold() for code in clients.exclude(code="").values_list("code", flat=True)}


@transaction.atomic
def run(table: Table, mapping: Mapping, *, by: Membership) -> Plan:
    """Write the new rows. One import of a firm at a time, so that a double click cannot write them twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"client import {current_tenant_id()}"]
        )
    planned = plan(table, mapping, by=by)
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
    for row in table.rows:
        values = picked(row, mapping, COLUMNS, prose=PROSE)
        yield PlannedRow(row, values, row.problem or _problem(values))


def _problem(values: dict[str, str]) -> str:
    if not values["name"]:
        return "The name is missing."
    if problem := text_problem(values, COLUMNS, LIMITS, prose=PROSE):
        return problem
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
