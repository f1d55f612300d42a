"""The database alone: SQL as the application's role, with no manager in the way."""

import re
import uuid
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, transaction
from psycopg import sql

from tenancy.backend.base import context_statements
from tenancy.context import Context
from tests.cast import Cast
from tests.isolation.rows import TABLES, a_row, changed, column, is_append_only, key_of, keyed, run, signed_on, watch

pytestmark = pytest.mark.django_db
APP = "tickmark_app"

# What PostgreSQL says where no organization is selected: never set, or set and gone with its transaction.
NO_ORGANIZATION = re.compile(
    r'unrecognized configuration parameter "app.|invalid input syntax for type uuid|permission denied'
)
VERBS = {
    "select": "SELECT count(*) FROM {table}",
    "insert": "INSERT INTO {table} ({columns}) VALUES ({values})",
    "update": "UPDATE {table} SET id = id",
    "delete": "DELETE FROM {table}",
}


def statement(verb: str, table: str, firm_id: Any = None) -> sql.Composed:
    key = key_of(table)
    named = dict.fromkeys([column(table), key], firm_id or uuid.uuid4()) | (
        {} if column(table) == key else {key: uuid.uuid4()}
    )
    return sql.SQL(keyed(VERBS[verb], table)).format(
        table=sql.Identifier(table),
        columns=sql.SQL(", ").join(map(sql.Identifier, named)),
        values=sql.SQL(", ").join(map(sql.Literal, named.values())),
    )


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", TABLES)
def test_a_fresh_connection_has_no_firm(cast: Cast, table: str, verb: str) -> None:
    with signed_on(APP) as fresh, pytest.raises(psycopg.Error, match=NO_ORGANIZATION):
        fresh.execute(statement(verb, table, cast.ours.organization.pk))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", TABLES)
def test_a_used_connection_has_no_firm(cast: Cast, table: str, verb: str) -> None:
    before = watch()
    with cast.ours.inside():
        run("SELECT count(*) FROM clients")
    with pytest.raises(DatabaseError, match=NO_ORGANIZATION), transaction.atomic():
        run(statement(verb, table, cast.ours.organization.pk))
    assert not changed(before)


@pytest.mark.parametrize("table", TABLES)
def test_another_firms_rows_are_not_there(cast: Cast, table: str) -> None:
    theirs, name, key = a_row(table, cast.theirs), sql.Identifier(table), sql.Identifier(column(table))
    with cast.ours.inside():
        assert run(sql.SQL("SELECT DISTINCT {} FROM {}").format(key, name)) == [(cast.ours.organization.pk,)]
        assert run(sql.SQL(keyed("SELECT 1 FROM {} WHERE id = %s", table)).format(name), theirs) == []
        assert run(sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(name, key), cast.theirs.organization.pk) == []


@pytest.mark.parametrize(
    "what", ["UPDATE {} SET id = id WHERE id = %s", "DELETE FROM {} WHERE id = %s"], ids=["update", "delete"]
)
@pytest.mark.parametrize("table", TABLES)
def test_another_firms_row_cannot_be_reached(cast: Cast, table: str, what: str) -> None:
    before, theirs = watch(), a_row(table, cast.theirs)
    query = sql.SQL(keyed(what, table)).format(sql.Identifier(table))
    with cast.ours.inside():
        if is_append_only(table):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                run(query, theirs)
        else:
            assert run(query, theirs) == 0
    assert not changed(before)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_cannot_be_planted_in_another_firm(cast: Cast, table: str) -> None:
    with cast.ours.inside(), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        run(statement("insert", table, cast.theirs.organization.pk))


@pytest.mark.parametrize("table", TABLES)
def test_a_row_cannot_move_to_another_firm(cast: Cast, table: str) -> None:
    query = sql.SQL(keyed("UPDATE {} SET {} = %s WHERE id = %s", table)).format(
        sql.Identifier(table), sql.Identifier(column(table))
    )
    ours = a_row(table, cast.ours)
    with (
        cast.ours.inside(),
        pytest.raises(DatabaseError, match="row-level security|permission denied"),
        transaction.atomic(),
    ):
        run(query, cast.theirs.organization.pk, ours)


@pytest.mark.parametrize(
    "verb",
    ["TRUNCATE {}", "COPY {} FROM STDIN", "ALTER TABLE {} DISABLE ROW LEVEL SECURITY", "DROP POLICY tenant ON {}"],
)
@pytest.mark.parametrize("table", TABLES)
def test_the_application_cannot_open_a_table(cast: Cast, table: str, verb: str) -> None:
    with signed_on(APP) as fresh, fresh.transaction():
        fresh.execute(
            context_statements(Context(tenant=cast.ours.organization.pk)).replace("SET LOCAL ROLE", "-- ").encode()
        )
        with pytest.raises(
            psycopg.Error, match=r"permission denied|must be owner|not supported with row-level security"
        ):
            fresh.execute(sql.SQL(verb).format(sql.Identifier(table)))


@pytest.mark.parametrize(
    "attempt",
    [
        "SET ROLE tickmark_owner",
        "SET ROLE tickmark_identity",
        "SET ROLE tickmark_lookup",
        "SET SESSION AUTHORIZATION tickmark_owner",
        "SET row_security = off; SELECT count(*) FROM clients",
        "SET session_replication_role = replica",
        "CREATE TABLE scratch ()",
        "CREATE TEMP TABLE scratch ()",
        "CREATE FUNCTION app.scratch() RETURNS int LANGUAGE sql RETURN 1",
        "CREATE VIEW scratch AS SELECT * FROM clients",
        "ALTER ROLE tickmark_app BYPASSRLS",
        "COPY clients TO PROGRAM 'true'",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT lo_import('PG_VERSION')",
        "SELECT * FROM pg_authid",
        "SELECT * FROM pg_statistic",
        "SELECT count(*) FROM audit_logs_default",
        "SELECT count(*) FROM django_session",
        "SET app.current_user_id = '01a1fd14-f0f2-7000-8000-000000000000'; SELECT password FROM users",
    ],
)
def test_the_application_stays_in_its_role(cast: Cast, attempt: str) -> None:
    with (
        signed_on(APP) as fresh,
        pytest.raises(psycopg.Error, match=r"permission denied|must be|only roles with|affected by row-level"),
    ):
        fresh.execute(attempt.encode())
