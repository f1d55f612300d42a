"""Each rule of the catalogue is silent on the real schema and speaks on a broken one."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.core.checks import ERROR
from django.db import connection

from tenancy import checks
from tenancy.catalogue import RULES, violations
from tenancy.context import OWNER, surface
from tenancy.expected import parameters

pytestmark = pytest.mark.django_db
RULE = {rule.name: rule for rule in RULES}
COLUMNS = "organization_id uuid NOT NULL, id uuid NOT NULL"
TABLE = f"CREATE TABLE scratch ({COLUMNS}, client_id uuid, PRIMARY KEY (organization_id, id))"
FUNCTION = "CREATE FUNCTION app.scratch() RETURNS int LANGUAGE sql"
TRIGGER = "CREATE FUNCTION app.scratch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NEW; END'"
COMPOSITE = "FOREIGN KEY (organization_id, client_id) REFERENCES clients (organization_id, id)"
ORPHANED_ROLE = "GRANT CREATE ON SCHEMA app TO tickmark_app; SET LOCAL ROLE tickmark_app; CREATE TABLE app.scratch ()"

# Rule, what the owner does wrong, and what the rule must name.
BROKEN = [
    ("row_security_enabled", TABLE, "scratch"),
    ("row_security_enabled", "ALTER TABLE clients DISABLE ROW LEVEL SECURITY", "clients"),
    ("row_security_enabled", "ALTER TABLE organizations DISABLE ROW LEVEL SECURITY", "organizations"),
    ("row_security_forced", f"{TABLE}; ALTER TABLE scratch ENABLE ROW LEVEL SECURITY", "scratch"),
    ("row_security_forced", "ALTER TABLE requests NO FORCE ROW LEVEL SECURITY", "requests"),
    ("every_table_is_known", "CREATE TABLE scratch (id int)", "scratch"),
    ("policies_as_declared", "CREATE POLICY more ON clients TO tickmark_app USING (true)", "clients to tickmark_app"),
    ("policies_as_declared", "CREATE POLICY more ON clients USING (true)", "clients to PUBLIC"),
    ("policies_as_declared", "ALTER POLICY tenant ON clients USING (organization_id IS NOT NULL)", "clients"),
    ("policies_as_declared", "CREATE POLICY more ON users TO tickmark_app USING (true)", "users to tickmark_app"),
    ("policies_present", "DROP POLICY tenant ON clients", "clients to tickmark_app for ALL"),
    ("policies_present", "ALTER POLICY tenant ON clients WITH CHECK (true)", "clients to tickmark_app for ALL"),
    ("policies_present", "DROP POLICY owner_maintenance ON clients", "clients to tickmark_owner"),
    ("no_restrictive_policy", "CREATE POLICY more ON clients AS RESTRICTIVE USING (true)", "clients.more"),
    ("serving_roles_have_no_powers", ORPHANED_ROLE, "tickmark_app owns scratch"),
    ("owner_owns_the_tables", ORPHANED_ROLE, "scratch"),
    ("keys_start_with_the_organization", f"CREATE TABLE scratch ({COLUMNS}, PRIMARY KEY (id))", "scratch"),
    ("uniques_start_with_the_organization", "CREATE UNIQUE INDEX scratch ON clients (name)", "scratch"),
    (
        "uniques_start_with_the_organization",
        "CREATE UNIQUE INDEX scratch ON clients (name, organization_id)",
        "scratch",
    ),
    (
        "exclusions_hold_the_organization",
        f"{TABLE}; ALTER TABLE scratch ADD CONSTRAINT apart EXCLUDE (id WITH =)",
        "scratch.apart",
    ),
    ("organization_is_never_null", "CREATE TABLE scratch (organization_id uuid)", "scratch"),
    (
        "foreign_keys_are_composite",
        f"{TABLE}; CREATE UNIQUE INDEX alone ON clients (id);"
        "ALTER TABLE scratch ADD CONSTRAINT plain FOREIGN KEY (client_id) REFERENCES clients (id)",
        "scratch.plain",
    ),
    ("foreign_keys_are_immediate", f"{TABLE}; ALTER TABLE scratch ADD CONSTRAINT key {COMPOSITE}", "scratch.key"),
    (
        "foreign_keys_are_immediate",
        f"{TABLE}; ALTER TABLE scratch ADD CONSTRAINT key {COMPOSITE} ON DELETE CASCADE DEFERRABLE",
        "scratch.key",
    ),
    ("foreign_keys_have_an_index", f"{TABLE}; ALTER TABLE scratch ADD CONSTRAINT key {COMPOSITE}", "scratch.key"),
    (
        "platform_points_at_no_firm",
        "ALTER TABLE platform_settings ADD o uuid, ADD c uuid,"
        "ADD CONSTRAINT key FOREIGN KEY (o, c) REFERENCES clients (organization_id, id)",
        "platform_settings.key",
    ),
    ("views_ask_as_the_reader", "CREATE VIEW scratch AS SELECT * FROM clients", "scratch"),
    ("views_ask_as_the_reader", "CREATE MATERIALIZED VIEW scratch AS SELECT 1", "scratch"),
    ("definer_functions_are_listed", f"{FUNCTION} SECURITY DEFINER RETURN 1", "app.scratch()"),
    (
        "definer_functions_are_listed",
        "SET LOCAL ROLE tickmark_lookup; ALTER FUNCTION app.my_organizations() SET search_path = public",
        "app.my_organizations()",
    ),
    (
        "definer_functions_return_tables",
        "CREATE FUNCTION app.scratch() RETURNS SETOF clients LANGUAGE sql SECURITY DEFINER "
        "AS 'SELECT * FROM public.clients'",
        "app.scratch()",
    ),
    ("listed_functions_exist", "DROP FUNCTION app.my_organizations()", "my_organizations"),
    (
        "definer_functions_are_called_as_declared",
        "SET LOCAL ROLE tickmark_lookup; GRANT EXECUTE ON FUNCTION app.supported_firm(text, text) TO tickmark_app",
        "tickmark_app may call app.supported_firm(), which nobody declared",
    ),
    (
        "definer_functions_are_called_as_declared",
        "SET LOCAL ROLE tickmark_lookup; REVOKE EXECUTE ON FUNCTION app.my_organizations() FROM tickmark_app",
        "tickmark_app may not call app.my_organizations()",
    ),
    (
        "functions_are_closed_to_the_public",
        f"{FUNCTION} RETURN 1; GRANT EXECUTE ON FUNCTION app.scratch() TO PUBLIC",
        "scratch",
    ),
    (
        "immutable_functions_ignore_settings",
        f"{FUNCTION} IMMUTABLE AS $$ SELECT current_setting('a')::int $$",
        "app.scratch()",
    ),
    (
        "no_definer_triggers",
        f"{TRIGGER}; CREATE TRIGGER sly BEFORE INSERT ON clients FOR EACH ROW EXECUTE FUNCTION app.scratch()",
        "Trigger clients.sly",
    ),
    ("no_definer_triggers", "CREATE RULE sly AS ON UPDATE TO clients DO ALSO NOTIFY sly", "Rule clients.sly"),
    ("no_dangerous_grants", "GRANT TRUNCATE ON clients TO tickmark_app", "tickmark_app has TRUNCATE on clients"),
    ("no_dangerous_grants", "GRANT REFERENCES ON users TO PUBLIC", "PUBLIC has REFERENCES on users"),
    ("grants_as_declared", "GRANT SELECT ON clients TO tickmark_identity", "tickmark_identity SELECT on clients"),
    (
        "grants_as_declared",
        "GRANT SELECT (name) ON clients TO tickmark_operator",
        "tickmark_operator SELECT on clients name",
    ),
    ("grants_as_declared", "GRANT SELECT (password) ON users TO tickmark_app", "tickmark_app SELECT on users password"),
    ("grants_as_declared", "GRANT UPDATE ON audit_logs TO tickmark_app", "tickmark_app UPDATE on audit_logs"),
    ("grants_present", "REVOKE SELECT ON clients FROM tickmark_app", "tickmark_app SELECT on clients"),
    ("serving_roles_create_nothing", "GRANT CREATE ON SCHEMA app TO tickmark_identity", "tickmark_identity"),
    ("serving_roles_create_nothing", "GRANT CREATE ON SCHEMA app TO PUBLIC", "public may create"),
    ("partitions_are_closed", "GRANT SELECT ON audit_logs_default TO tickmark_app", "audit_logs_default"),
    ("the_site_is_apart", "GRANT USAGE ON SCHEMA app TO tickmark_marketing", "tickmark_marketing may use schema app"),
    ("the_site_is_apart", "GRANT SELECT (name) ON clients TO tickmark_marketing", "has a grant on clients"),
    ("the_site_is_apart", "GRANT SELECT ON clients TO tickmark_marketing_owner", "has a grant on clients"),
    (
        "partitions_are_closed",
        "CREATE POLICY sly ON audit_logs_default TO tickmark_app USING (true)",
        "audit_logs_default",
    ),
    ("declared_triggers_fire", "DROP TRIGGER audit ON clients", "clients.audit"),
    ("declared_triggers_fire", "ALTER TABLE clients DISABLE TRIGGER audit", "clients.audit"),
    ("no_sequences", "CREATE TABLE scratch (organization_id uuid, n bigserial)", "scratch_n_seq"),
    ("no_sequences", "ALTER TABLE clients ADD n int GENERATED ALWAYS AS IDENTITY", "clients_n_seq"),
]
# These take rights the owner does not have.
BROKEN_BY_A_SUPERUSER = [
    (
        "the_site_is_apart",
        "GRANT tickmark_owner TO tickmark_marketing",
        "tickmark_marketing is a member of tickmark_owner",
    ),
    (
        "the_site_is_apart",
        "CREATE SCHEMA IF NOT EXISTS marketing; GRANT USAGE ON SCHEMA marketing TO tickmark_app",
        "tickmark_app may use schema marketing",
    ),
    ("serving_roles_have_no_powers", "ALTER ROLE tickmark_app BYPASSRLS", "tickmark_app is superuser, bypasses"),
    (
        "serving_roles_have_no_powers",
        "GRANT tickmark_owner TO tickmark_app",
        "tickmark_app is a member of tickmark_owner",
    ),
    ("serving_roles_create_nothing", "GRANT TEMP ON DATABASE {} TO PUBLIC", "public may create temporary tables"),
    ("search_uses_its_index", "ALTER FUNCTION ts_match_vq(tsvector, tsquery) NOT LEAKPROOF", "ts_match_vq"),
]


def broken_id(case: tuple[str, str, str]) -> str:
    return f"{case[0]}-{case[1].split(';')[-1][:40].strip()}"


def test_the_database_is_clean() -> None:
    assert [message for message in checks.catalogue_messages(connection) if message.level >= ERROR] == []


@pytest.mark.parametrize("case", BROKEN, ids=broken_id)
def test_a_broken_schema_is_reported(case: tuple[str, str, str]) -> None:
    rule, statements, named = case
    with surface(OWNER), connection.cursor() as cursor:
        cursor.execute(statements)
    assert named in " ".join(violations(connection, RULE[rule], parameters()))


@pytest.fixture
def superuser() -> Iterator[psycopg.Connection]:
    """Rolled back when closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (name,) = cursor.fetchone()
    with psycopg.connect(os.environ["TEST_ADMIN_DATABASE_URL"], dbname=name) as admin:
        if not admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()[0]:
            pytest.skip("The server's administrator is no superuser.")
        yield admin
        admin.rollback()


@pytest.mark.parametrize("case", BROKEN_BY_A_SUPERUSER, ids=broken_id)
def test_a_broken_server_is_reported(case: tuple[str, str, str], superuser: psycopg.Connection) -> None:
    rule, statement, named = case
    superuser.execute(statement.format(superuser.info.dbname).encode())
    assert named in " ".join(violations(superuser, RULE[rule], parameters()))


def test_every_rule_has_a_case() -> None:
    assert {case[0] for case in (*BROKEN, *BROKEN_BY_A_SUPERUSER)} == set(RULE)
