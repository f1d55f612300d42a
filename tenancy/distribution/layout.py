"""What a conversion has to know of the database: which tables, in what order, and what must be as it was afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

from psycopg import Connection

#: Kept in a schema of its own while a conversion is under way: a run after a failure must know what earlier ones dropped.
SAVED = "distribution.saved"

TABLES = """
SELECT c.relname::text FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname = ANY (%s)
ORDER BY 1
"""

# The order of the columns is that of `distribution.saved`.
FOUND = """
SELECT 'foreign key' AS kind, t.relname::text AS "table", f.conname::text AS name,
    format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', t.relname, f.conname, pg_get_constraintdef(f.oid)) AS definition,
    o.relname::text AS target
FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid JOIN pg_class o ON o.oid = f.confrelid
WHERE f.contype = 'f' AND f.conparentid = 0 AND t.relnamespace = 'public'::regnamespace AND t.relname = ANY (%(tables)s)
UNION ALL
SELECT 'trigger', t.relname, g.tgname, pg_get_triggerdef(g.oid), ''
FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND NOT t.relispartition
    AND t.relnamespace = 'public'::regnamespace AND t.relname = ANY (%(tables)s)
UNION ALL
SELECT 'force', coalesce(p.relname, c.relname), c.relname, format('ALTER TABLE %%I FORCE ROW LEVEL SECURITY', c.relname), ''
FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND c.relispartition LEFT JOIN pg_class p ON p.oid = i.inhparent
WHERE c.relforcerowsecurity AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
    AND coalesce(p.relname, c.relname) = ANY (%(tables)s)
UNION ALL
SELECT 'grant', v.relname, v.relname || ' ' || x.privilege_type || ' ' || x.grantee::regrole,
    format('GRANT %%s ON %%I TO %%s', x.privilege_type, v.relname, x.grantee::regrole), ''
FROM pg_class v, aclexplode(v.relacl) x
WHERE v.relkind = 'v' AND v.relnamespace IN ('public'::regnamespace, 'app'::regnamespace)
    AND x.grantee <> 0 AND x.grantee <> v.relowner
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = v.oid AND d.deptype = 'e')
ORDER BY 1, 2, 3
"""


# Citus plans no SQL function whose parameter picks rows of a distributed table; the same body in PL/pgSQL it does.
LOOKUPS = """
SELECT 'look-up', '', p.oid::regprocedure::text, format(
    E'CREATE OR REPLACE FUNCTION %%s(%%s) RETURNS %%s LANGUAGE plpgsql STABLE SECURITY DEFINER SET %%s AS '
    '$look$\n#variable_conflict use_column\nBEGIN RETURN QUERY %%s; END\n$look$',
    p.pronamespace::regnamespace || '.' || quote_ident(p.proname), pg_get_function_arguments(p.oid),
    pg_get_function_result(p.oid), replace(p.proconfig[1], '=', ' = '), p.prosrc), ''
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.prosecdef AND l.lanname = 'sql' AND p.pronamespace = 'app'::regnamespace
    AND p.prosrc ~ ('\\mpublic\\.(' || array_to_string(%(tables)s::text[], '|') || ')\\M')
ORDER BY 3
"""


# Functions that policies ask: Citus brings both to every node, where asking is a query inside a query.
ASKED = """
SELECT DISTINCT 'asked', '', f.oid::regprocedure::text, '', ''
FROM pg_policy p JOIN pg_class t ON t.oid = p.polrelid
JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_proc'::regclass
JOIN pg_proc f ON f.oid = d.refobjid
WHERE t.relnamespace = 'public'::regnamespace AND t.relname = ANY (%s) ORDER BY 3
"""


# A table that Citus takes into its care for its keys' sake is made anew, and an identity column counts from one again.
COUNTERS = """
SELECT 'counter', t.relname::text, a.attname::text, '', '' FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
WHERE a.attidentity <> '' AND NOT a.attisdropped AND t.relnamespace = 'public'::regnamespace AND t.relname = ANY (%s)
ORDER BY 2, 3
"""


@dataclass(frozen=True)
class Part:
    """Something that is dropped or switched off for the conversion, with the statement that brings it back."""

    kind: str
    table: str
    name: str
    definition: str
    target: str = ""


@dataclass(frozen=True)
class Layout:
    """`references` and `tenants` are in the order in which they are converted: parents before children."""

    references: list[str]
    tenants: list[str]
    parts: list[Part] = field(default_factory=list)
    lookups: list[Part] = field(default_factory=list)
    asked: list[Part] = field(default_factory=list)
    counters: list[Part] = field(default_factory=list)
    extensions: list[str] = field(default_factory=list)

    def of(self, kind: str, table: str | None = None) -> list[Part]:
        return [part for part in self.parts if part.kind == kind and table in (None, part.table)]


def read_layout(
    connection: Connection[Any], *, copied: Iterable[str], tenants: Iterable[str], platform: Iterable[str]
) -> Layout:
    """From the catalogue, and from what an unfinished run has saved. `tenants` less `copied` are to be distributed."""
    copies = [row[0] for row in connection.execute(TABLES, [sorted(copied)])]
    distributed = [row[0] for row in connection.execute(TABLES, [sorted({*tenants} - {*copies})])]
    references = _referenced(connection, distributed, copies)
    parts = parts_of(connection, [*distributed, *references])
    keys = [part for part in parts if part.kind == "foreign key"]
    extensions = connection.execute("SELECT extname::text FROM pg_extension WHERE extname <> 'citus' ORDER BY 1")
    return Layout(
        references=parents_first(references, keys),
        tenants=parents_first(distributed, keys),
        parts=parts,
        lookups=[Part(*row) for row in connection.execute(LOOKUPS, {"tables": distributed})],
        asked=[Part(*row) for row in connection.execute(ASKED, [[*distributed, *references]])],
        counters=[Part(*row) for row in connection.execute(COUNTERS, [sorted(platform)])],
        extensions=[row[0] for row in extensions],
    )


def parts_of(connection: Connection[Any], tables: list[str]) -> list[Part]:
    """What is there now wins; what is gone is known from the earlier run that dropped it."""
    live = [Part(*row) for row in connection.execute(FOUND, {"tables": tables})]
    known = {(part.kind, part.table, part.name): part for part in (*saved_parts(connection), *live)}
    return [known[key] for key in sorted(known)]


def parents_first(tables: list[str], keys: list[Part]) -> list[str]:
    """Two tables that point at each other need no order: their keys are dropped meanwhile."""
    parents: dict[str, set[str]] = {table: set() for table in tables}
    for key in keys:
        if key.table in parents and key.target in parents and not _leads(parents, key.target, key.table):
            parents[key.table].add(key.target)
    return list(TopologicalSorter(parents).static_order())


def _leads(parents: dict[str, set[str]], start: str, end: str) -> bool:
    return start == end or any(_leads(parents, parent, end) for parent in parents[start])


def _referenced(connection: Connection[Any], distributed: list[str], found: list[str]) -> list[str]:
    """With `found`, every table outside the firms that their tables point at, and those these point at in turn."""
    asked = [*distributed, *found]
    while asked:
        keys = [part for part in parts_of(connection, asked) if part.kind == "foreign key" and part.table in asked]
        asked = sorted({key.target for key in keys} - {*distributed, *found})
        found = [*found, *asked]
    return found


def saved_parts(connection: Connection[Any]) -> list[Part]:
    row = connection.execute("SELECT to_regclass(%s)", [SAVED]).fetchone()
    if not row or not row[0]:
        return []
    rows = connection.execute("SELECT kind, table_name, name, definition, target FROM distribution.saved")
    return [Part(*row) for row in rows]
