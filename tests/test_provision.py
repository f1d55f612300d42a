"""What the roles may do before any table exists."""

import os
import uuid
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
import pytest
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from config.environment import role_password
from tenancy.addresses import MissingSetting, installation
from tenancy.provision import ProvisionError, close_database, connect, provision, script
from tenancy.provision_sql import LOGIN_ROLES, LOOKUP_ROLE, ROLES, TEST_ROLE, Installation, role_sql, scram_verifier

ADMIN_URL = os.environ["TEST_ADMIN_DATABASE_URL"]
SERVING = ("tickmark_app", "tickmark_operator", "tickmark_identity")


@pytest.fixture(scope="module")
def place() -> Iterator[Installation]:
    unique = uuid.uuid4().hex[:8]
    passwords = {role: role_password(ADMIN_URL, role) for role in LOGIN_ROLES}
    place = Installation(f"scratch_{unique}", f"scratch_{unique}_marketing", passwords)
    provision(ADMIN_URL, place)
    yield place
    with connect(ADMIN_URL) as admin:
        for name in (place.database, place.marketing_database):
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def sign_in(role: str, database: str) -> psycopg.Connection:
    address = make_conninfo(ADMIN_URL, user=role, password=role_password(ADMIN_URL, role), dbname=database)
    return psycopg.connect(address, autocommit=True)


def answer(connection: psycopg.Connection, query: LiteralString, *values: Any) -> Any:
    row = connection.execute(query, values).fetchone()
    return row and row[0]


def test_running_twice_is_fine(place: Installation) -> None:
    provision(ADMIN_URL, place)
    with sign_in("tickmark_app", place.database) as connection:
        assert answer(connection, "SELECT current_user") == "tickmark_app"


def test_repairs_a_role_that_was_given_too_much() -> None:
    role = f"scratch_{uuid.uuid4().hex[:8]}"
    with connect(ADMIN_URL) as admin, admin.transaction(force_rollback=True):
        admin.execute(role_sql(role))
        admin.execute(sql.SQL("ALTER ROLE {} CREATEROLE INHERIT").format(sql.Identifier(role)))
        admin.execute(role_sql(role))
        assert powers(admin, role) == NO_POWERS


@pytest.mark.parametrize("role", ["tickmark_marketing", "tickmark_marketing_owner"])
def test_marketing_cannot_connect_to_the_application(place: Installation, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        sign_in(role, place.database)


@pytest.mark.parametrize("role", ["tickmark_owner", *SERVING, "tickmark_backup"])
def test_the_application_cannot_connect_to_marketing(place: Installation, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        sign_in(role, place.marketing_database)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TEMPORARY TABLE t ()",
        "CREATE TABLE public.t ()",
        "CREATE TABLE app.t ()",
        "CREATE SCHEMA s",
        "CREATE EXTENSION hstore",
        "CREATE ROLE r",
        "CREATE DATABASE d",
        "SET ROLE tickmark_owner",
        "SET ROLE tickmark_lookup",
    ],
)
@pytest.mark.parametrize("role", SERVING)
def test_serving_roles_create_nothing_and_become_nobody(place: Installation, role: str, statement: str) -> None:
    with sign_in(role, place.database) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_marketing_creates_nothing(place: Installation) -> None:
    with sign_in("tickmark_marketing", place.marketing_database) as connection:
        for statement in (b"CREATE TEMPORARY TABLE t ()", b"CREATE TABLE public.t ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


NO_POWERS = (False, False, False, False, False, False)


def powers(connection: psycopg.Connection, role: str) -> Any:
    query = """
        SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit
        FROM pg_roles WHERE rolname = %s
    """
    return connection.execute(query, [role]).fetchone()


@pytest.mark.parametrize("role", [role for role in ROLES if role != "tickmark_backup"])
def test_no_role_has_powers_of_its_own(place: Installation, role: str) -> None:
    with connect(ADMIN_URL) as admin:
        assert powers(admin, role) == NO_POWERS


def test_nobody_signs_in_as_the_lookup_role(place: Installation) -> None:
    with connect(ADMIN_URL) as admin:
        assert answer(admin, "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", LOOKUP_ROLE) is False


def test_what_the_owner_makes_is_closed_to_the_public(place: Installation) -> None:
    with sign_in("tickmark_owner", place.database) as owner:
        owner.execute("CREATE TABLE public.closed (); CREATE FUNCTION app.closed() RETURNS int LANGUAGE sql RETURN 1")
    with sign_in("tickmark_app", place.database) as app:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT FROM public.closed")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT app.closed()")


