"""The rules of isolation, each one query over PostgreSQL's catalogue. An empty answer is good.

`tenancy.checks` runs them as `manage.py check --database owner`; they read the catalogue only, so any role may run
them. What they compare with comes from the models and the platform list: see `tenancy.expected`.
"""

from dataclasses import dataclass
from typing import Any

TABLES = """
WITH ours AS (
    SELECT c.oid, c.relname, c.relkind, c.relacl, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.relispartition
    FROM pg_class c
    WHERE c.relnamespace IN ('public'::regnamespace, 'app'::regnamespace)
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
), tenant AS (
    SELECT o.*, a.attnum, a.attnotnull FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid AND NOT a.attisdropped
    WHERE o.relkind IN ('r', 'p') AND o.relname <> ALL (%(platform)s)
        AND (a.attname = 'organization_id' AND o.relname <> ALL (%(roots)s)
             OR a.attname = 'id' AND o.relname = ANY (%(roots)s))
), keyed AS (
    SELECT * FROM tenant WHERE relname <> ALL (%(roots)s)
), functions AS (
    SELECT p.oid, p.oid::regprocedure::text AS signature, p.* FROM pg_proc p
    WHERE p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
), grants AS (
    SELECT o.relname::text AS "table", '' AS "column", x.grantee, x.privilege_type AS privilege
    FROM ours o, aclexplode(o.relacl) x WHERE o.relkind IN ('r', 'p', 'v', 'm', 'f')
    UNION ALL
    SELECT o.relname::text, a.attname::text, x.grantee, x.privilege_type
    FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid, aclexplode(a.attacl) x
), granted AS (
    SELECT g."table", g."column", coalesce(r.rolname::text, 'PUBLIC') AS role, g.privilege
    FROM grants g LEFT JOIN pg_roles r ON r.oid = g.grantee
    WHERE g.grantee = 0 OR r.rolname = ANY (%(guarded)s)
), wanted AS (
    SELECT w.* FROM jsonb_to_recordset(%(grants)s) w("table" text, "column" text, role text, privilege text)
    JOIN ours o ON o.relname = w."table"
), policies AS (
    SELECT o.relname::text AS "table", coalesce(r.rolname::text, 'PUBLIC') AS role,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
            ELSE 'ALL' END AS command,
        pg_get_expr(p.polqual, p.polrelid) AS "using", pg_get_expr(p.polwithcheck, p.polrelid) AS "check"
    FROM pg_policy p JOIN ours o ON o.oid = p.polrelid, unnest(p.polroles) AS polrole
    LEFT JOIN pg_roles r ON r.oid = polrole
), declared AS (
    SELECT d.* FROM jsonb_to_recordset(%(policies)s) d("table" text, role text, command text, "using" text, "check" text)
    JOIN ours o ON o.relname = d."table"
), calling AS (
    SELECT proname::text AS name, r.rolname::text AS role FROM functions
    JOIN pg_roles r ON r.rolname = ANY (%(guarded)s) AND r.oid <> proowner
    WHERE prosecdef AND has_function_privilege(r.oid, signature, 'EXECUTE')
), callers AS (
    SELECT c.* FROM jsonb_to_recordset(%(callers)s) c(name text, role text)
    WHERE EXISTS (SELECT FROM functions WHERE proname = c.name AND prosecdef)
), reach AS (
    SELECT r.oid, r.rolname, n.oid AS space, n.nspname FROM pg_roles r, pg_namespace n
    WHERE r.rolname = ANY (%(site)s) AND n.nspname IN ('public', 'app')
        OR (r.rolname = ANY (%(guarded)s) OR r.rolname = %(owner)s) AND n.nspname = 'marketing'
)
"""


@dataclass(frozen=True)
class Rule:
    """`query` returns one text a violation; `says` puts it into a sentence."""

    name: str
    says: str
    query: str
    warning: bool = False


