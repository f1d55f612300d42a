"""Writes docs/schema.md from the models. A test fails when the file is stale."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from django.db.models.constraints import CheckConstraint, UniqueConstraint

from tenancy.backend.base import DatabaseWrapper
from tenancy.expected import isolation_of, parameters
from tenancy.keys import TenantForeignKey
from tenancy.management.column_words import column_words
from tenancy.management.made_page import MadePageCommand
from tenancy.platform import platform_tables

INTRODUCTION = """\
# The schema

Made by `manage.py schema_docs` from the models; do not edit it by hand.

A **tenant** table belongs to the firms: its primary key is `(organization_id, id)`, its foreign keys into other tenant
tables hold both columns, and forced row-level security shows the application one firm's rows (`tenancy/README.md`).
A **platform** table lies outside the firms; `config/platform_tables.py` says which role may do what with which rows.
What a column is, its field says: in its help text, or in the `#:` comment above it.
In the diagrams the line from every tenant table to `organizations` is left out, and so are `created_by` columns.
"""

Model = type[models.Model]


class Command(MadePageCommand):
    help = "Write docs/schema.md: the tables by app, with diagrams."
    name = "schema"

    def page(self) -> str:
        return schema_page()


def schema_page() -> str:
    by_app = [(label, list(found)) for label, found in groupby(our_models(), lambda model: model._meta.app_label)]
    parts = [INTRODUCTION]
    for label, found in by_app:
        parts.append(f"## {label}\n\n```mermaid\n" + "\n".join(diagram(found)) + "\n```\n")
        parts += ["\n".join(reference(model)) for model in found]
    parts.append("## Tables of libraries\n\n" + "\n".join(library_tables()) + "\n")
    return "\n".join(parts)


def our_models() -> list[Model]:
    """Those whose code is in this project, app by app in the order of INSTALLED_APPS."""
    ours = [config for config in apps.get_app_configs() if Path(config.path).parent == Path(settings.BASE_DIR)]
    return [model for config in ours for model in sorted(config.get_models(), key=lambda model: model._meta.db_table)]


# --- diagrams ---------------------------------------------------------------------------------------------------


def diagram(found: list[Model]) -> Iterator[str]:
    yield "erDiagram"
    for model in found:
        yield f"  {model._meta.db_table} {{"
        for field in model._meta.concrete_fields:
            if field.primary_key or is_drawn(field):
                kind = "PK" if field.primary_key else "FK"
                yield f"    {word(column_type(field))} {field.column} {kind}"
        yield "  }"
    for model in found:
        drawn: list[Any] = list(filter(is_drawn, model._meta.concrete_fields))
        for field in drawn:
            target = field.related_model._meta.db_table
            one = "|o" if field.null else "||"
            many = "o|" if field.one_to_one else "o{"
            yield f"  {target} {one}--{many} {model._meta.db_table} : {field.name}"


def is_drawn(field: Any) -> bool:
    return isinstance(field, models.ForeignKey) and field.name not in ("organization", "created_by")


def word(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_")


# --- tables -----------------------------------------------------------------------------------------------------


def reference(model: Model) -> Iterator[str]:
    yield f"### `{model._meta.db_table}`\n"
    summary = (model.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    said = "" if summary.startswith(f"{model.__name__}(") else re.sub(r"\s+", " ", summary)
    yield f"{said} *{protection(model)}* Model `{model._meta.label}`.\n".lstrip()
    yield "| column | type | null | key | what it is |"
    yield "|---|---|---|---|---|"
    for field in model._meta.concrete_fields:
        null = "yes" if field.null else ""
        yield f"| `{field.column}` | {column_type(field)} | {null} | {key(model, field)} | {column_words(model, field)} |"
    yield ""
    for title, lines in (
        ("Policies", policies(model)),
        ("Indexes", indexes(model)),
        ("Constraints", constraints(model)),
    ):
        if found := list(lines):
            yield f"{title}:\n"
            yield from (f"* {line}" for line in found)
            yield ""


def protection(model: Model) -> str:
    isolation = isolation_of(model)
    if isolation:
        options = isolation.options
        notes = [
            "append-only" if options["append_only"] else "",
            f"operators: {options['operator']}" if options["operator"] else "no operator",
            "read by look-ups" if options["lookup"] else "",
        ]
        return f"Tenant table by `{options['column']}` ({', '.join(filter(None, notes))})."
    listed = {table.name: table for table in platform_tables()}.get(model._meta.db_table)
    if not model._meta.managed:
        return "View; it asks as its reader."
    if listed is None:
        return "Table of the marketing database."
    rows = ", ".join(
        f"{surface}: {'all' if condition == 'true' else 'own'}" for surface, condition in listed.rows.items()
    )
    rows += "".join(f"; {surface} reads all" for surface in listed.reads)
    return f"Platform table ({rows})." if rows else "Platform table, without policies."


def column_type(field: Any) -> str:
    if field.generated:
        return f"{field.output_field.db_type(connection())} generated"
    return field.db_type(connection())


def key(model: Model, field: Any) -> str:
    if isinstance(field, models.ForeignKey):
        target = f"`{field.related_model._meta.db_table}`"
        return f"with `organization_id` → {target}" if isinstance(field, TenantForeignKey) else f"→ {target}"
    if field.primary_key:
        isolation = isolation_of(model)
        alone = isolation is None or isolation.options["column"] == field.column
        return "primary" if alone else "primary, after `organization_id`"
    return "unique" if field.unique else ""


def policies(model: Model) -> Iterator[str]:
    for policy in parameters()["policies"].obj:
        if policy["table"] == model._meta.db_table:
            using, check = policy["using"], policy["check"]
            parts = {"": using} if using == check else {" using": using, " check": check}
            said = ",".join(f"{word} `{condition}`" for word, condition in parts.items() if condition)
            yield f"`{policy['role']}`, {policy['command']}:{said}"


def indexes(model: Model) -> Iterator[str]:
    fields: Any = model._meta.local_concrete_fields
    for field in fields:
        if field.db_index and not field.unique:
            columns = ["organization_id", field.column] if isinstance(field, TenantForeignKey) else [field.column]
            yield f"`({', '.join(columns)})`"
    for index in model._meta.indexes:
        yield f"`{index.name}`: {on_columns(str(index.create_sql(model, editor())))}"


def constraints(model: Model) -> Iterator[str]:
    declared: Any = model._meta.constraints
    for constraint in declared:
        if isinstance(constraint, UniqueConstraint):
            yield f"`{constraint.name}`: unique {on_columns(str(constraint.create_sql(model, editor())))}"
        elif isinstance(constraint, CheckConstraint):
            _, _, condition = str(constraint.create_sql(model, editor())).partition(" CHECK ")
            yield f"`{constraint.name}`: `{condition}`".replace('"', "")


def on_columns(statement: str) -> str:
    """`CREATE INDEX "name" ON "table" (…)` → `(…)`"""
    if " ADD CONSTRAINT " in statement:
        text = re.sub(r"^.* UNIQUE (?=[N(])", "", statement)
    else:
        _, _, rest = statement.partition(" ON ")
        text = rest[rest.index(" ") + 1 :]
    return "`" + re.sub(r"\((\w+\([^()]*\))\)", r"\1", text.replace('"', "")) + "`"


def library_tables() -> Iterator[str]:
    ours = {model._meta.db_table for model in our_models()}
    yield "| table | may |"
    yield "|---|---|"
    for table in platform_tables():
        if table.name not in ours:
            may = "; ".join(f"{surface}: {grant}" for surface, grant in table.grants.items())
            yield f"| `{table.name}` | {may or 'nobody'} |"


def connection() -> Any:
    """Knows PostgreSQL's types and SQL; never connects."""
    return DatabaseWrapper(
        connections.settings["default"] | {"ENGINE": "tenancy.backend", "TENANCY": False}, "schema_docs"
    )


def editor() -> Any:
    return connection().schema_editor(collect_sql=True)
