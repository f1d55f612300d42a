"""What the application's role is not given: statements that would open a door, sent inside a firm by a real sign-on.

Continues test_database.py and test_roles.py, which try the commonest; the catalogue's side is tenancy.catalogue.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from tenancy.backend.base import context_statements
from tenancy.context import Context
from tests.cast import Cast
from tests.isolation.rows import (
    TABLES,
    a_row,
    as_owner,
    changed,
    column,
    is_append_only,
    keyed,
    run,
    signed_on,
    snapshot,
)

pytestmark = pytest.mark.django_db
APP = "tickmark_app"
SERVING = ("tickmark_app", "tickmark_identity", "tickmark_operator")


@contextmanager
def inside(cast: Cast) -> Iterator[psycopg.Connection]:
    """A fresh sign-on of the application, in a transaction of our firm."""
    settled = context_statements(Context(tenant=cast.ours.organization.pk, user=cast.ours.owner.user_id))
    with signed_on(APP) as fresh, fresh.transaction(force_rollback=True):
        fresh.execute(settled.partition("; SET LOCAL ROLE")[0].encode())
        yield fresh


REFUSED = [
    # other roles
    "SET LOCAL ROLE tickmark_test", "SET ROLE tickmark_operator", "SET ROLE tickmark_backup", "SET ROLE pg_read_all_data",
    "SET ROLE pg_write_all_data", "DO $$ BEGIN EXECUTE 'SET ROLE tickmark_owner'; END $$",
    "SELECT set_config('role', 'tickmark_owner', true)", "SELECT set_config('session_authorization', 'postgres', true)",
    "GRANT tickmark_owner TO tickmark_app", "CREATE ROLE evil", "ALTER ROLE tickmark_app SUPERUSER",
    "ALTER ROLE tickmark_owner PASSWORD 'x'", "REASSIGN OWNED BY tickmark_owner TO tickmark_app",
    # policies, and what they hang on
    "ALTER TABLE clients NO FORCE ROW LEVEL SECURITY", "ALTER TABLE clients DISABLE ROW LEVEL SECURITY",
    "ALTER POLICY tenant ON clients USING (true)", "CREATE POLICY evil ON clients USING (true)",
    "DROP POLICY tenant ON clients", "ALTER TABLE clients OWNER TO tickmark_app", "DROP TABLE clients CASCADE",
    "ALTER TABLE clients ADD COLUMN evil int", "ALTER TABLE clients DROP CONSTRAINT clients_pkey CASCADE",
    "ALTER TABLE clients DISABLE TRIGGER audit", "ALTER TABLE clients RENAME TO evil", "DROP TRIGGER audit ON clients",
    "CREATE TRIGGER evil AFTER INSERT ON clients EXECUTE FUNCTION app.write_audit()", "SELECT app.write_audit()",
    "CREATE RULE evil AS ON SELECT TO clients DO INSTEAD NOTHING", "CREATE INDEX evil ON clients (name)",
    "CREATE UNIQUE INDEX evil ON clients (tax_id)", "CREATE STATISTICS evil ON name, code FROM clients",
    "COMMENT ON TABLE clients IS 'evil'", "LOCK TABLE audit_logs IN ACCESS EXCLUSIVE MODE",
    "TRUNCATE clients CASCADE", "TRUNCATE ONLY user_clients",
    # functions that run with other rights
    "ALTER FUNCTION app.organization_by_slug(text) SECURITY INVOKER",
    "ALTER FUNCTION app.session_by_token(bytea) SET search_path = public",
    "ALTER FUNCTION app.organization_by_slug(text) OWNER TO tickmark_app",
    "CREATE OR REPLACE FUNCTION app.my_organizations() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DROP FUNCTION app.organization_by_slug(text)",
    # making things
    "CREATE SCHEMA evil", "CREATE TABLE public.evil ()", "CREATE TABLE app.evil ()", "CREATE TEMP TABLE evil ()",
    "CREATE UNLOGGED TABLE evil ()", "SELECT * INTO TEMP evil FROM clients", "CREATE TABLE evil AS TABLE clients",
    "CREATE TEMP VIEW evil AS SELECT 1", "CREATE VIEW evil AS TABLE clients", "CREATE RECURSIVE VIEW evil (n) AS SELECT 1",
    "CREATE MATERIALIZED VIEW evil AS TABLE clients", "CREATE SEQUENCE evil", "CREATE TEMP SEQUENCE evil",
    "CREATE TYPE evil AS (n int)", "CREATE DOMAIN evil AS int", "CREATE FUNCTION pg_temp.evil() RETURNS int LANGUAGE sql RETURN 1",
    "CREATE FUNCTION public.evil(uuid) RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1",
    "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)", "CREATE CAST (int AS uuid) WITH INOUT",
    "CREATE AGGREGATE evil(int) (SFUNC = int4pl, STYPE = int)", "CREATE COLLATION evil FROM \"C\"",
    "CREATE EXTENSION dblink", "CREATE EXTENSION postgres_fdw", "CREATE EXTENSION file_fdw", "CREATE LANGUAGE plperl",
    "CREATE FOREIGN DATA WRAPPER evil", "CREATE EVENT TRIGGER evil ON ddl_command_start EXECUTE FUNCTION app.write_audit()",
    "CREATE PUBLICATION evil FOR TABLE clients", "SELECT pg_create_logical_replication_slot('evil', 'test_decoding')",
    "SELECT pg_create_physical_replication_slot('evil')", "SELECT dblink('dbname=tickmark', 'TABLE clients')",
    # the server's files and memory
    "COPY clients FROM '/etc/hosts'", "COPY clients FROM STDIN", "COPY clients FROM PROGRAM 'true'",
    "COPY clients TO '/tmp/evil'", "COPY (TABLE clients) TO PROGRAM 'cat'", "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_read_binary_file('PG_VERSION')", "SELECT pg_ls_dir('.')", "SELECT pg_stat_file('PG_VERSION')",
    "SELECT pg_ls_waldir()", "SELECT lo_import('/etc/hosts')", "SELECT lo_export(1, '/tmp/evil')",
    "SELECT lo_create(0)", "SELECT lo_creat(-1)", "SELECT lo_from_bytea(0, 'kept for the next firm')",
    "TABLE pg_largeobject", "TABLE pg_authid", "TABLE pg_shadow", "TABLE pg_statistic", "TABLE pg_statistic_ext_data",
    "TABLE pg_hba_file_rules", "TABLE pg_user_mapping", "TABLE pg_subscription", "LOAD 'auto_explain'", "CHECKPOINT",
    "SELECT pg_reload_conf()", "SELECT pg_backup_start('evil')", "SELECT pg_log_backend_memory_contexts(1)",
    # settings
    "SET row_security = off; TABLE clients", "SET LOCAL row_security = off; TABLE clients",
    "SELECT set_config('row_security', 'off', true); TABLE clients", "SET session_replication_role = replica",
    "ALTER ROLE tickmark_owner SET row_security = off",
    "ALTER DEFAULT PRIVILEGES FOR ROLE tickmark_owner GRANT ALL ON TABLES TO tickmark_app",
    # counters that libraries share
    "SELECT setval('procrastinate_jobs_id_seq', 1)", "SELECT last_value FROM procrastinate_jobs_id_seq",
]  # fmt: skip
REFUSAL = r"permission denied|must be|only roles with|affected by row-level|not supported with row-level|does not exist|is not allowed|not available"


@pytest.mark.parametrize("statement", REFUSED)
def test_inside_a_firm_the_application_may_not(cast: Cast, statement: str) -> None:
    with inside(cast) as fresh, pytest.raises(psycopg.Error, match=REFUSAL):
        fresh.execute(statement.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "GRANT SELECT ON clients TO PUBLIC",
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO tickmark_identity",
        "REVOKE ALL ON clients FROM tickmark_owner",
        "ANALYZE clients",
    ],
)
def test_what_postgresql_answers_with_a_mere_warning_changes_nothing(cast: Cast, statement: str) -> None:
    look = (
        "SELECT relname, relacl::text, reltuples FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    with inside(cast) as fresh:
        before = fresh.execute(look).fetchall()
        try:
            with fresh.transaction():
                fresh.execute(statement.encode())
        except psycopg.Error as refused:
            assert "permission denied" in str(refused)
        assert fresh.execute(look).fetchall() == before


@pytest.mark.parametrize("table", TABLES)
def test_what_the_planner_knows_of_all_firms_is_not_shown(cast: Cast, table: str) -> None:
    """Statistics hold the commonest values of every firm; PostgreSQL hides them where policies bind."""
    as_owner(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
    with cast.ours.inside():
        assert run("SELECT * FROM pg_stats WHERE tablename = %s", table) == []
        assert run("SELECT * FROM pg_stats_ext WHERE tablename = %s", table) == []


def parts_of_the_audit_log() -> list[str]:
    return [
        name
        for (name,) in run("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_logs'::regclass")
    ]


@pytest.mark.parametrize("role", SERVING)
def test_no_part_of_the_audit_log_is_read_past_its_policies(cast: Cast, role: str) -> None:
    parts = parts_of_the_audit_log()
    assert parts
    with signed_on(role) as fresh:
        for part in parts:
            for statement in ("TABLE {}", "INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "TRUNCATE {}"):
                with pytest.raises(psycopg.Error, match="permission denied"):
                    fresh.execute(sql.SQL(statement).format(sql.Identifier(part)))


# --- MERGE ------------------------------------------------------------------------------------------------------

MERGES = {
    "delete": "MERGE INTO {t} USING (SELECT 1) one ON id IS NOT NULL WHEN MATCHED THEN DELETE",
    "update": "MERGE INTO {t} USING (SELECT 1) one ON true WHEN MATCHED THEN UPDATE SET created_at = {t}.created_at",
    "nothing_read": "MERGE INTO {t} USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE",
    "their_id": "MERGE INTO {t} USING (SELECT %(id)s::uuid AS wanted) one ON id = wanted WHEN MATCHED THEN DELETE",
    "give_away": "MERGE INTO {t} USING (SELECT %(firm)s::uuid AS firm) one ON true WHEN MATCHED THEN UPDATE SET {key} = firm",
    "plant": "MERGE INTO {t} USING (SELECT 1) one ON false WHEN NOT MATCHED THEN INSERT ({key}) VALUES (%(firm)s)",
}


@pytest.mark.parametrize("table", TABLES)
def test_merge_reaches_our_rows_alone(cast: Cast, table: str) -> None:
    before = snapshot()
    counted = sql.SQL("SELECT count(*) FROM {} WHERE {} = %s").format(
        sql.Identifier(table), sql.Identifier(column(table))
    )
    ((ours,),) = as_owner(counted, cast.ours.organization.pk)
    values = {"id": a_row(table, cast.theirs), "firm": cast.theirs.organization.pk}
    for form, text in MERGES.items():
        query = sql.SQL(keyed(text, table)).format(t=sql.Identifier(table), key=sql.Identifier(column(table)))
        with cast.ours.inside(), transaction.atomic():
            run("SET CONSTRAINTS ALL DEFERRED")
            reached = merge(query, values)
            if form == "their_id":
                assert not reached
            elif form in ("delete", "update") and not is_append_only(table):
                assert reached == ours, form
            else:
                assert reached is None, form  # a MERGE that reads no column meets every row, and is refused at theirs
            transaction.set_rollback(True)
        assert {firm for _, firm in changed(before)} <= {cast.ours.organization.pk}, form


def merge(query: sql.Composed, values: dict) -> int | None:
    """How many rows; None where it was refused."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.rowcount
    except DatabaseError as error:
        assert any(word in str(error) for word in ("row-level security", "permission denied", "violates foreign key"))
        return None


