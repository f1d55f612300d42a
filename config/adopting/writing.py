"""Writes a data set into one organization, as the application's role inside that organization: both walls hold."""

import uuid
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import Any

from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, models, transaction

from clients.models import RequestList, grant, project_access
from clients.storage import new_storage_key
from config.adopting.contents import VERSIONS, Contents
from config.adopting.converting import DataSet, Row
from config.adopting.problems import Problems
from config.adopting.tables import NAMES, TABLES, Table

BATCH = 500
#: What a row of these tables grants.
GRANTED = {"client_grants": grant.VIEW, "project_grants": project_access.VIEW}
MODELS = {table.name: table.model for table in TABLES}

# Copying files takes longer than a page may; the limits are this role's own and come back with the next transaction.
NO_HURRY = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
#: Rows of one table may name each other in any order.
LATER, NOW = "SET CONSTRAINTS ALL DEFERRED", "SET CONSTRAINTS ALL IMMEDIATE"


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def tell_dangling(found: DataSet, problems: Problems) -> None:
    """A reference leads to a row of the set or to one the firm has: to another firm's it cannot lead at all."""
    known = {table.name: {row.pk for row in found.rows[table.name]} for table in TABLES}
    for target in known:
        named = {pk for _, _, _, kind, pk in references(found) if kind == target}
        known[target] |= there(MODELS[target], named - known[target])
    for table, row, column, target, pk in references(found):
        if found.elsewhere.get(pk, pk) not in known[target]:
            problems.add(found.files[table], row.number, column, f"No row of {target} has this id.")


def references(found: DataSet) -> Iterator[tuple[str, Row, str, str, uuid.UUID]]:
    for table in TABLES:
        for row in found.rows[table.name]:
            for column, (target, pk) in row.references.items():
                yield table.name, row, column, target, pk


def write(found: DataSet, contents: Contents, problems: Problems, *, dry: bool) -> dict[str, int]:
    """How many rows were added, by table. Rows that are there already stay as they are."""
    complete(found)
    added = {table.name: add_rows(table, found, contents, problems, dry=dry) for table in TABLES}
    count_on(found)
    return added


def complete(found: DataSet) -> None:
    """What a set need not say: the last number of a list, what a grant grants, and how a comment was sent."""
    highest = highest_numbers(found)
    for row in found.rows["request_lists"]:
        row.values["last_number"] = max(row.values.get("last_number", 0), highest.get(row.pk, 0))
    for row in found.rows["comments"]:
        row.values["submission"] = row.pk  # nobody presses again the button that sent it
    for table, codename in GRANTED.items():
        if rows := found.rows[table]:
            view = Permission.objects.get(codename=codename, content_type__app_label="clients")
            for row in rows:
                row.values["permission"] = view


def highest_numbers(found: DataSet) -> dict[uuid.UUID, int]:
    """The highest number the set gives a request, by list."""
    highest: dict[uuid.UUID, int] = {}
    for row in found.rows["requests"]:
        if "request_list_id" in row.references:
            request_list = row.references["request_list_id"][1]
            highest[request_list] = max(highest.get(request_list, 0), row.values.get("number", 0))
    return highest


def count_on(found: DataSet) -> None:
    """A list the firm had before this set gives its next request a number that none of the set has."""
    for request_list, number in highest_numbers(found).items():
        behind = RequestList._base_manager.filter(pk=request_list, last_number__lt=number)
        behind.update(last_number=number)


def add_rows(table: Table, found: DataSet, contents: Contents, problems: Problems, *, dry: bool) -> int:
    rows = found.rows[table.name]
    old = there(table.model, {row.pk for row in rows})
    new = [row for row in rows if row.pk not in old]
    if table.name == VERSIONS:
        for row in new:
            if dry:
                row.values["storage_key"] = new_storage_key()
            else:
                contents.keep(row)
    for batch in batched(new, BATCH):
        if refusal(table.model, found, batch):
            for row in batch:  # once more one by one, to say which
                if error := refusal(table.model, found, [row]):
                    problems.add(found.files[table.name], row.number, "", sentence(table.model, error))
    return len(new)


def refusal(model: type[models.Model], found: DataSet, rows: Iterable[Row]) -> DatabaseError | None:
    try:
        with transaction.atomic():
            model._base_manager.bulk_create([instance(model, found, row) for row in rows])
    except DatabaseError as error:
        return error
    return None


def instance(model: type[models.Model], found: DataSet, row: Row) -> models.Model:
    """The primary key of a row that names a member by the id of the set may be another in the firm."""
    names = {column: found.elsewhere.get(pk, pk) for column, (_, pk) in row.references.items()}
    attributes = {str(field.column): field.attname for field in model._meta.concrete_fields}
    return model(pk=row.pk, **row.values, **{attributes[column]: pk for column, pk in names.items()})


def sentence(model: type[models.Model], error: DatabaseError) -> str:
    """Names the rule, never another row's content."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    rule: Any = next((rule for rule in model._meta.constraints if rule.name == name), None)
    if rule is None:
        return "The database does not take this row" + (f": it breaks {name}." if name else ".")
    if rule.violation_error_message != rule.default_violation_error_message:
        return str(rule.violation_error_message)
    if isinstance(rule, models.UniqueConstraint) and rule.fields:
        fields = [field for field in rule.fields if field != "organization"]
        return f"Another row of {NAMES[model]} has the same {', '.join(fields)}."
    return f"The row breaks the rule {name} (docs/schema.md)."


def there(model: type[models.Model], pks: set[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these the firm has, deleted ones too."""
    return {
        pk
        for batch in batched(pks, 5000)
        for pk in model._base_manager.filter(pk__in=batch).values_list("pk", flat=True)
    }
