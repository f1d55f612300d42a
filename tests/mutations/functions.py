"""Walls of the database beside the tables: look-ups that run with other rights, the view, and checks of file names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connections, models

from tenancy.definer import OUTSIDE
from tests.isolation.rows import MODELS
from tests.mutations.database import CLEAN_CASES, owner, run_as_owner
from tests.mutations.mutation import Change, Mutation

ROLES = "tests/isolation/test_roles.py"
FOLDER_CASES = ("tests/isolation/test_caches_and_files.py::test_no_row_of_ours_can_name_their_file",)


def function_mutations() -> Iterator[Mutation]:
    for name in sorted(settings.TENANCY_DEFINER_FUNCTIONS):
        for what, after in (
            ("everybody may call it", "GRANT EXECUTE ON FUNCTION {} TO PUBLIC"),
            ("the sign-in role may call it too, or no more", "{grant} EXECUTE ON FUNCTION {} {to} tickmark_identity"),
            ("it looks where its caller says", "ALTER FUNCTION {} RESET search_path"),
            ("it runs with its caller's rights", "ALTER FUNCTION {} SECURITY INVOKER"),
        ):
            yield Mutation("look-up", f"{name}: {what}", altered(name, after), CLEAN_CASES)
    for name in ("firms_at_work", "firms_to_remind", "firms_to_settle", "firms_with_billing_due"):
        change = rewritten(name, f" AND {OUTSIDE}", "")
        yield Mutation("look-up", f"{name}: a firm asks it too", change, (f"{ROLES}::test_a_look_up_that_asks",))
    consents = "organizations/tests/test_support.py::test_the_database_itself_asks_for_the_consent"
    for what, words in (
        ("a consent that has ended counts", "ended_at IS NULL AND "),
        ("a consent that has run out counts", " AND expires_at > clock_timestamp()"),
        ("another operator's consent counts", " AND operator_id = nullif(p_operator, '')::uuid"),
        ("another firm's consent counts", "organization_id = nullif(p_firm, '')::uuid AND "),
    ):
        yield Mutation("look-up", f"supported_firm: {what}", rewritten("supported_firm", words, ""), (consents,))
    for view in settings.TENANCY_VIEWS:
        change = run_as_owner(
            [f"ALTER VIEW {view} RESET (security_invoker)"], [f"ALTER VIEW {view} SET (security_invoker = true)"]
        )
        yield Mutation("view", f"{view}: reads with its owner's rights", change, CLEAN_CASES)
    for table, model in sorted(MODELS.items()):
        for check in model._meta.constraints:
            if isinstance(check, models.CheckConstraint) and check.name.endswith("_own_folder"):
                yield Mutation("file", f"{table}: a row may name any file", unchecked(table, check.name), FOLDER_CASES)


def altered(name: str, statement: str) -> Change:
    """One thing about the function, and the whole of it back as it was."""

    @contextmanager
    def change() -> Iterator[None]:
        with superuser() as connection:
            signature, definition, grants = described(connection, name)
            may = any(grant.endswith("tickmark_identity") for grant in grants)
            words = {"grant": "REVOKE" if may else "GRANT", "to": "FROM" if may else "TO"}
            connection.execute(statement.format(signature, **words).encode())
            try:
                yield
            finally:
                connection.execute(definition.encode())
                connection.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC, tickmark_identity".encode())
                for grant in grants:
                    connection.execute(grant.encode())

    return change


def rewritten(name: str, words: str, instead: str) -> Change:
    """The function without some words of its body."""

    @contextmanager
    def change() -> Iterator[None]:
        with superuser() as connection:
            _, definition, _ = described(connection, name)
            assert words in definition, f"app.{name}() does not say {words!r}."
            connection.execute(definition.replace(words, instead).encode())
            try:
                yield
            finally:
                connection.execute(definition.encode())

    return change


def described(connection: psycopg.Connection, name: str) -> tuple[str, str, list[str]]:
    """Its signature, the statement that makes it, and those that say who may call it."""
    query = """
        SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid), (
            SELECT array_agg(format('GRANT EXECUTE ON FUNCTION %%s TO %%I', p.oid::regprocedure, x.grantee::regrole))
            FROM aclexplode(p.proacl) x WHERE x.grantee <> p.proowner)
        FROM pg_proc p WHERE p.pronamespace = 'app'::regnamespace AND p.proname = %s
    """
    ((signature, definition, grants),) = connection.execute(query, [name]).fetchall()
    return signature, definition, grants


def unchecked(table: str, name: str) -> Change:
    @contextmanager
    def change() -> Iterator[None]:
        with owner() as connection:
            query = (
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s AND conrelid = to_regclass(%s)"
            )
            ((definition,),) = connection.execute(query, [name, f"public.{table}"]).fetchall()
            connection.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"'.encode())
            try:
                yield
            finally:
                connection.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}'.encode())

    return change


@contextmanager
def superuser() -> Iterator[psycopg.Connection]:
    """The look-ups belong to a role that may not make them anew."""
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(os.environ["TEST_ADMIN_DATABASE_URL"], dbname=name, autocommit=True) as connection:
        connection.execute("SET lock_timeout = '5s'")
        yield connection
