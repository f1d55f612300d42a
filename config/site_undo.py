"""The way back of `config.site_split`: the old tables are opened again, as they were before, and nothing newer is forgotten."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from psycopg import sql

from config.site_places import OWNER, SERVING, Place, SplitRefused, new_database, old_tables, place
from config.site_rows import digests, shape
from config.site_split import Say, read_note, write_note

PRIVILEGES = {name: sql.SQL(name) for name in ("INSERT", "UPDATE", "DELETE")}


def undo(environ: Mapping[str, str], to: str, say: Say, *, discard: bool = False) -> None:
    """The operator has thought better of it: the old tables are written to again, as they were before."""
    with old_tables(environ) as source:
        note = read_note(source)
        if not note:
            raise SplitRefused("The old tables are not closed; there is nothing to undo.")
        if not discard:
            refuse_newer_rows(note, recorded_place(note, to, environ))
        with source.transaction():
            for table, privileges in note["granted"].items():
                source.execute(grant(privileges, table))
            write_note(source, None)
    say("The old tables are open for writing again. Drop the database they were copied to before another try.")


def recorded_place(note: Mapping[str, Any], to: str, environ: Mapping[str, str]) -> Place:
    """Where the rows went. `--to` is needed only for a password that nothing here knows."""
    target = place(to or f"postgresql://{OWNER}@{note['to']}", environ)
    if str(target) != note["to"]:
        raise SplitRefused(f"The site has been moved to {note['to']}, not to {target}.")
    return target


def refuse_newer_rows(note: Mapping[str, Any], target: Place) -> None:
    """What was written there since would be forgotten."""
    with new_database(target) as arrived:
        there = digests(arrived, shape(arrived))
    if newer := [
        table for table, found in note["tables"].items() if table not in there or asdict(there[table]) != found
    ]:
        raise SplitRefused(
            f"{target} has been written to since: {', '.join(sorted(newer))}. Nothing was undone; "
            "--undo --discard gives up what is new there."
        )


def grant(privileges: list[str], table: str) -> sql.Composed:
    """Only what was there before the tables were closed: a table that only grows is not opened any further."""
    listed = sql.SQL(", ").join(PRIVILEGES[name] for name in privileges)
    return sql.SQL("GRANT {} ON {} TO {}").format(listed, sql.Identifier(table), sql.Identifier(SERVING))
