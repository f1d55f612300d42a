"""The rows of a table of clients, judged: which are new, known, would change something, or cannot be read, and why."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from billing.entitlements import entitled
from billing.features import F
from clients import tags
from clients.csv_reading import Row, Table
from clients.importing import Columns, Mapping, Plan, PlannedRow, picked, text_problem
from clients.models import Client
from clients.year_ends import read_year_end
from organizations.csv_download import FORMULA_STARTS
from organizations.models import Membership

#: What a column may become, and the headers that mean it.
COLUMNS: Columns = {
    "name": (
        "Name",
        ("name", "client", "client name", "company", "company name", "security", "organisation", "organization"),
    ),
    "code": ("Client code", ("code", "client code", "symbol", "ticker", "reference", "ref", "id")),
    "type": ("Kind", ("type", "kind", "client type", "entity type")),
    "industry": ("Industry", ("industry", "sector", "gics sector", "business")),
    "website": ("Website", ("website", "web", "url", "homepage")),
    "year_end": ("Year end", ("year end", "ye", "fiscal year end", "fye", "year end mm dd")),
    "line1": ("Address", ("address", "street", "address line")),
    "line2": ("Address, second line", ("address line two", "address second line")),
    "city": ("Town or city", ("city", "town", "location", "headquarters", "headquarters location")),
    "postcode": ("Postcode", ("postcode", "post code", "zip", "zip code", "postal code")),
    "country": ("Country", ("country",)),
    "tax_id": ("Tax number", ("tax id", "tax number", "vat", "vat number", "ein", "utr")),
    "lead": ("Lead", ("lead", "partner", "manager", "owner", "ptr")),
    "tags": ("Tags", ("tags", "tag", "labels")),
    "contact_name": ("Contact name", ("contact", "contact name", "main contact")),
    "contact_email": ("Contact e-mail", ("email", "e mail", "mail", "contact email", "contact e mail")),
    "contact_phone": ("Contact phone", ("phone", "telephone", "contact phone")),
    "notes": ("Notes", ("notes", "note", "comment", "comments")),
}
LIMITS = {
    "name": 200, "code": 20, "industry": 120, "line1": 200, "line2": 200, "city": 100, "postcode": 20, "country": 100,
    "website": 300, "tax_id": 40, "notes": 10_000, "contact_name": 200, "contact_email": 254, "contact_phone": 40,
}  # fmt: skip
PROSE = ("notes",)
ADDRESS = ("line1", "line2", "city", "postcode", "country")
#: What an update may change; the rest of a known client's row is left alone.
UPDATED = ("name", "type", "industry", "website", "year_end", "notes", *ADDRESS)
KINDS = {word.casefold(): value for value, label in Client.Kind.choices for word in (value, label)}
MANY = 5000


@dataclass
class ClientRow(PlannedRow):
    """`changes` are the fields of a known client in which the file says something else, old and new."""

    client: Client | None = None
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    lead: Membership | None = None

    @property
    def state(self) -> str:
        return "changed" if self.changes and not self.problem else super().state

    @property
    def key(self) -> str:
        return (self.values["code"] or self.values["name"]).lower()

    @property
    def change_words(self) -> str:
        return "; ".join(f"{COLUMNS[name][0]}: {old or 'nothing'} → {new}" for name, (old, new) in self.changes.items())


class ClientPlan(Plan):
    @property
    def changed(self) -> list[PlannedRow]:
        return self._in("changed")


def plan(
    table: Table,
    mapping: Mapping,
    *,
    by: Membership,
    updates: bool = False,
    part: slice | None = None,
) -> ClientPlan:
    """What would become of the rows, or of a part of them. A row is known by its code, else by its name, in any case.

    Of clients the member may not see, no name is given away; that a code is taken is all that is said.
    """
    rows = [_read(row, mapping) for row in table.rows]
    _point_out_twins(rows)
    rows = rows[part] if part else rows
    known = _Known.of(rows, by)
    for row in rows:
        _judge(row, known, mapping, updates=updates)
    _stop_at_the_limit([row for row in rows if row.state == "new"])
    return ClientPlan(list(rows))


def _stop_at_the_limit(new: list[ClientRow]) -> None:
    """As many as the firm's plan has places for; the others stay in the file to correct, with the reason."""
    answer = entitled(F.CLIENTS, adding=len(new))
    if not answer.allowed:
        for row in new[answer.room or 0 :]:
            row.problem = answer.reason


