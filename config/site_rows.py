"""Rows of the marketing site as PostgreSQL's catalogue tells them: tables, digests, copying between two databases."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql

MIGRATIONS = "django_migrations"

COLUMNS = """
SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> %s
ORDER BY 1, 2
"""
GRANTED = """
SELECT c.relname::text, array_agg(x.privilege_type::text ORDER BY x.privilege_type) FROM pg_class c, aclexplode(c.relacl) x
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY (%s) AND x.grantee = %s::regrole
    AND x.privilege_type IN ('INSERT', 'UPDATE', 'DELETE')
GROUP BY 1
"""
REFERENCES = """
SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conrelid <> confrelid
"""
# Each row's hash, added up in four parts: in whatever order the rows come, and however many they are.
DIGEST = """
SELECT count(*), coalesce(concat_ws('-', {sums}), '')
FROM (SELECT encode(sha256(convert_to(ROW({columns})::text, 'UTF8')), 'hex') AS h FROM {table}) rows
"""
SUMS = sql.SQL(", ").join(
    sql.SQL("sum(('x' || substr(h, {}, 16))::bit(64)::bigint)").format(first) for first in (1, 17, 33, 49)
)
# Whatever a server or a role sets, the same row must print as the same text.
SAME_TEXT = """
SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex';
SET extra_float_digits = 1; SET client_encoding = 'UTF8'
"""


@dataclass(frozen=True)
class Digest:
    """How many rows a table has, and what the hashes of all of them add up to."""

    rows: int
    hash: str


type Shape = dict[str, dict[str, str]]


def shape(connection: psycopg.Connection) -> Shape:
    """The tables of the current schema, each with its columns and their types."""
    found: Shape = {}
    for table, column, kind in connection.execute(COLUMNS, [MIGRATIONS]):
        found.setdefault(table, {})[column] = kind
    return found


def parents_first(connection: psycopg.Connection, tables: Iterable[str]) -> list[str]:
    """A table comes after those its foreign keys name."""
    pointing = [(child.strip('"'), parent.strip('"')) for child, parent in connection.execute(REFERENCES)]
    waiting, ordered = sorted(tables), list[str]()
    while waiting:
        held = {child for child, parent in pointing if parent in waiting}
        free = [table for table in waiting if table not in held] or waiting
        ordered += free
        waiting = [table for table in waiting if table not in free]
    return ordered


def digest(connection: psycopg.Connection, table: str, columns: Iterable[str]) -> Digest:
    query = sql.SQL(DIGEST).format(sums=SUMS, columns=names(columns), table=sql.Identifier(table))
    [row] = connection.execute(query).fetchall()
    return Digest(*row)


def digests(connection: psycopg.Connection, tables: Shape) -> dict[str, Digest]:
    return {table: digest(connection, table, columns) for table, columns in tables.items()}


def granted(connection: psycopg.Connection, tables: Iterable[str], role: str) -> dict[str, list[str]]:
    """What the role may do to the rows of each table."""
    return dict(connection.execute(GRANTED, [list(tables), role]).fetchall())


def copy_table(source: psycopg.Connection, target: psycopg.Connection, table: str, columns: Iterable[str]) -> None:
    """Stream every row as PostgreSQL keeps it, pictures included; nothing is held in memory."""
    parts = {"table": sql.Identifier(table), "columns": names(columns)}
    out = sql.SQL("COPY (SELECT {columns} FROM {table}) TO STDOUT (FORMAT binary)").format(**parts)
    into = sql.SQL("COPY {table} ({columns}) FROM STDIN (FORMAT binary)").format(**parts)
    with source.cursor().copy(out) as reading, target.cursor().copy(into) as writing:
        for data in reading:
            writing.write(data)


def copy_counters(source: psycopg.Connection, target: psycopg.Connection, tables: Shape) -> None:
    """A sequence goes on where it stood."""
    for table, columns in tables.items():
        for column in columns:
            if here := counter(source, table, column):
                query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.SQL(here))
                [reached] = source.execute(query).fetchall()
                target.execute("SELECT setval(%s::regclass, %s, %s)", [counter(target, table, column), *reached])


def counter(connection: psycopg.Connection, table: str, column: str) -> LiteralString | None:
    """The sequence behind a column, quoted as SQL wants it."""
    row = connection.execute("SELECT pg_get_serial_sequence(quote_ident(%s), %s)", [table, column]).fetchone()
    return row[0] if row else None


def names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, sorted(columns)))
