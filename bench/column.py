"""One more column on one table: all firms in one schema, against a schema for each firm.

The schemas get less to do than a tool for schema-per-firm has: the bare ALTER TABLE and the line in a migrations
table, one transaction each, none of the tool's own start, graph and signals for every schema.
"""

import time
from collections.abc import Iterator

import psycopg
from psycopg import sql

from bench.load import load
from bench.scratch import Scratch

TABLE = "requests"
ADD = sql.SQL("ALTER TABLE {}.{} ADD COLUMN bench_note text NOT NULL DEFAULT ''")
RECORD = sql.SQL("INSERT INTO {}.django_migrations (app, name, applied) VALUES ('clients', 'bench_note', now())")


def column(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """Add a column for 10,000 firms in one table, and for 500 firms in 500 schemas."""
    firms, schemas = (100, 20) if small else (10_000, 500)
    with scratch.admin() as admin:
        load(admin, [20] * firms)
        names = [schema(admin, number) for number in range(schemas)]
        shared = timed(admin, ["public"])
        apart = timed(admin, names)
    yield f"{firms:,} firms in one table: {shared:.0f} ms"
    yield f"{schemas:,} firms in schemas of their own: {apart:.0f} ms, that is {apart / schemas:.1f} ms a firm"
    yield f"ratio: {apart / shared:.0f}, with {firms / schemas:.0f} times fewer firms; for as many: {apart / shared * firms / schemas:.0f}"


def schema(admin: psycopg.Connection, number: int) -> str:
    name = f"firm_{number}"
    admin.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    for table in (TABLE, "django_migrations"):
        like = sql.SQL("CREATE TABLE {}.{} (LIKE public.{} INCLUDING ALL)")
        admin.execute(like.format(sql.Identifier(name), sql.Identifier(table), sql.Identifier(table)))
    return name


def timed(admin: psycopg.Connection, schemas: list[str]) -> float:
    start = time.perf_counter()
    for name in schemas:
        with admin.transaction():
            admin.execute(ADD.format(sql.Identifier(name), sql.Identifier(TABLE)))
            admin.execute(RECORD.format(sql.Identifier(name)))
    return (time.perf_counter() - start) * 1000