RULES = (
    Rule(
        "row_security_enabled",
        "Row-level security is off on {}.",
        "SELECT relname FROM tenant WHERE NOT relrowsecurity",
    ),
    Rule(
        "row_security_forced",
        "Row-level security is not forced on {}: its owner walks past it.",
        "SELECT relname FROM tenant WHERE NOT relforcerowsecurity",
    ),
    Rule(
        "every_table_is_known",
        "Table {} belongs to no firm and is not in the list of platform tables.",
        """
        SELECT relname FROM ours WHERE relkind IN ('r', 'p', 'f') AND relname <> ALL (%(platform)s)
            AND oid NOT IN (SELECT oid FROM tenant)
        """,
    ),
    Rule(
        "policies_as_declared",
        "The database has a policy nobody declared: {}.",
        """
        SELECT concat_ws(' ', "table", 'to', role, 'for', command, 'using', "using", 'check', "check")
        FROM (SELECT * FROM policies EXCEPT ALL SELECT * FROM declared) extra
        """,
    ),
    Rule(
        "policies_present",
        "A declared policy is missing or differs: {}.",
        """
        SELECT concat_ws(' ', "table", 'to', role, 'for', command)
        FROM (SELECT * FROM declared EXCEPT ALL SELECT * FROM policies) missing
        """,
    ),
    Rule(
        "no_restrictive_policy",
        "Policy {} is RESTRICTIVE, which turns permissive on a sharded database.",
        "SELECT o.relname || '.' || p.polname FROM pg_policy p JOIN ours o ON o.oid = p.polrelid WHERE NOT p.polpermissive",
    ),
    Rule(
        "serving_roles_have_no_powers",
        "{}.",
        """
        SELECT rolname || ' is superuser, bypasses row security, or creates roles or databases' FROM pg_roles
        WHERE rolname = ANY (%(guarded)s)
            AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit)
        UNION ALL
        SELECT r.rolname || ' owns ' || c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE r.rolname = ANY (%(guarded)s)
        UNION ALL
        SELECT m.rolname || ' is a member of ' || g.rolname FROM pg_auth_members a
        JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid WHERE m.rolname = ANY (%(guarded)s)
        """,
    ),
    Rule(
        "owner_owns_the_tables",
        "Table {} belongs to another role than the owner.",
        "SELECT relname FROM ours JOIN pg_roles r ON r.oid = relowner WHERE relkind IN ('r', 'p', 'v') AND rolname <> %(owner)s",
    ),
    Rule(
        "keys_start_with_the_organization",
        "The primary key of {} does not start with the organization.",
        """
        SELECT relname FROM keyed t WHERE NOT EXISTS (
            SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary AND i.indkey[0] = t.attnum
        )
        """,
    ),
    Rule(
        "uniques_start_with_the_organization",
        "Unique index {} tells one firm what another has: it must start with the organization.",
        """
        SELECT i.indexrelid::regclass::text FROM pg_index i JOIN keyed t ON t.oid = i.indrelid
        WHERE i.indisunique AND i.indkey[0] <> t.attnum
        """,
    ),
    Rule(
        "exclusions_hold_the_organization",
        "Exclusion constraint {} reaches over all firms: it must start with the organization.",
        """
        SELECT t.relname || '.' || c.conname FROM pg_constraint c JOIN keyed t ON t.oid = c.conrelid
        WHERE c.contype = 'x' AND c.conkey[1] <> t.attnum
        """,
    ),
    Rule(
        "organization_is_never_null",
        "{}.organization_id may be NULL.",
        "SELECT relname FROM keyed WHERE NOT attnotnull",
    ),
    Rule(
        "foreign_keys_are_composite",
        "Foreign key {} can point at another firm's row: it must start with the organization on both sides.",
        """
        SELECT t.relname || '.' || f.conname FROM pg_constraint f
        JOIN keyed t ON t.oid = f.conrelid JOIN keyed o ON o.oid = f.confrelid
        WHERE f.contype = 'f' AND (f.conkey[1] <> t.attnum OR f.confkey[1] <> o.attnum)
        """,
    ),
    Rule(
        "foreign_keys_are_immediate",
        "Foreign key {} must be DEFERRABLE INITIALLY IMMEDIATE, NO ACTION and validated.",
        """
        SELECT t.relname || '.' || f.conname FROM pg_constraint f
        JOIN keyed t ON t.oid = f.conrelid JOIN keyed o ON o.oid = f.confrelid
        WHERE f.contype = 'f'
            AND (NOT f.condeferrable OR f.condeferred OR NOT f.convalidated OR f.confdeltype <> 'a' OR f.confupdtype <> 'a')
        """,
    ),
    Rule(
        "foreign_keys_have_an_index",
        "Foreign key {} has no index that starts with its columns, the organization before them or not.",
        """
        SELECT t.relname || '.' || f.conname FROM pg_constraint f JOIN tenant t ON t.oid = f.conrelid
        WHERE f.contype = 'f' AND NOT t.relispartition AND NOT EXISTS (
            SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indpred IS NULL
                AND ((i.indkey::int2[])[0:cardinality(f.conkey) - 1] = f.conkey
                     OR i.indkey[0] = t.attnum AND (i.indkey::int2[])[1:cardinality(f.conkey)] = f.conkey)
        )
        """,
    ),
    Rule(
        "platform_points_at_no_firm",
        "Foreign key {} leads from a platform table into a firm's rows.",
        """
        SELECT p.relname || '.' || f.conname FROM pg_constraint f
        JOIN ours p ON p.oid = f.conrelid JOIN keyed o ON o.oid = f.confrelid
        WHERE f.contype = 'f' AND p.oid NOT IN (SELECT oid FROM tenant)
        """,
    ),
    Rule(
        "views_ask_as_the_reader",
        "View {} reads with its owner's rights: make it security_invoker, and no materialized view.",
        """
        SELECT relname FROM ours JOIN pg_class c USING (oid, relname, relkind)
        WHERE relkind = 'm' OR relkind = 'v' AND 'security_invoker=true' <> ALL (coalesce(c.reloptions, '{}'))
        """,
    ),
    Rule(
        "definer_functions_are_listed",
        "SECURITY DEFINER function {} is not listed, not owned by the look-up role, or has no pinned search_path.",
        """
        SELECT signature FROM functions JOIN pg_roles r ON r.oid = proowner
        WHERE prosecdef AND (
            proname <> ALL (%(definers)s) OR pronamespace <> 'app'::regnamespace OR rolname <> %(lookup)s
            OR 'search_path=pg_catalog, pg_temp' <> ALL (coalesce(proconfig, '{}'))
        )
        """,
    ),
    Rule(
        "definer_functions_return_tables",
        "Definer function {} returns rows of a table's own type: write RETURNS TABLE (…).",
        """
        SELECT signature FROM functions JOIN pg_type y ON y.oid = prorettype
        WHERE prosecdef AND (y.typtype = 'c' OR prorettype = 'record'::regtype AND proargmodes IS NULL)
        """,
    ),
    Rule(
        "listed_functions_exist",
        "Listed definer function {} does not exist, or is not SECURITY DEFINER.",
        """
        SELECT name FROM unnest(%(definers)s::text[]) name
        WHERE NOT EXISTS (SELECT FROM functions WHERE proname = name AND prosecdef)
            AND EXISTS (SELECT FROM functions WHERE prosecdef)
        """,
    ),
    Rule(
        "definer_functions_are_called_as_declared",
        "{}.",
        """
        SELECT role || ' may call app.' || name || '(), which nobody declared'
        FROM (SELECT * FROM calling EXCEPT SELECT * FROM callers) extra
        UNION ALL
        SELECT role || ' may not call app.' || name || '()' FROM (SELECT * FROM callers EXCEPT SELECT * FROM calling) missing
        """,
    ),
    Rule(
        "functions_are_closed_to_the_public",
        "Everybody may call function {}.",
        "SELECT signature FROM functions, aclexplode(coalesce(proacl, acldefault('f', proowner))) x WHERE x.grantee = 0",
    ),
    Rule(
        "immutable_functions_ignore_settings",
        "Function {} reads a setting but says it is IMMUTABLE: a cached plan keeps another firm's answer.",
        "SELECT signature FROM functions WHERE provolatile = 'i' AND prosrc ILIKE '%%current_setting%%'",
    ),
    Rule(
        "no_definer_triggers",
        "{} runs with other rights than the writer's.",
        """
        SELECT 'Trigger ' || t.relname || '.' || g.tgname FROM pg_trigger g JOIN tenant t ON t.oid = g.tgrelid
        JOIN pg_proc p ON p.oid = g.tgfoid WHERE NOT g.tgisinternal AND p.prosecdef
        UNION ALL
        SELECT 'Rule ' || t.relname || '.' || w.rulename FROM pg_rewrite w JOIN tenant t ON t.oid = w.ev_class
        """,
    ),
    Rule(
        "no_dangerous_grants",
        "{}.",
        """
        SELECT role || ' has ' || privilege || ' on ' || "table" FROM granted
        WHERE privilege NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        """,
    ),
    Rule(
        "grants_as_declared",
        "A role may do what nobody declared: {}.",
        """
        SELECT concat_ws(' ', role, privilege, 'on', "table", nullif("column", ''))
        FROM (SELECT "table", "column", role, privilege FROM granted EXCEPT SELECT * FROM wanted) extra
        WHERE privilege IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        """,
    ),
    Rule(
        "grants_present",
        "A declared grant is missing: {}.",
        """
        SELECT concat_ws(' ', role, privilege, 'on', "table", nullif("column", ''))
        FROM (SELECT * FROM wanted EXCEPT SELECT "table", "column", role, privilege FROM granted) missing
        """,
    ),
    Rule(
        "serving_roles_create_nothing",
        "{}.",
        """
        SELECT who || ' may create temporary tables' FROM unnest(%(guarded)s::text[] || ARRAY['public']) who
        WHERE has_database_privilege(who, current_database(), 'TEMP')
        UNION ALL
        SELECT who || ' may create objects in schema ' || nspname FROM unnest(%(guarded)s::text[] || ARRAY['public']) who, pg_namespace
        WHERE nspname !~ '^pg_' AND has_schema_privilege(who, pg_namespace.oid, 'CREATE')
        """,
    ),
    Rule(
        "the_site_is_apart",
        "The marketing site and the application must not reach each other: {}.",
        """
        SELECT rolname || ' may use schema ' || nspname FROM reach WHERE has_schema_privilege(oid, space, 'USAGE, CREATE')
        UNION ALL
        SELECT rolname || ' has a grant on ' || c.oid::regclass FROM reach
        JOIN pg_class c ON c.relnamespace = space AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        WHERE EXISTS (SELECT FROM aclexplode(c.relacl) x WHERE x.grantee = reach.oid)
            OR EXISTS (SELECT FROM pg_attribute a, aclexplode(a.attacl) x WHERE a.attrelid = c.oid AND x.grantee = reach.oid)
        UNION ALL
        SELECT m.rolname || ' is a member of ' || g.rolname FROM pg_auth_members a
        JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid
        WHERE m.rolname = ANY (%(site)s) OR m.rolname = %(owner)s AND g.rolname = ANY (%(site)s)
        """,
    ),
    Rule(
        "partitions_are_closed",
        "Partition {} can be reached past its table's policies.",
        """
        SELECT relname FROM tenant t WHERE relispartition AND (
            EXISTS (SELECT FROM granted g WHERE g."table" = t.relname)
            OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.oid)
        )
        """,
    ),
    Rule(
        "declared_triggers_fire",
        "Trigger {} is missing or switched off.",
        """
        SELECT w."table" || '.' || w.trigger FROM jsonb_to_recordset(%(triggers)s) w("table" text, trigger text)
        JOIN tenant t ON t.relname = w."table"
        WHERE NOT EXISTS (
            SELECT FROM pg_trigger g WHERE g.tgrelid = t.oid AND g.tgname = w.trigger AND g.tgenabled IN ('O', 'A')
        )
        """,
    ),
    Rule(
        "no_sequences",
        "Sequence {} counts across firms.",
        """
        SELECT s.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
        JOIN tenant t ON t.oid = d.refobjid WHERE s.relkind = 'S'
        """,
    ),
    Rule(
        "search_uses_its_index",
        "{} is not LEAKPROOF: search in very large firms is slow. Run `manage.py provision` as a superuser.",
        "SELECT oid::regprocedure::text FROM pg_proc WHERE oid = 'pg_catalog.ts_match_vq'::regproc AND NOT proleakproof",
        warning=True,
    ),
)


def violations(connection: Any, rule: Rule, parameters: dict[str, Any]) -> list[str]:
    with connection.cursor() as cursor:
        # Only constants of this module: TABLES and the rule's own text.
        cursor.execute(TABLES + rule.query, parameters)
        return sorted(row[0] for row in cursor.fetchall())