@pytest.mark.parametrize("table", TABLES)
def test_merge_without_a_firm_fails(cast: Cast, table: str) -> None:
    query = sql.SQL(keyed(MERGES["delete"], table)).format(t=sql.Identifier(table))
    with pytest.raises(DatabaseError, match="app.current_tenant_id|uuid|permission denied"), transaction.atomic():
        run(query)


# --- functions that run with other rights -----------------------------------------------------------------------


def test_only_the_listed_functions_run_with_other_rights(cast: Cast) -> None:
    found = run(
        "SELECT proname, proconfig, pg_get_userbyid(proowner), provolatile, proretset FROM pg_proc "
        "WHERE prosecdef AND pronamespace IN ('app'::regnamespace, 'public'::regnamespace)"
    )
    assert {name for name, *_ in found} == settings.TENANCY_DEFINER_FUNCTIONS.keys()
    assert all(settings.TENANCY_DEFINER_FUNCTIONS.values()), "Each says why it is needed."
    for name, config, owner, volatile, _ in found:
        assert config == ["search_path=pg_catalog, pg_temp"], name
        assert (owner, volatile) == (settings.TENANCY_ROLES["lookup"], "s"), name


@pytest.mark.parametrize("path", ["public", "pg_temp, public", "app, public, pg_temp", "''"])
def test_the_callers_search_path_bends_no_look_up(cast: Cast, path: str) -> None:
    with inside(cast) as fresh:
        fresh.execute(sql.SQL("SET LOCAL search_path = {}").format(sql.SQL(path)))
        slug = cast.theirs.organization.slug
        assert fresh.execute("SELECT id FROM app.organization_by_slug(%s)", [slug]).fetchall() == [
            (cast.theirs.organization.pk,)
        ]
        with pytest.raises(psycopg.Error):
            fresh.execute("TABLE public.user_sessions; SELECT * FROM public.account_emailaddress")


def test_views_ask_as_the_reader() -> None:
    query = (
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace IN ('app'::regnamespace, "
        "'public'::regnamespace) AND 'security_invoker=true' <> ALL (coalesce(reloptions, '{}'))"
    )
    assert run(query) == []
