"""Monthly partitions of tables that only grow: made ahead of time, dropped whole when nobody may need them any more."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from psycopg import sql

AHEAD = 3
NAME = re.compile(r"_(\d{4})_(\d{2})$")
CHILDREN = """
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass(%s) ORDER BY c.relname
"""


def month_after(month: date, count: int = 1) -> date:
    years, months = divmod(month.month - 1 + count, 12)
    return date(month.year + years, months + 1, 1)


def make(cursor: Any, table: str, today: date) -> Iterator[str]:
    """This month's partition and the next three, where they are missing. Closed to every role, as their parent's policies
    are asked only through the parent. Wants a transaction. Tells the names it made."""
    existing = children(cursor, table)
    coming = {month_after(today, count) for count in range(AHEAD + 1)}
    for month in sorted(coming | strays(cursor, table)):
        name = f"{table}_{month:%Y_%m}"
        if name not in existing:
            for statement in statements(table, name, month):
                cursor.execute(statement)
            yield name


def strays(cursor: Any, table: str) -> set[date]:
    """Months of rows that came while nobody had made their partition: the retention must reach them too."""
    rest = sql.Identifier(f"{table}_default")
    cursor.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(rest))
    months = sql.SQL("SELECT DISTINCT date_trunc('month', created_at AT TIME ZONE 'UTC')::date FROM {}")
    cursor.execute(months.format(rest))
    found = {month for (month,) in cursor.fetchall()}
    cursor.execute(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(rest))
    return found


def statements(table: str, name: str, month: date) -> Iterator[sql.Composed]:
    """Rows of the month that came before its partition are in the catch-all, which only its owner, unforced, may read."""
    names = {"new": name, "parent": table, "rest": f"{table}_default"}
    values = {"start": str(month), "end": str(month_after(month))}
    words = {key: sql.Identifier(value) for key, value in names.items()}
    words |= {key: sql.Literal(value) for key, value in values.items()}
    for statement in (
        "CREATE TABLE {new} (LIKE {parent} INCLUDING ALL)",
        "ALTER TABLE {rest} NO FORCE ROW LEVEL SECURITY",
        "WITH early AS (DELETE FROM {rest} WHERE created_at >= {start} AND created_at < {end} RETURNING *) "
        "INSERT INTO {new} SELECT * FROM early",
        "ALTER TABLE {parent} ATTACH PARTITION {new} FOR VALUES FROM ({start}) TO ({end})",
        "ALTER TABLE {rest} FORCE ROW LEVEL SECURITY",
        "ALTER TABLE {new} ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE {new} FORCE ROW LEVEL SECURITY",
    ):
        yield sql.SQL(statement).format(**words)


def drop(cursor: Any, table: str, today: date, *, keep: timedelta) -> Iterator[str]:
    """Every partition whose last day is older than `keep`. Tells the names it dropped."""
    for name in children(cursor, table):
        if (month := month_of(name)) and month_after(month) <= today - keep:
            cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
            yield name


def children(cursor: Any, table: str) -> list[str]:
    cursor.execute(CHILDREN, [f'public."{table}"'])
    return [name for (name,) in cursor.fetchall()]


def month_of(name: str) -> date | None:
    """None for the catch-all, which is never dropped."""
    found = NAME.search(name)
    return date(int(found[1]), int(found[2]), 1) if found else None
