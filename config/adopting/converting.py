"""Raw cells become values of the models' fields, and source ids become ids of ours."""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_datetime

from config.adopting.problems import Problems
from config.adopting.reading import RawRow, RawTable
from config.adopting.tables import TABLES, Column, Table

BOOLEANS = {"true": True, "t": True, "yes": True, "1": True, "false": False, "f": False, "no": False, "0": False}

#: (table, source id) → our id; raises ValueError with a sentence.
MakeId = Callable[[str, str], uuid.UUID]


@dataclass(eq=False)
class Row:
    """One row to write. `references` say which row of which table each column names."""

    number: int
    source: str
    pk: uuid.UUID
    values: dict[str, Any] = field(default_factory=dict)
    references: dict[str, tuple[str, uuid.UUID]] = field(default_factory=dict)


@dataclass
class DataSet:
    """Everything a folder holds, table by table. `elsewhere`: members who are in the firm under another id already."""

    files: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    elsewhere: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)


def kept_id(table: str, source: str) -> uuid.UUID:
    try:
        return uuid.UUID(source)
    except ValueError:
        raise ValueError(f"“{source}” is no UUID. Ids that are none can be mapped: --ids map.") from None


def mapped_id(organization_id: uuid.UUID) -> MakeId:
    """The same source id in the same firm is always the same row, and no other firm's."""
    return lambda table, source: uuid.uuid5(organization_id, f"{table}:{source}")


def convert(raw: dict[str, RawTable], make_id: MakeId, problems: Problems) -> DataSet:
    found = DataSet(files={name: table.file for name, table in raw.items()})
    for table in TABLES:
        rows = raw[table.name].rows if table.name in raw else []
        found.rows[table.name] = list(identified(table, rows, make_id, found.files, problems))
    for table in TABLES:
        # A JSON row may leave out what the others have. What no row has is a missing column, which is told already.
        cells = {row.number: row.cells for row in raw[table.name].rows} if table.name in raw else {}
        columns = {name for row in cells.values() for name in row}
        for row in found.rows[table.name]:
            fill(table, row, {**dict.fromkeys(columns), **cells[row.number]}, make_id, found, problems)
    return found


def identified(
    table: Table, rows: list[RawRow], make_id: MakeId, files: dict[str, str], problems: Problems
) -> Iterator[Row]:
    seen = set[uuid.UUID]()
    has_ids = any("id" in raw.cells for raw in rows)  # a column that is missing altogether is told already
    for raw in rows:
        source = text_of(raw.cells.get("id"))
        if not source:
            if has_ids:
                problems.add(files[table.name], raw.number, "id", "The row has no id.")
            continue
        try:
            pk = make_id(table.name, source)
        except ValueError as error:
            problems.add(files[table.name], raw.number, "id", str(error))
            continue
        if pk in seen:
            problems.add(files[table.name], raw.number, "id", f"Another row has the id “{source}” already.")
            continue
        seen.add(pk)
        yield Row(raw.number, source, pk)


def fill(table: Table, row: Row, cells: dict[str, Any], make_id: MakeId, found: DataSet, problems: Problems) -> None:
    file = found.files[table.name]
    for column in table.columns.values():
        said = cells.get(column.name)
        if column.name == "id":
            continue
        if said is None or said == "":
            if column.is_required and column.name in cells:
                problems.add(file, row.number, column.name, "This must not be empty.")
            continue
        try:
            if column.target:
                row.references[column.name] = (column.target, make_id(column.target, text_of(said)))
            else:
                row.values[column.name] = value(column, said)
        except ValueError as error:
            problems.add(file, row.number, column.name, str(error))


def value(column: Column, said: Any) -> Any:
    """The field's own conversion and validators. Raises ValueError with a sentence."""
    kind = column.field
    if isinstance(said, str) and "\0" in said:
        raise ValueError("The text holds a NUL character, which no database keeps.")
    if isinstance(kind, models.JSONField):
        return json_value(kind, said)
    if isinstance(said, (dict, list)):
        raise ValueError("One value belongs here, not a list or an object.")
    if isinstance(kind, models.BooleanField):
        if (answer := BOOLEANS.get(str(said).lower())) is None:
            raise ValueError(f"“{said}” is neither true nor false.")
        return answer
    if isinstance(kind, models.DateTimeField):
        return moment(said)
    try:
        return kind.clean(said, None)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from error


def json_value(kind: models.JSONField, said: Any) -> Any:
    try:
        parsed = json.loads(said) if isinstance(said, str) else said
    except json.JSONDecodeError as error:
        raise ValueError(f"This cannot be read as JSON: {error.msg}.") from error
    if not isinstance(parsed, dict):
        raise ValueError("A JSON object belongs here.")
    return parsed


def moment(said: Any) -> Any:
    try:
        parsed = parse_datetime(str(said))
    except ValueError:
        parsed = None
    if parsed is None:
        raise ValueError(f"“{said}” is no date and time such as 2026-03-31T17:00:00Z.")
    if parsed.tzinfo is None:
        raise ValueError(f"“{said}” does not say in which time zone; write it with Z or +01:00.")
    return parsed


def text_of(said: Any) -> str:
    return "" if said is None else str(said).strip()
