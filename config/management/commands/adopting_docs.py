"""Writes docs/adopting.md: the words below, and the tables of columns from the models. A test fails when it is stale."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import models

from config.adopting.tables import FILE, MEASURED, TABLES, Column, Table, organization_columns
from tenancy.management.made_page import MadePageCommand

WORDS = Path(__file__).resolve().parents[2] / "adopting" / "words.md"


class Command(MadePageCommand):
    help = "Write docs/adopting.md: what a data set has to look like."
    name = "adopting"

    def page(self) -> str:
        return page()


def page() -> str:
    parts = [WORDS.read_text(), "\n## `organization.json`\n", *listed(organization_columns().values(), {"name"})]
    for table in TABLES:
        parts += [f"\n## `{table.name}`\n", *listed(table.columns.values(), {*table.required, *always(table)})]
    return "\n".join(parts) + "\n"


def always(table: Table) -> set[str]:
    return {FILE.name} if FILE.name in table.columns else set()


def listed(columns: Any, required: set[str]) -> Iterator[str]:
    yield "| column | holds | required |"
    yield "|---|---|---|"
    for column in columns:
        yield f"| `{column.name}` | {holds(column)} | {'yes' if column.name in required else ''} |"


def holds(column: Column) -> str:
    field = column.field
    if column.name == "id":
        return "the row's id"
    if column is FILE:
        return "path of the content below `files/`"
    if column.target:
        return f"id of a row of `{column.target}`"
    if column.name in MEASURED:
        return "read from the file; if given, it must agree" if column.name != "content_type" else "read from the file"
    if field.choices:
        return "one of " + ", ".join(f"`{value}`" for value, _ in field.flatchoices if value)
    return kind(field)


def kind(field: Any) -> str:
    """In the order of asking: an address is a text, too."""
    kinds: dict[type[models.Field], str] = {
        models.JSONField: "a JSON object",
        models.BooleanField: "`true` or `false`",
        models.DateTimeField: "date and time with its zone",
        models.DateField: "date, such as 2026-03-31",
        models.DecimalField: "number",
        models.IntegerField: "whole number",
        models.EmailField: "e-mail address",
        models.URLField: "web address",
    }
    known = next((words for one, words in kinds.items() if isinstance(field, one)), "text")
    return f"{known}, at most {field.max_length} characters" if known == "text" and field.max_length else known
