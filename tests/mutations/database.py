"""Walls of the database: policies, composite keys, the audit trigger and grants of every tenant table."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections, models
from psycopg import sql

from tenancy.expected import isolation_of, parameters
from tenancy.keys import TenantForeignKey
from tests.isolation.rows import MODELS, PARTITIONED, is_append_only
from tests.mutations.mutation import Change, Mutation

TABLE_CASES = ("tests/isolation/", "audit/", "tenancy/tests/")
CATALOGUE_CASES = ("tests/architecture/test_tables.py",)
CLEAN_CASES = ("tenancy/tests/test_checks.py::test_the_database_is_clean",)
OPEN = sql.SQL("true")
#: Of a value that names the firm's folder, so it would mean the same for all firms at once.
NO_WALLS = {"document_versions_key"}


def database_mutations() -> Iterator[Mutation]:
    for table, model in sorted(MODELS.items()):
        yield from policy_mutations(table)
        yield from grant_mutations(table, append_only=is_append_only(table))
        if not is_append_only(table):  # what only ever grows is a trail of its own
            switch = f'ALTER TABLE "{table}" {{}} TRIGGER audit'
            change = run_as_owner([switch.format("DISABLE")], [switch.format("ENABLE")])
            yield Mutation("audit trigger", f"{table}: not written to the audit trail", change, CLEAN_CASES)
        for key in model._meta.local_fields:
            if isinstance(key, TenantForeignKey):
                yield from key_mutations(table, key)
        for unique in model._meta.constraints:
            if isinstance(unique, models.UniqueConstraint) and unique.name not in NO_WALLS:
                if unique.fields == ("organization",):
                    continue  # one a firm
                what = f"{table}: {unique.name} counts over all firms"
                yield Mutation("unique key", what, for_all_firms(table, unique.name), TABLE_CASES, (table, unique.name))
    for table in sorted(PARTITIONED & MODELS.keys()):
        for what, closed, opened in PARTITION_WALLS:
            change = on_a_partition(table, opened, closed)
            yield Mutation("partition", f"{table}: {what}", change, CLEAN_CASES)
    for policy in parameters()["policies"].obj:
        yield from other_policy_mutations(policy["table"], policy["role"], policy["command"], policy["using"])


def policy_mutations(table: str) -> Iterator[Mutation]:
    name, key = sql.Identifier(table), sql.Identifier(isolation_of(MODELS[table]).options["column"])
    mine = sql.SQL("{} = (current_setting('app.current_tenant_id'))::uuid").format(key)
    policy = sql.SQL("CREATE POLICY tenant ON {} TO tickmark_app USING ({}) WITH CHECK ({})")
    drop, whole = sql.SQL("DROP POLICY IF EXISTS tenant ON {}").format(name), policy.format(name, mine, mine)
    broken = {
        "no policy": [drop],
        "the policy lets every row be read and written": [drop, policy.format(name, OPEN, OPEN)],
        "the policy lets every row be written": [drop, policy.format(name, mine, OPEN)],
        "the policy lets every row be read": [drop, policy.format(name, OPEN, mine)],
        "a second, wider policy": [
            sql.SQL("CREATE POLICY wider ON {} FOR SELECT TO tickmark_app USING (true)").format(name)
        ],
    }
    wider = sql.SQL("DROP POLICY IF EXISTS wider ON {}").format(name)
    for what, statements in broken.items():
        change = run_as_owner(statements, [wider, drop, whole])
        yield Mutation("policy", f"{table}: {what}", change, TABLE_CASES, (table,))
    off, on = (sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY").format(name, sql.SQL(w)) for w in ("DISABLE", "ENABLE"))
    yield Mutation("policy", f"{table}: row-level security off", run_as_owner([off], [on]), TABLE_CASES, (table,))
    off, on = (sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY").format(name, sql.SQL(w)) for w in ("NO FORCE", "FORCE"))
    yield Mutation("policy", f"{table}: not forced", run_as_owner([off], [on]), CATALOGUE_CASES, (table,))


def other_policy_mutations(table: str, role: str, command: str, using: str | None) -> Iterator[Mutation]:
    """Policies of the other roles, and of the platform's tables: of every person, their own rows."""
    is_firms = table in MODELS
    if is_firms and role == "tickmark_app":
        return  # taken down above, in more ways
    who = f"{role.removeprefix('tickmark_')} {command}"
    yield Mutation("policy", f"{table}: no policy for {who}", altered(table, role, command, None), CLEAN_CASES)
    if using not in (None, "true"):
        first = "tests/isolation/test_roles.py" if is_firms else "tests/isolation/test_platform_rows.py"
        witnesses = (first, "tests/isolation/test_roles.py", *CLEAN_CASES)
        yield Mutation("policy", f"{table}: every row for {who}", altered(table, role, command, OPEN), witnesses)