def test_backups_hold_every_table_and_row(place: Installation) -> None:
    with sign_in("tickmark_owner", place.database) as owner:
        owner.execute("CREATE TABLE public.kept (id int GENERATED ALWAYS AS IDENTITY, word text)")
        owner.execute("INSERT INTO public.kept (word) VALUES ('a row behind a wall')")
        owner.execute("ALTER TABLE public.kept ENABLE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE public.kept FORCE ROW LEVEL SECURITY")
    with sign_in("tickmark_backup", place.database) as backup:
        assert answer(backup, "SELECT word FROM public.kept") == "a row behind a wall"
        assert answer(backup, "SELECT last_value FROM public.kept_id_seq") == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            backup.execute("DELETE FROM public.kept")


def test_the_owner_hands_a_function_to_the_lookup_role(place: Installation) -> None:
    with sign_in("tickmark_owner", place.database) as owner:
        owner.execute("CREATE FUNCTION app.looked_up() RETURNS int LANGUAGE sql RETURN 1")
        owner.execute("GRANT CREATE ON SCHEMA app TO tickmark_lookup")
        owner.execute("ALTER FUNCTION app.looked_up() OWNER TO tickmark_lookup")
        owner.execute("REVOKE CREATE ON SCHEMA app FROM tickmark_lookup")
        found = answer(owner, "SELECT proowner::regrole::text FROM pg_proc WHERE proname = 'looked_up'")
    assert found == LOOKUP_ROLE


def test_extensions_and_limits_are_there(place: Installation) -> None:
    with sign_in("tickmark_app", place.database) as app:
        assert answer(app, "SELECT public.similarity('ledger', 'ledger')") == 1
        assert answer(app, "SELECT public.unaccent('é')") == "e"
        assert answer(app, "SHOW statement_timeout") == "20s"
        assert answer(app, "SHOW lock_timeout") == "5s"
        assert answer(app, "SHOW idle_in_transaction_session_timeout") == "30s"


def test_a_copy_of_a_template_can_be_closed(place: Installation) -> None:
    name = f"{place.database}_copy"
    with sign_in(TEST_ROLE, "postgres") as tester:
        tester.execute(sql.SQL("CREATE DATABASE {} TEMPLATE tickmark_template").format(sql.Identifier(name)))
        try:
            close_database(tester.cursor(), name)
            assert answer(tester, "SELECT has_database_privilege('tickmark_app', %s, 'CONNECT')", name) is True
            assert answer(tester, "SELECT has_database_privilege('tickmark_app', %s, 'TEMP')", name) is False
            assert answer(tester, "SELECT has_database_privilege('tickmark_marketing', %s, 'CONNECT')", name) is False
        finally:
            tester.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


@pytest.mark.django_db(databases=["default", "marketing"])
@pytest.mark.parametrize("alias", ["default", "marketing"])
def test_the_databases_of_tests_are_closed_too(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT has_database_privilege(current_user, current_database(), 'TEMP')")
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT has_database_privilege('public', current_database(), 'CONNECT')")
        assert cursor.fetchone() == (False,)


def test_the_printed_script_holds_no_password() -> None:
    printed = script(Installation(passwords={"tickmark_app": "a-secret-word"}))
    assert "a-secret-word" not in printed
    assert "SCRAM-SHA-256$" in printed
    assert "CREATE DATABASE" in printed


def test_verifiers_of_one_password_differ() -> None:
    assert scram_verifier("word") != scram_verifier("word")


def test_an_administrator_that_cannot_sign_in_is_told_so() -> None:
    wrong = make_conninfo(ADMIN_URL, password="wrong")
    with pytest.raises(ProvisionError, match="does not answer as the administrator"):
        provision(wrong, Installation())


def test_addresses_are_checked_before_they_are_used() -> None:
    with pytest.raises(MissingSetting, match="DATABASE_URL is not set"):
        installation({})
    with pytest.raises(MissingSetting, match="must sign in as tickmark_app"):
        installation({"DATABASE_URL": "postgresql://postgres@localhost/tickmark"})
    with pytest.raises(MissingSetting, match="is not an address"):
        installation({"DATABASE_URL": "nonsense"})
