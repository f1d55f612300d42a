"""What SQL written out in a migration does to a table that is in use."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import sqlparse
from sqlparse.tokens import Punctuation

from schema_changes.problem import Problem

NAME = r'(?:IF (?:NOT )?EXISTS )?(?:ONLY )?(?:"?\w+"?\.)?"?(?P<table>\w+)"?'
WHOLE = re.compile(rf"(?:UPDATE|DELETE FROM|INSERT INTO|MERGE INTO) {NAME}", re.I)
INDEX = re.compile(rf'CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)(?:IF NOT EXISTS )?"?\w*"? ?ON {NAME}', re.I)
ALTER = re.compile(rf"ALTER TABLE {NAME} (?P<action>.*)", re.I | re.S)
SEVERAL = re.compile(r"(?:DROP|TRUNCATE)(?: TABLE)? (?P<names>.*)", re.I | re.S)
MADE = re.compile(rf"CREATE (?:UNLOGGED )?TABLE {NAME}", re.I)
REWRITES = re.compile(r"(?:VACUUM|CLUSTER|REINDEX|REFRESH|LOCK|DO)\b(?!.*\bCONCURRENTLY\b)", re.I | re.S)
HIDDEN = re.compile(r"WITH\b.*\b(?:UPDATE|DELETE|INSERT|MERGE)\b", re.I | re.S)

DEFERRED = r"(?: (?:NOT )?DEFERRABLE| INITIALLY \w+)*"
#: Changes of a table that are over in a moment, whatever its size, each on its own.
QUICK = re.compile(
    r"(?:ENABLE|DISABLE|FORCE|NO FORCE|OWNER TO|VALIDATE CONSTRAINT|DROP CONSTRAINT|REPLICA IDENTITY|SET \(|RESET \(|"
    rf"ADD CONSTRAINT .*(?:NOT VALID|(?:UNIQUE|PRIMARY KEY) USING INDEX \S+){DEFERRED}$|"
    r"ALTER (?:COLUMN )?\"?\w+\"? (?:SET DEFAULT|DROP DEFAULT|DROP NOT NULL|"
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
    elif re.match(r"ALTER TABLE\b", statement, re.I):
        yield from _altered(statement, is_new)
    elif re.match(r"(?:DROP TABLE|TRUNCATE)\b", statement, re.I):
        yield from _each_table(statement, is_new)
    elif REWRITES.match(statement):
        yield Problem(
            "heavy statement",
            "it locks a table while it reads or writes all of it, or hides what it does.",
            "its CONCURRENTLY form; a Backfill; or reviewed(operation, because=…).",
        )
    elif HIDDEN.match(statement):
        yield _many_rows("a table")


def _altered(statement: str, is_new: Callable[[str], bool]) -> Iterator[Problem]:
    """One quick action passes. Several do not, nor does what cannot be read."""
    found = ALTER.match(statement)
    if found and (is_new(found["table"]) or (QUICK.match(found["action"]) and _is_single(found["action"]))):
        return
    yield Problem(
        "ALTER TABLE",
        f"ACCESS EXCLUSIVE lock on {found['table'] if found else 'a table'}, "
        "which may last while every row is read or written.",
        "an operation of Django or of schema_changes.operations, which these rules can read; "
        "in SQL, one action in a statement.",
    )


def _is_single(action: str) -> bool:
    """No comma outside parentheses. A backslash may hide the end of a text from the parser, so it counts as doubt."""
    depth = 0
    for token in sqlparse.parse(action)[0].flatten():
        if token.ttype in Punctuation:
            depth += token.value.count("(") - token.value.count(")")
            if depth == 0 and "," in token.value:
                return False
    return depth == 0 and "\\" not in action


def _each_table(statement: str, is_new: Callable[[str], bool]) -> Iterator[Problem]:
    several = SEVERAL.match(statement)
    for name in several["names"].split(",") if several else ():
        found = re.match(NAME, name.strip(), re.I)
        table = found["table"] if found else name.strip()
        if is_new(table):
            continue
        if statement[:4].upper() == "DROP":
            yield Problem(
                "removal",
                f"the code that is still running asks for {table} and fails.",
                "contract(operation, after=<the migration with which its last use went>, because=…).",
            )
        else:
            yield _many_rows(table)


def _many_rows(table: str) -> Problem:
    return Problem(
        "rows changed in one transaction",
        f"every changed row of {table} stays locked until the whole migration is done.",
        "a Backfill (schema_changes/backfill.py), or reviewed(operation, because=…) where the rows are few.",
    )