def altered(table: str, role: str, command: str, condition: sql.SQL | None) -> Change:
    """Drop the role's policy, or put one with another condition in its place; and back as it was."""

    @contextmanager
    def change() -> Iterator[None]:
        with owner() as connection:
            query = """
                SELECT policyname, qual, with_check FROM pg_policies
                WHERE schemaname = 'public' AND tablename = %s AND cmd = %s AND %s = ANY (roles)
            """
            ((name, using, check),) = connection.execute(query, [table, command, role]).fetchall()
            place = sql.SQL("{} ON {}").format(sql.Identifier(name), sql.Identifier(table))
            drop = sql.SQL("DROP POLICY IF EXISTS {}").format(place)
            make = sql.SQL("CREATE POLICY {} FOR {} TO {}").format(place, sql.SQL(command), sql.Identifier(role))
            connection.execute(drop)
            if condition:
                connection.execute(sql.SQL("{} USING ({})").format(make, condition))
            try:
                yield
            finally:
                parts = [make]
                parts += [sql.SQL("USING ({})").format(sql.SQL(using))] if using else []
                parts += [sql.SQL("WITH CHECK ({})").format(sql.SQL(check))] if check else []
                connection.execute(drop)
                connection.execute(sql.SQL(" ").join(parts))

    return change


def grant_mutations(table: str, *, append_only: bool) -> Iterator[Mutation]:
    name = sql.Identifier(table)
    for role, right in (("app", "TRUNCATE"), ("identity", "SELECT"), *([("app", "DELETE")] if append_only else [])):
        grant = sql.SQL("{} {} ON {} {} {}")
        words = sql.SQL(right), name, sql.Identifier(f"tickmark_{role}")
        give = grant.format(sql.SQL("GRANT"), words[0], words[1], sql.SQL("TO"), words[2])
        take = grant.format(sql.SQL("REVOKE"), words[0], words[1], sql.SQL("FROM"), words[2])
        yield Mutation("grant", f"{table}: {role} may {right}", run_as_owner([give], [take]), TABLE_CASES, (table,))


def key_mutations(table: str, key: TenantForeignKey) -> Iterator[Mutation]:
    for what, by_id in (("no composite key", False), ("a key by the id alone", True)):
        change = without_key(table, key, by_id=by_id)
        yield Mutation("composite key", f"{table}.{key.name}: {what}", change, TABLE_CASES, (table, key))


