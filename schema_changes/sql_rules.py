"""What SQL written out in a migration does to a table that is in use."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import sqlparse

from schema_changes.problem import Problem

NAME = r'(?:IF (?:NOT )?EXISTS )?(?:ONLY )?(?:public\.)?"?(?P<table>\w+)"?'
WHOLE = re.compile(rf"(?:UPDATE|DELETE FROM|TRUNCATE(?: TABLE)?|INSERT INTO) {NAME}", re.I)
INDEX = re.compile(rf'CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)(?:IF NOT EXISTS )?"?\w*"? ?ON {NAME}', re.I)
ALTER = re.compile(rf"ALTER TABLE {NAME} (?P<action>.*)", re.I | re.S)
DROP = re.compile(rf"DROP TABLE {NAME}", re.I)
MADE = re.compile(rf"CREATE (?:UNLOGGED )?TABLE {NAME}", re.I)
REWRITES = re.compile(r"(?:VACUUM|CLUSTER|REINDEX|REFRESH|LOCK|DO)\b(?!.*\bCONCURRENTLY\b)", re.I | re.S)
HIDDEN = re.compile(r"WITH\b.*\b(?:UPDATE|DELETE|INSERT)\b", re.I | re.S)

#: Changes of a table that are over in a moment, whatever its size.
QUICK = re.compile(
    r"(?:ENABLE|DISABLE|FORCE|NO FORCE|OWNER TO|VALIDATE CONSTRAINT|DROP CONSTRAINT|REPLICA IDENTITY|SET \(|RESET \(|"
    r"ADD CONSTRAINT .*(?:NOT VALID|USING INDEX)|ALTER (?:COLUMN )?\"?\w+\"? (?:SET DEFAULT|DROP DEFAULT|DROP NOT NULL|"
    r"SET STATISTICS|SET STORAGE))",
    re.I | re.S,
)


def statements_of(operation: Any) -> list[str]:
    """One by one, without comments, blanks made single."""
    parts = [operation.sql] if isinstance(operation.sql, str) else operation.sql
    texts = [part if isinstance(part, str) else part[0] for part in parts]
    found = [one for text in texts for one in sqlparse.split(sqlparse.format(text, strip_comments=True))]
    return [" ".join(one.split()).rstrip(";") for one in found if one.strip(" ;\n")]


def tables_made(operation: Any) -> Iterator[str]:
    for statement in statements_of(operation):
        if made := MADE.match(statement):
            yield made["table"]


def whole_table(statement: str, is_new: Callable[[str], bool]) -> Iterator[Problem]:
    if (found := WHOLE.match(statement)) and not is_new(found["table"]):
        if not re.match(r"INSERT INTO .*\bVALUES\b", statement, re.I):
            yield _many_rows(found["table"])
    elif (found := INDEX.match(statement)) and not is_new(found["table"]):
        yield Problem(
            "index",
            f"SHARE lock: nobody can write to {found['table']} until the index is built.",
            "CREATE INDEX CONCURRENTLY, alone in a migration with atomic = False.",
        )
    elif (found := ALTER.match(statement)) and not is_new(found["table"]):
        if not QUICK.match(found["action"]):
            yield Problem(
                "ALTER TABLE",
                f"ACCESS EXCLUSIVE lock on {found['table']}, which may last while every row is read or written.",
                "an operation of Django or of schema_changes.operations, which these rules can read.",
            )
    elif (found := DROP.match(statement)) and not is_new(found["table"]):
        yield Problem(
            "removal",
            f"the code that is still running asks for {found['table']} and fails.",
            "contract(operation, after=<the migration with which its last use went>, because=…).",
        )
    elif REWRITES.match(statement):
        yield Problem(
            "heavy statement",
            "it locks a table while it reads or writes all of it, or hides what it does.",
            "its CONCURRENTLY form; a Backfill; or reviewed(operation, because=…).",
        )
    elif HIDDEN.match(statement):
        yield _many_rows("a table")


def _many_rows(table: str) -> Problem:
    return Problem(
        "rows changed in one transaction",
        f"every changed row of {table} stays locked until the whole migration is done.",
        "a Backfill (schema_changes/backfill.py), or reviewed(operation, because=…) where the rows are few.",
    )
