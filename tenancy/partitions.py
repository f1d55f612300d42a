"""Monthly partitions of tables that only grow: made ahead of time, dropped whole when nobody may need them any more.

Tables are found by the search path of whoever asks: the marketing site's tables may lie in a schema of their own.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from psycopg import sql

AHEAD = 3
GRACE = timedelta(days=2)
NAME = re.compile(r"_(\d{4})_(\d{2})$")
CHILDREN = """
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass(quote_ident(%s)) ORDER BY c.relname
"""
FORCED = "SELECT relforcerowsecurity FROM pg_class WHERE oid = to_regclass(quote_ident(%s))"


def month_after(month: date, count: int = 1) -> date:
    years, months = divmod(month.month - 1 + count, 12)
    return date(month.year + years, months + 1, 1)


def make(cursor: Any, table: str, today: date) -> Iterator[str]:
    """This month's partition and the next three, where they are missing. Closed to every role, as their parent's policies
    are asked only through the parent. Wants a transaction. Tells the names it made."""
    existing = children(cursor, table)
    coming = {month_after(today, count) for count in range(AHEAD + 1)}
    with catch_all_readable(cursor, table) as is_forced:
        for month in sorted(coming | strays(cursor, table)):
            name = f"{table}_{month:%Y_%m}"
            if name not in existing:
                for statement in statements(table, name, month, is_forced=is_forced):
                    cursor.execute(statement)
                yield name


@contextmanager
def catch_all_readable(cursor: Any, table: str) -> Iterator[bool]:
    """Rows that came before their month's partition are where only the owner, unforced, may read. A firm's table?"""
    rest = sql.Identifier(f"{table}_default")
    cursor.execute(FORCED, [f"{table}_default"])
    is_forced = cursor.fetchone() == (True,)
    if is_forced:
        cursor.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(rest))
    yield is_forced
    if is_forced:
        cursor.execute(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(rest))


def strays(cursor: Any, table: str) -> set[date]:
    """Months of rows that came while nobody had made their partition: the retention must reach them too."""
    months = sql.SQL("SELECT DISTINCT date_trunc('month', created_at AT TIME ZONE 'UTC')::date FROM {}")
    cursor.execute(months.format(sql.Identifier(f"{table}_default")))
    return {month for (month,) in cursor.fetchall()}


def statements(table: str, name: str, month: date, *, is_forced: bool) -> Iterator[sql.Composed]:
    names = {"new": name, "parent": table, "rest": f"{table}_default"}
    values = {"start": f"{month} 00:00+00", "end": f"{month_after(month)} 00:00+00"}
    words = {key: sql.Identifier(value) for key, value in names.items()}
    words |= {key: sql.Literal(value) for key, value in values.items()}
    making = (
        "CREATE TABLE {new} (LIKE {parent} INCLUDING ALL)",
        "WITH early AS (DELETE FROM {rest} WHERE created_at >= {start} AND created_at < {end} RETURNING *) "
        "INSERT INTO {new} SELECT * FROM early",
        "ALTER TABLE {parent} ATTACH PARTITION {new} FOR VALUES FROM ({start}) TO ({end})",
    )
    closing = ("ALTER TABLE {new} ENABLE ROW LEVEL SECURITY", "ALTER TABLE {new} FORCE ROW LEVEL SECURITY")
    for statement in (*making, *closing * is_forced):
        yield sql.SQL(statement).format(**words)


def is_late(cursor: Any, table: str, today: date) -> bool:
    """Whether nobody has made partitions since this month began; it is done daily, and two days are nobody's fault."""
    return f"{table}_{month_after(today - GRACE, AHEAD):%Y_%m}" not in children(cursor, table)


def drop(cursor: Any, table: str, today: date, *, keep: timedelta) -> Iterator[str]:
    """Every partition whose last day is older than `keep`. Tells the names it dropped."""
    for name in children(cursor, table):
        if (month := month_of(name)) and month_after(month) <= today - keep:
            cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
            yield name


def children(cursor: Any, table: str) -> list[str]:
    cursor.execute(CHILDREN, [table])
    return [name for (name,) in cursor.fetchall()]


def month_of(name: str) -> date | None:
    """None for the catch-all, which is never dropped."""
    found = NAME.search(name)
    return date(int(found[1]), int(found[2]), 1) if found else None
