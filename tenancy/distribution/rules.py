"""What has to hold before tables can be spread over machines by `organization_id`, and what is excepted from it.

The rules are those of `tenancy.catalogue`, which the database is held to on one machine as well; this names the ones a
conversion depends on, and says of every key how it gets on.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from tenancy.catalogue import RULES, violations

#: Rules without which Citus refuses a table, or without which a firm's rows would not be safe there.
NEEDED = (
    "every_table_is_known",
    "row_security_enabled",
    "no_restrictive_policy",
    "policies_as_declared",
    "keys_start_with_the_organization",
    "uniques_start_with_the_organization",
    "exclusions_hold_the_organization",
    "organization_is_never_null",
    "foreign_keys_are_composite",
    "foreign_keys_are_immediate",
    "platform_points_at_no_firm",
    "no_sequences",
    "views_ask_as_the_reader",
    "definer_functions_return_tables",
)

#: The one table of the firms that is not spread by `organization_id`, and why its keys need not carry it.
ROOT = "it is the firm itself, found by its address before a firm is known: every node has a copy of it"

KEYS = """
SELECT t.relname::text, c.conname::text, c.contype::text, coalesce(o.relname::text, ''),
    EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'organization_id'
        AND a.attnum = CASE c.contype WHEN 'f' THEN c.conkey[1] ELSE a.attnum END AND a.attnum = ANY (c.conkey))
    AND (c.contype <> 'f' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = o.oid
        AND a.attname = 'organization_id' AND a.attnum = c.confkey[1]))
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid LEFT JOIN pg_class o ON o.oid = c.confrelid
WHERE c.contype IN ('p', 'u', 'f', 'x') AND c.conparentid = 0 AND t.relnamespace = 'public'::regnamespace
    AND NOT t.relispartition AND t.relname = ANY (%(tables)s)
UNION ALL
SELECT t.relname, n.relname, 'u', '', EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid
    AND a.attname = 'organization_id' AND a.attnum = ANY (i.indkey::int2[]))
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid
WHERE i.indisunique AND NOT t.relispartition AND t.relnamespace = 'public'::regnamespace AND t.relname = ANY (%(tables)s)
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
ORDER BY 1, 2
"""
KINDS = {"p": "primary key", "u": "unique", "f": "foreign key", "x": "exclusion"}


@dataclass(frozen=True)
class Key:
    """A primary key, unique, exclusion or foreign key of a firm's table, and how it gets on."""

    table: str
    name: str
    kind: str
    carries: bool
    reason: str = ""

    @property
    def fits(self) -> bool:
        return self.carries or bool(self.reason)

    def __str__(self) -> str:
        if self.carries:
            return f"{self.table}.{self.name} ({self.kind}) carries organization_id"
        return f"{self.table}.{self.name} ({self.kind}) {self.reason or 'does not carry organization_id'}"


def keys(connection: Connection[Any], parameters: dict[str, Any]) -> list[Key]:
    """Every key of every tenant table."""
    tenants, roots = set(parameters["tenant_tables"]), set(parameters["roots"])
    rows = connection.execute(KEYS, {"tables": sorted(tenants)}).fetchall()
    return [
        Key(table, name, KINDS[kind], carries, "" if carries else _reason(table, target, roots, tenants))
        for table, name, kind, target, carries in rows
    ]


def refusals(connection: Connection[Any], parameters: dict[str, Any]) -> list[str]:
    """A sentence, with the table, for everything that stands in the way."""
    needed = [rule for rule in RULES if rule.name in NEEDED]
    found = [rule.says.format(what) for rule in needed for what in violations(connection, rule, parameters)]
    return found + [f"{key}." for key in keys(connection, parameters) if not key.fits]


def _reason(table: str, target: str, roots: set[str], tenants: set[str]) -> str:
    if table in roots:
        return f"need not: {ROOT}"
    if target and (target in roots or target not in tenants):
        return f"need not: every node has a copy of {target}"
    return ""
