"""Moves the marketing site's tables out of the application's database into one of their own.

The old tables are closed to writing in the transaction that saw them copied, and bear a note of where they went and of
what they held. So nothing can be lost between the copy and the change of settings, and a run that was interrupted, at
whatever point, is simply run again: tables that arrived whole are kept, the rest is copied anew.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from config.site_places import (
    OWNER,
    SCHEMA,
    SERVING,
    Place,
    SplitRefused,
    leads_to,
    new_database,
    old_tables,
    place,
    refuse_application,
    same_server,
)
from config.site_rows import (
    MIGRATIONS,
    Digest,
    Shape,
    copy_counters,
    copy_table,
    digest,
    digests,
    granted,
    parents_first,
    shape,
)
from tenancy.addresses import MissingSetting
from tenancy.provision import ProvisionError, connect, provision_marketing

FILLING = "being filled by split_marketing"
FILLED = "filled by split_marketing"

Say = Callable[[str], object]


# --- what the command does; undoing is in `config.site_undo` -----------------------------------------------------------------------------


def move(environ: Mapping[str, str], target: Place, migrate: Callable[[Place], None], say: Say) -> None:
    """Copy everything, compare, close the old tables. Changes nothing where that has been done already."""
    with old_tables(environ) as source:
        note = read_note(source)
        if note and note["to"] != str(target):
            raise SplitRefused(f"The site has been moved to {note['to']} already. --undo opens its old tables again.")
        prepare(environ, target, shape(source))
        with new_database(target) as arriving:
            if note and mark(arriving) == FILLED:
                say(f"The site has been moved to {target} already; nothing was copied.")
                return
            refuse_other_rows(source, arriving, target)
            migrate(target)
            set_mark(arriving, FILLING)
            refuse_other_columns(shape(source), shape(arriving))
            moved = copy_in_one_snapshot(source, arriving, target, say)
            set_mark(arriving, FILLED)
        say(f"{sum(found.rows for found in moved.values())} rows are in {target}, each compared with its original.")
        say(what_to_do_next(target))


def drop(environ: Mapping[str, str], target: Place, say: Say) -> None:
    """Remove the old tables, once the settings lead to the new ones and nobody uses the old."""
    with old_tables(environ) as source:
        note = read_note(source)
        if not note or note["to"] != str(target):
            raise SplitRefused(f"The old tables were not moved to {target}; run without --drop first.")
        if not leads_to(environ.get("MARKETING_DATABASE_URL", ""), target):
            raise SplitRefused("MARKETING_DATABASE_URL does not lead to the new database yet; change it first.")
        columns = shape(source)
        if {table: asdict(found) for table, found in digests(source, columns).items()} != note["tables"]:
            raise SplitRefused("The old tables hold other rows than those that were moved; nothing was removed.")
        if sessions(source):
            raise SplitRefused(f"A process still uses the old tables as {SERVING}; restart it with the new settings.")
        refuse_lost_rows(note["tables"], target)
        source.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(SCHEMA)))
    say("The old tables are gone. `manage.py provision` now closes the application's database to the site's roles.")


# --- the two ends --------------------------------------------------------------------------------------------------


def prepare(environ: Mapping[str, str], target: Place, tables: Shape) -> None:
    """Make the database where there is an administrator to do it; refuse one that is used for something else."""
    admin_url = environ.get("ADMIN_DATABASE_URL", "")
    if not admin_url or not same_server(admin_url, target.address):
        return
    with connect(admin_url) as admin:
        there = admin.execute("SELECT FROM pg_database WHERE datname = %s", [target.database]).fetchone()
    if there is not None:
        with connect(admin_url, dbname=target.database) as admin:
            refuse_application(admin, target)
            if strangers := shape(admin).keys() - tables.keys():
                raise SplitRefused(f"{target} is used for something else: it holds {', '.join(sorted(strangers))}.")
    provision_marketing(admin_url, target.database)


def refuse_other_rows(source: psycopg.Connection, arriving: psycopg.Connection, target: Place) -> None:
    """What an interrupted run left may be replaced; what anybody else wrote may not."""
    there = shape(arriving)
    if strangers := there.keys() - shape(source).keys():
        raise SplitRefused(f"{target} is used for something else: it holds {', '.join(sorted(strangers))}.")
    if mark(arriving) == FILLING:
        return
    for table, columns in there.items():
        found = digest(arriving, table, columns)
        if found.rows and found != digest(source, table, columns):
            raise SplitRefused(f"{target} has rows of its own in {table}; empty that database or name another.")


def refuse_other_columns(ours: Shape, theirs: Shape) -> None:
    for table, columns in ours.items():
        if columns != theirs.get(table):
            raise SplitRefused(
                f"Table {table} differs from what this version of Tickmark makes: "
                "run `manage.py migrate --database marketing_owner` first."
            )


def refuse_lost_rows(moved: Mapping[str, Any], target: Place) -> None:
    with new_database(target) as arrived:
        there = digests(arrived, shape(arrived))
        if mark(arrived) != FILLED:
            raise SplitRefused(f"{target} was not filled to the end; run without --drop first.")
    for table, found in moved.items():
        if found["rows"] and (table not in there or not there[table].rows):
            raise SplitRefused(f"{found['rows']} rows were moved to {table}, and none is left; nothing was removed.")


# --- copying -------------------------------------------------------------------------------------------------------


def copy_in_one_snapshot(
    source: psycopg.Connection, arriving: psycopg.Connection, target: Place, say: Say
) -> dict[str, Digest]:
    """Readers go on reading, writers wait; at the end they find the old tables closed."""
    columns = shape(source)
    tables = parents_first(source, columns)
    source.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with source.transaction():
        lock(source, columns)
        wanted = digests(source, columns)
        for table in cleared(arriving, tables, columns, wanted):
            with arriving.transaction():
                copy_table(source, arriving, table, columns[table])
                if digest(arriving, table, columns[table]) != wanted[table]:
                    raise SplitRefused(f"Table {table} did not arrive as it left; run the command again.")
            say(f"{table}: {wanted[table].rows} rows.")
        copy_counters(source, arriving, columns)
        if digests(arriving, columns) != wanted:
            raise SplitRefused(f"Somebody wrote to {target} meanwhile; empty that database and run the command again.")
        before = granted(source, columns, SERVING)
        source.execute(each_table("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}", columns))
        found = {table: asdict(of_table) for table, of_table in wanted.items()}
        write_note(source, {"to": str(target), "tables": found, "granted": before})
    return wanted


def lock(source: psycopg.Connection, tables: Shape) -> None:
    """Before the first query, which is what a snapshot begins with. Two runs at once exclude each other too."""
    source.execute("SET LOCAL lock_timeout = '10s'")
    try:
        listed = sql.SQL(", ").join(map(sql.Identifier, tables))
        source.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(listed))
    except psycopg.errors.LockNotAvailable as error:
        raise SplitRefused("Somebody is writing to the site's tables just now; run the command again.") from error


def cleared(arriving: psycopg.Connection, tables: list[str], columns: Shape, wanted: Mapping[str, Digest]) -> list[str]:
    """The tables still to be copied, emptied: the first that differs and all after it, which may point at it."""
    whole = 0
    while whole < len(tables) and digest(arriving, tables[whole], columns[tables[whole]]) == wanted[tables[whole]]:
        whole += 1
    with arriving.transaction():
        for table in reversed(tables[whole:]):
            arriving.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    return tables[whole:]


# --- notes and small questions -------------------------------------------------------------------------------------


def read_note(source: psycopg.Connection) -> dict[str, Any] | None:
    row = source.execute("SELECT obj_description(%s::regnamespace, 'pg_namespace')", [SCHEMA]).fetchone()
    return json.loads(row[0]) if row and row[0] and row[0].startswith("{") else None


def write_note(source: psycopg.Connection, note: dict[str, Any] | None) -> None:
    text = json.dumps(note) if note else None
    source.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(SCHEMA), sql.Literal(text)))


def mark(arriving: psycopg.Connection) -> str | None:
    row = arriving.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [MIGRATIONS]).fetchone()
    return row[0] if row else None


def set_mark(arriving: psycopg.Connection, text: str) -> None:
    arriving.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(sql.Identifier(MIGRATIONS), sql.Literal(text)))


def each_table(statement: LiteralString, tables: Shape) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.Identifier, tables))
    return sql.SQL(statement).format(listed, sql.Identifier(SERVING))


def sessions(source: psycopg.Connection) -> bool:
    query = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = %s"
    return source.execute(query, [SERVING]).fetchone() is not None


def what_to_do_next(target: Place) -> str:
    return f"""\
The old tables can still be read, but no longer written to. Set

  MARKETING_DATABASE_URL={target.url(SERVING)}
  MARKETING_OWNER_DATABASE_URL={target.url(OWNER)}

and restart the processes that serve the site; then run this command again with --drop to remove the old tables, and
`manage.py provision` to set the passwords. If you decide against it: --undo."""


__all__ = ["MissingSetting", "Place", "ProvisionError", "SplitRefused", "drop", "move", "place"]
