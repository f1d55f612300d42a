"""Reads a folder with one CSV or JSON file a table. Nothing is guessed: what is not UTF-8 or not a table is told."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from config.adopting.problems import Problems
from config.adopting.tables import TABLES, Column, organization_columns

ORGANIZATION_FILE, FILES, MAP = "organization.json", "files", "id-map.csv"
#: Columns a data set may have and that are passed over: they say again what is known here.
PASSED_OVER = {"organization_id", "updated_at"}
SECRETS = ("password", "token", "secret")


@dataclass(frozen=True)
class RawRow:
    """One row as the file has it; `number` is what a person counts: a CSV's headings are row 1."""

    number: int
    cells: dict[str, Any]


@dataclass(frozen=True)
class RawTable:
    file: str
    rows: list[RawRow]


def read_folder(folder: Path, problems: Problems) -> dict[str, RawTable]:
    tell_strange_files(folder, problems)
    found = {}
    for table in TABLES:
        paths = [path for kind in ("csv", "json") if (path := folder / f"{table.name}.{kind}").is_file()]
        if len(paths) == 2:
            problems.add(paths[0].name, None, "", f"There is a {paths[1].name} as well; keep one of them.")
        elif paths:
            rows = list(read_rows(paths[0], problems))
            tell_strange_columns(paths[0].name, rows, table.columns, table.required, problems)
            found[table.name] = RawTable(paths[0].name, rows)
    return found


def read_organization(folder: Path, problems: Problems) -> dict[str, Any]:
    path = folder / ORGANIZATION_FILE
    if not path.is_file():
        problems.add(ORGANIZATION_FILE, None, "", "The file is missing; it holds at least the firm's name.")
        return {}
    said = parse_json(path, problems)
    if not isinstance(said, dict):
        if said is not None:
            problems.add(ORGANIZATION_FILE, None, "", "The file must hold one JSON object.")
        return {}
    columns = organization_columns()
    tell_strange_columns(path.name, [RawRow(1, said)], {**columns, "id": columns["name"]}, ["name"], problems)
    return said


def tell_strange_files(folder: Path, problems: Problems) -> None:
    """A file whose name is misspelt would be left out without a word."""
    known = {f"{table.name}.{kind}" for table in TABLES for kind in ("csv", "json")} | {ORGANIZATION_FILE, FILES, MAP}
    for path in sorted(folder.iterdir()):
        if path.name not in known and not path.name.startswith((".", "README")):
            problems.add(path.name, None, "", f"No table has this name.{suggestion(path.name, known)}")


def read_rows(path: Path, problems: Problems) -> Iterator[RawRow]:
    if path.suffix == ".json":
        yield from json_rows(path, problems)
    else:
        yield from csv_rows(path, problems)


def csv_rows(path: Path, problems: Problems) -> Iterator[RawRow]:
    text = decode(path, problems)
    if text is None:
        return
    csv.field_size_limit(10 * 1024 * 1024)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        headings = [heading.strip() for heading in next(reader, [])]
        for twice in sorted({heading for heading in headings if headings.count(heading) > 1}):
            problems.add(path.name, 1, twice, "Two columns have this heading.")
        for number, cells in enumerate(reader, start=2):
            if not any(cells):
                continue
            if len(cells) != len(headings):
                problems.add(path.name, number, "", f"{len(cells)} cells stand under {len(headings)} headings.")
                continue
            yield RawRow(number, dict(zip(headings, cells, strict=True)))
    except csv.Error as error:
        problems.add(path.name, reader.line_num, "", f"This line cannot be read as CSV: {error}.")


def json_rows(path: Path, problems: Problems) -> Iterator[RawRow]:
    said = parse_json(path, problems)
    if said is None:
        return
    if not isinstance(said, list) or not all(isinstance(row, dict) for row in said):
        problems.add(path.name, None, "", "The file must hold a JSON list of objects, one a row.")
        return
    yield from (RawRow(number, row) for number, row in enumerate(said, start=1))


def parse_json(path: Path, problems: Problems) -> Any:
    text = decode(path, problems)
    try:
        return None if text is None else json.loads(text)
    except json.JSONDecodeError as error:
        problems.add(path.name, error.lineno, "", f"This line cannot be read as JSON: {error.msg}.")
        return None


def decode(path: Path, problems: Problems) -> str | None:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.add(path.name, line, "", "This line is not UTF-8. Save the file as UTF-8 and try again.")
        return None


def tell_strange_columns(
    file: str, rows: list[RawRow], columns: dict[str, Column], required: list[str], problems: Problems
) -> None:
    seen = dict.fromkeys(name for row in rows for name in row.cells)
    for name in seen:
        if any(word in name.lower() for word in SECRETS):
            problems.add(file, None, name, "Passwords and other secrets are never taken over; leave this column out.")
        elif name not in columns and name not in PASSED_OVER:
            problems.add(file, None, name, f"The table has no such column.{suggestion(name, columns)}")
    for name in required if rows else ():
        if name not in seen:
            problems.add(file, None, name, "This column is missing.")


def suggestion(name: str, known: Any) -> str:
    close = get_close_matches(name, list(known), 1)
    return f" Did you mean {close[0]}?" if close else ""
