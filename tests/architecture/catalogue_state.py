"""What a database holds, in a form two moments can be compared in: the catalogue by name, and the rows by table."""

from collections.abc import Iterable
from typing import Any

from django.db import connections
from psycopg import sql

#: Nothing of an extension, nothing of PostgreSQL itself.
OURS = """
WITH ours AS (
    SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'app') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
)
"""

FACTS = {
    "tables": """
        SELECT relname, relkind, pg_get_userbyid(relowner), relrowsecurity, relforcerowsecurity, relispartition,
            pg_get_expr(relpartbound, oid), pg_get_partkeydef(oid), reloptions FROM ours WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    """,
    "columns": """
        SELECT o.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
            pg_get_expr(d.adbin, d.adrelid), a.attcollation::regcollation
        FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = o.oid AND d.adnum = a.attnum WHERE o.relkind IN ('r', 'p')
    """,
    "constraints": """
        SELECT o.relname, c.conname, c.convalidated, c.condeferrable, c.condeferred, pg_get_constraintdef(c.oid)
        FROM pg_constraint c JOIN ours o ON o.oid = c.conrelid
    """,
    "indexes": """
        SELECT o.relname, i.indisvalid, i.indisunique, i.indisprimary, pg_get_indexdef(i.indexrelid)
        FROM pg_index i JOIN ours o ON o.oid = i.indrelid
    """,
    "policies": """
        SELECT o.relname, p.polname, p.polcmd, p.polpermissive,
            (SELECT array_agg(pg_get_userbyid(role) ORDER BY 1) FROM unnest(p.polroles) role),
            pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
        FROM pg_policy p JOIN ours o ON o.oid = p.polrelid
    """,
    "grants": """
        SELECT o.relname, '', x.grantee::regrole, x.privilege_type, x.is_grantable FROM ours o,
            aclexplode(coalesce(o.relacl, acldefault(CASE o.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, o.relowner))) x
        WHERE o.relkind NOT IN ('i', 'I')
        UNION ALL
        SELECT o.relname, a.attname, x.grantee::regrole, x.privilege_type, x.is_grantable
        FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid, aclexplode(a.attacl) x
    """,
    "triggers": """
        SELECT o.relname, t.tgname, t.tgenabled, pg_get_triggerdef(t.oid)
        FROM pg_trigger t JOIN ours o ON o.oid = t.tgrelid WHERE NOT t.tgisinternal
    """,
    "functions": """
        SELECT p.oid::regprocedure, pg_get_userbyid(p.proowner), md5(pg_get_functiondef(p.oid)),
            (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(coalesce(p.proacl, acldefault('f', p.proowner))) x)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname IN ('public', 'app') AND p.prokind <> 'a'
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    """,
    "types": """
        SELECT t.typname, t.typtype FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE n.nspname IN ('public', 'app') AND t.typtype IN ('e', 'd')
    """,
}

Catalogue = set[tuple[str, ...]]


def catalogue(alias: str) -> Catalogue:
    """Every fact of every kind, as text. Where a column stands among its neighbours is no fact."""
    with connections[alias].cursor() as cursor:
        found: Catalogue = set()
        for kind, query in FACTS.items():
            cursor.execute(OURS + query)
            found |= {(kind, *map(str, row)) for row in cursor.fetchall()}
        return found


def tables(alias: str) -> set[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"{OURS} SELECT relname FROM ours WHERE relkind IN ('r', 'p') AND NOT relispartition")  # noqa: S608
        return {name for (name,) in cursor.fetchall()}


def columns(alias: str, table: str) -> set[str]:
    """Those that are written; a generated column follows from them."""
    query = """
        SELECT attname FROM pg_attribute
        WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    """
    with connections[alias].cursor() as cursor:
        cursor.execute(query, [f"public.{table}"])
        return {name for (name,) in cursor.fetchall()}


def rows(alias: str, table: str, names: Iterable[str]) -> tuple[Any, ...]:
    """How many rows, and a digest of these columns of all of them."""
    row = sql.SQL("ROW({})").format(sql.SQL(", ").join(map(sql.Identifier, sorted(names))))
    query = sql.SQL("SELECT count(*), md5(string_agg(md5({row}::text), '' ORDER BY md5({row}::text))) FROM {table}")
    with connections[alias].cursor() as cursor:
        cursor.execute(query.format(row=row, table=sql.Identifier(table)))
        return cursor.fetchone()