def without_key(table: str, key: TenantForeignKey, *, by_id: bool) -> Change:
    """Every key that holds the column goes: a reply's thread is also that of what it answers. `by_id` puts the key in
    their place that another application would have."""
    target, column = key.related_model._meta.db_table, key.target_field.column
    plain = [
        f'CREATE UNIQUE INDEX unfirm ON "{target}" ("{column}")',
        f'ALTER TABLE "{table}" ADD CONSTRAINT unfirm_key FOREIGN KEY ("{key.column}") REFERENCES "{target}" ("{column}")',
    ]
    undone = [f'ALTER TABLE "{table}" DROP CONSTRAINT unfirm_key', "DROP INDEX unfirm"]

    @contextmanager
    def change() -> Iterator[None]:
        with owner() as connection:
            held = keys_with(connection, table, key.column)
            for name, _ in held:
                drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name))
                connection.execute(drop)
            for statement in plain if by_id else ():
                connection.execute(statement)  # type: ignore[call-overload]
            try:
                yield
            finally:
                for statement in undone if by_id else ():
                    connection.execute(statement)  # type: ignore[call-overload]
                for name, definition in held:
                    add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}")
                    connection.execute(
                        add.format(sql.Identifier(table), sql.Identifier(name), sql.SQL(definition))  # type: ignore[arg-type]
                    )

    return change


def keys_with(connection: psycopg.Connection, table: str, column: str) -> list[tuple[str, str]]:
    query = """
        SELECT c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
        WHERE c.contype = 'f' AND c.conrelid = to_regclass(%s) AND a.attname = %s
    """
    found = connection.execute(query, [f'public."{table}"', column]).fetchall()
    assert found, f"{table}.{column}: no key holds it"
    return found


def for_all_firms(table: str, name: str) -> Change:
    """The key again, without the organization. Firms of the cast that say the same already are left out of it."""

    @contextmanager
    def change() -> Iterator[None]:
        with owner() as connection:
            query = """
                SELECT array_agg(pg_get_indexdef(indexrelid, at, true) ORDER BY at), pg_get_expr(indpred, indrelid),
                    CASE WHEN indnullsnotdistinct THEN 'NULLS NOT DISTINCT' ELSE '' END
                FROM pg_index, generate_series(1, indnkeyatts) AS at
                WHERE indexrelid = to_regclass(%s) GROUP BY indexrelid, indpred, indrelid, indnullsnotdistinct
            """
            ((keys, condition, nulls),) = connection.execute(query, [f"public.{name}"]).fetchall()
            ((ours,),) = connection.execute("SELECT id FROM organizations WHERE slug = 'harcourt'").fetchall()
            left = ", ".join(key for key in keys if key != "organization_id")
            where = f"organization_id <> '{ours}' AND ({condition or 'true'})"
            connection.execute(f'CREATE UNIQUE INDEX unfirm ON "{table}" ({left}) {nulls} WHERE {where}')  # type: ignore[call-overload]
            try:
                yield
            finally:
                connection.execute("DROP INDEX unfirm")

    return change


PARTITION_WALLS = [
    ("a partition is open to the application", "REVOKE SELECT ON {} FROM tickmark_app", "GRANT SELECT ON {} TO tickmark_app"),
    ("row-level security off on a partition", "ALTER TABLE {} ENABLE ROW LEVEL SECURITY", "ALTER TABLE {} DISABLE ROW LEVEL SECURITY"),
]  # fmt: skip


def on_a_partition(table: str, break_it: str, mend_it: str) -> Change:
    part = f'"{table}_default"'
    return run_as_owner([break_it.format(part)], [mend_it.format(part)])


def run_as_owner(break_it: Iterable[str | sql.Composable], mend_it: Iterable[str | sql.Composable]) -> Change:
    @contextmanager
    def change() -> Iterator[None]:
        with owner() as connection:
            try:
                for statement in break_it:
                    connection.execute(statement)  # type: ignore[call-overload]
                yield
            finally:
                for statement in mend_it:
                    connection.execute(statement)  # type: ignore[call-overload]

    return change


@contextmanager
def owner() -> Iterator[psycopg.Connection]:
    """The owner of the test database, on a connection of its own: what it changes, every connection sees."""
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(os.environ["TEST_DATABASE_URL"], dbname=name, autocommit=True) as connection:
        connection.execute("SET ROLE tickmark_owner")
        connection.execute("SET lock_timeout = '5s'")
        yield connection
