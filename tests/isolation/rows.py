"""Every tenant table, and what is in it, seen by the owner: the only witness both firms' rows have."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from psycopg import sql

from config.environment import role_password
from tenancy.context import OWNER, surface
from tenancy.expected import isolation_of, tenant_models

MODELS = {model._meta.db_table: model for model in tenant_models()}
TABLES = sorted(MODELS)
#: Tables in months: a statement about the table itself, without its parts, finds nothing in them.
PARTITIONED = {apps.get_model(label)._meta.db_table for label in settings.TENANCY_PARTITIONED}

#: (table, organization) → digest of its rows
Snapshot = dict[tuple[str, Any], str]


def column(table: str) -> str:
    """The column that says whose a row is: `id` on the organization itself."""
    return isolation_of(MODELS[table]).options["column"] if table in MODELS else "organization_id"


def key_of(table: str) -> str:
    """The column that names a row within its firm: `id`, but where the model says otherwise."""
    return str(MODELS[table]._meta.pk.column) if table in MODELS else "id"


def keyed(text: str, table: str) -> str:
    """SQL that says `id`, with the table's own key in its place."""
    return re.sub(r"(?<!%\()\bid\b", key_of(table), text)


def is_append_only(table: str) -> bool:
    return isolation_of(MODELS[table]).options["append_only"]


DIGESTS = (
    sql.SQL(" UNION ALL ")
    .join(
        sql.SQL(
            "SELECT {name}, {column}, sum(hashtextextended(t::text, 0)::numeric) FROM {table} t GROUP BY {column}"
        ).format(name=sql.Literal(table), column=sql.Identifier(column(table)), table=sql.Identifier(table))
        for table in TABLES
    )
    .as_string(None)
)


def snapshot() -> Snapshot:
    """A digest of every firm's rows in every table."""
    return {(table, firm): digest for table, firm, digest in as_owner(DIGESTS)}


#: Rows written in this transaction so far, undone ones too; and whether there was any write at all, to whatever table.
WRITTEN = """
SELECT pg_current_xact_id_if_assigned() IS NULL, (
    SELECT sum(pg_stat_get_xact_tuples_inserted(part) + pg_stat_get_xact_tuples_updated(part) + pg_stat_get_xact_tuples_deleted(part))
    FROM unnest(%s::oid[]) part
)
"""
PARTS = """
SELECT array_agg(DISTINCT part) FROM unnest(%s::text[]) name, LATERAL (
    SELECT to_regclass(quote_ident(name))::oid UNION ALL SELECT relid::oid FROM pg_partition_tree(to_regclass(quote_ident(name)))
) parts (part)
"""


@dataclass(frozen=True)
class Watch:
    """What `snapshot()` says, had it been asked; which is needed only where something has been written since."""

    database: str
    parts: list[int]
    written: int
    known: Snapshot | None

    def before(self) -> Snapshot:
        """Where this transaction had written nothing, what others see still."""
        if self.known is not None:
            return self.known
        with signed_on("tickmark_owner", self.database) as another:
            return {(table, firm): digest for table, firm, digest in another.execute(DIGESTS)}


def watch() -> Watch:
    """Instead of `snapshot()` where everything happens in this one transaction: much cheaper, and as sharp."""
    ((database,),) = run("SELECT current_database()")
    if database not in _parts:
        _parts[database] = run(PARTS, TABLES)[0][0]
    ((is_first, written),) = run(WRITTEN, _parts[database])
    return Watch(database, _parts[database], written, None if is_first else snapshot())


_parts: dict[str, list[int]] = {}


def changed(before: Snapshot | Watch) -> set[tuple[str, Any]]:
    if isinstance(before, Watch):
        if run(WRITTEN, before.parts)[0][1] == before.written:
            return set()
        before = before.before()
    now = snapshot()
    return {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}


def as_owner(query: Any, *params: Any) -> list[tuple]:
    with surface(OWNER):
        return run(query, *params)


def run(query: Any, *params: Any) -> Any:
    """Rows, or how many rows a write reached."""
    with connection.cursor() as cursor:
        cursor.execute(query, params or None)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def a_row(table: str, firm: Any) -> Any:
    """The key of one of the firm's rows: the first, which the cast has made."""
    key = table, firm.organization.pk
    if key not in _first_rows:
        _first_rows[key] = _first_row(table, firm)
    return _first_rows[key]


_first_rows: dict[tuple[str, Any], Any] = {}


def _first_row(table: str, firm: Any) -> Any:
    query = sql.SQL("SELECT {key} FROM {} WHERE {} = %s ORDER BY {key} LIMIT 1").format(
        sql.Identifier(table), sql.Identifier(column(table)), key=sql.Identifier(key_of(table))
    )
    rows = as_owner(query, firm.organization.pk)
    assert rows, f"The cast of {firm.organization} has no row in {table}: add one to tests/cast/."
    return rows[0][0]


def written_columns(model: type[models.Model]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields if not field.generated]


@contextmanager
def signed_on(role: str, database: str = "") -> Iterator[psycopg.Connection]:
    """A brand-new connection of a role, with its own password, to the test database."""
    database = database or run("SELECT current_database()")[0][0]
    admin_url = os.environ["TEST_ADMIN_DATABASE_URL"]
    password = role_password(admin_url, role)
    with psycopg.connect(admin_url, user=role, password=password, dbname=database, autocommit=True) as fresh:
        yield fresh