def _read(row: Row, mapping: Mapping) -> ClientRow:
    values = {name: _unquoted(text) for name, text in picked(row, mapping, COLUMNS, prose=PROSE).items()}
    if (website := values["website"]) and "://" not in website:
        values["website"] = f"https://{website}"
    read = ClientRow(row, values, row.problem or " ".join(_problems(values)))
    values["year_end"] = read_year_end(values["year_end"]) or ""
    values["type"] = KINDS.get(values["type"].casefold(), "")
    return read


def _unquoted(text: str) -> str:
    """Without the sign that keeps a spreadsheet from reading a formula: files exported here carry it."""
    return text[1:] if text.startswith("'") and text[1:].lstrip(" ").startswith(FORMULA_STARTS) else text


def _point_out_twins(rows: list[ClientRow]) -> None:
    lines: dict[str, int] = {}
    for row in rows:
        if not row.problem and (first := lines.setdefault(row.key, row.line)) != row.line:
            row.problem = f"Line {first} of the file is the same client."


@dataclass(frozen=True)
class _Known:
    """What the firm has already, as far as these rows could mean it."""

    by_code: dict[str, Client]
    by_name: dict[str, Client]
    hidden_codes: set[str]
    people: dict[str, Membership]

    @classmethod
    def of(cls, rows: list[ClientRow], by: Membership) -> "_Known":
        visible = Client.objects.visible_to(by)
        codes = {row.values["code"].lower() for row in rows} - {""}
        names = {row.values["name"].lower() for row in rows if not row.values["code"]} - {""}
        by_code = {client.code.lower(): client for client in _found(visible, "code_key", codes)}
        taken = {client.code.lower() for client in _found(Client.objects.all(), "code_key", codes)}
        people: dict[str, Membership] = {}
        for member in Membership.objects.active() if any(row.values["lead"] for row in rows) else []:
            people |= {member.display_name.casefold(): member, member.email.casefold(): member}
        return cls(
            by_code,
            {client.name.lower(): client for client in _found(visible, "name_key", names)},
            taken - by_code.keys(),
            people,
        )


def _found(clients: Any, column: str, values: Iterable[str]) -> Iterator[Client]:
    for some in batched(sorted(values), MANY):
        yield from clients.filter(**{f"{column}__in": some}).defer("tsv")


def _judge(row: ClientRow, known: _Known, mapping: Mapping, *, updates: bool) -> None:
    code, name = row.values["code"].lower(), row.values["name"].lower()
    row.client = known.by_code.get(code) if code else known.by_name.get(name)
    row.is_known = row.client is not None
    if not row.problem and code in known.hidden_codes:
        row.problem = "Another client has this code."
    if lead := row.values["lead"]:
        row.lead = known.people.get(lead.casefold())
        if not row.lead:
            row.problem = f"{row.problem} Nobody in the firm is called “{lead[:60]}”.".strip()
    if updates and row.client is not None and code:
        row.changes = changes(row.client, row.values)


def changes(client: Client, values: dict[str, str]) -> dict[str, tuple[str, str]]:
    """An empty cell changes nothing."""
    stored = {name: stored_value(client, name) for name in UPDATED}
    return {name: (stored[name], values[name]) for name in UPDATED if values[name] and values[name] != stored[name]}


def stored_value(client: Client, name: str) -> str:
    return client.address.get(name, "") if name in ADDRESS else getattr(client, name)


def _problems(values: dict[str, str]) -> Iterator[str]:
    """All of them at once, so that a row is corrected once."""
    if not values["name"]:
        yield "The name is missing."
    if problem := text_problem(values, COLUMNS, LIMITS, prose=PROSE):
        yield problem
    if values["year_end"] and read_year_end(values["year_end"]) is None:
        yield f"“{values['year_end'][:20]}” is no year end such as 12-31."
    if values["type"] and values["type"].casefold() not in KINDS:
        yield f"“{values['type'][:20]}” is no kind of client: write {_kinds()}."
    if values["website"] and not _is_website(values["website"]):
        yield f"“{values['website'][:60]}” is not a website such as https://kestrel.example."
    if any(len(tag) > 40 for tag in tags.split(values["tags"])):
        yield "A tag is longer than 40 characters."
    if values["contact_email"] and not _is_address(values["contact_email"]):
        yield f"“{values['contact_email'][:60]}” is not an e-mail address."


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _is_website(text: str) -> bool:
    if not re.match(r"https?://", text):
        return False
    try:
        URLValidator()(text)
    except ValidationError:
        return False
    return True


def _kinds() -> str:
    *most, last = [str(label) for label in Client.Kind.labels]
    return f"{', '.join(most)} or {last}"
