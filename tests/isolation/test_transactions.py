"""However a transaction ends, the connection it ran on serves the next firm, and nothing in between serves either.

In threads of their own, with real BEGIN and COMMIT, on one connection throughout.
"""

import asyncio
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from clients.models import Client, ClientContact
from tenancy.context import IDENTITY, Context, TenantError, acting_as, current, surface, tenant
from tests.cast import Cast, Firm
from tests.isolation.real import in_a_thread, names, server_process
from tests.isolation.rows import changed, run, snapshot

pytestmark = pytest.mark.django_db


def is_in_no_firm() -> bool:
    """Neither Python nor PostgreSQL remembers a firm, and both say so."""
    with pytest.raises(TenantError):
        Client.objects.count()
    with pytest.raises(DatabaseError), transaction.atomic():
        run("SELECT count(*) FROM clients")
    return current() == Context()


@contextmanager
def one_connection(cast: Cast) -> Iterator[None]:
    """Before and after, each firm sees its own on this connection; after, no trace of what was tried is left."""
    with transaction.atomic():
        before, process = snapshot(), server_process()
    assert names(cast.ours) == [cast.ours.bakery.name]
    yield
    assert is_in_no_firm()
    for firm in (cast.theirs, cast.ours):
        assert names(firm) == [firm.bakery.name]
    with transaction.atomic():
        assert not changed(before) and server_process() == process


def half_write() -> None:
    Client.objects.create(name="Half written")
    Client.objects.update(notes="Half written")


ENDINGS: list[type[BaseException]] = [
    RuntimeError, DatabaseError, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError, StopIteration,
    asyncio.CancelledError,
]  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
def test_an_exception_ends_the_firm(cast: Cast, ending: type[BaseException]) -> None:
    def work() -> None:
        with one_connection(cast), pytest.raises(ending), cast.ours.inside():
            half_write()
            raise ending

    in_a_thread(work)


def broken_sql() -> None:
    run("SELECT 1 / 0")


def broken_commit() -> None:
    """A reference to a row of theirs, checked only at COMMIT."""
    run("SET CONSTRAINTS ALL DEFERRED")
    run("UPDATE client_contacts SET client_id = %s", uuid.uuid4())


def swallowed_error() -> None:
    """Caught without a savepoint: the transaction is lost all the same."""
    with pytest.raises(DatabaseError):
        broken_sql()


def rollback_asked_for() -> None:
    transaction.set_rollback(True)


def broken_savepoint() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        broken_sql()
    transaction.set_rollback(True)


FAILURES: dict[str, Callable[[], None]] = {
    "error_of_the_database": broken_sql,
    "deferred_constraint_at_commit": broken_commit,
    "error_that_was_swallowed": swallowed_error,
    "set_rollback": rollback_asked_for,
    "savepoint_then_rollback": broken_savepoint,
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_transaction_that_is_lost_leaves_nothing(cast: Cast, failure: str) -> None:
    def work() -> None:
        with one_connection(cast):
            try:
                with cast.ours.inside():
                    half_write()
                    FAILURES[failure]()
            except DatabaseError:
                pass

    in_a_thread(work)


def test_a_deferred_reference_into_another_firm_fails_like_one_to_nothing(cast: Cast) -> None:
    def said(target: uuid.UUID) -> str:
        with pytest.raises(IntegrityError) as caught, cast.ours.inside():
            run("SET CONSTRAINTS ALL DEFERRED")
            run("UPDATE client_contacts SET client_id = %s", target)
        return str(caught.value).replace(str(target), "…")

    def work() -> None:
        with one_connection(cast):
            assert said(cast.theirs.bakery.pk) == said(uuid.uuid4())

    in_a_thread(work)


@pytest.mark.parametrize("ending", ["COMMIT", "ROLLBACK", "ABORT", "END", "COMMIT AND CHAIN"])
def test_ending_the_transaction_in_sql_ends_the_firm(cast: Cast, ending: str) -> None:
    """The settings go with the transaction, so what comes after is in no firm, whatever Python believes."""

    def work() -> None:
        with pytest.raises(DatabaseError), cast.ours.inside():
            run(ending)
            pytest.fail(f"{Client.objects.count()} rows after {ending}")
        connection.close()
        assert is_in_no_firm() and names(cast.theirs) == [cast.theirs.bakery.name]

    in_a_thread(work)


def test_another_firm_inside_an_open_transaction_is_refused(cast: Cast, settings: Any) -> None:
    settings.TENANCY_ALLOW_SWITCH_IN_TRANSACTION = False

    def work() -> None:
        with one_connection(cast), cast.ours.inside():
            with pytest.raises(TenantError), cast.theirs.inside():
                pytest.fail("Two firms in one transaction.")
            assert list(Client.objects.values_list("name", flat=True)) == [cast.ours.bakery.name]
            transaction.set_rollback(True)

    in_a_thread(work)


def test_the_same_firm_inside_itself_stays_selected(cast: Cast) -> None:
    def work() -> None:
        with one_connection(cast), cast.ours.inside():
            with pytest.raises(RuntimeError), cast.ours.inside():
                half_write()
                raise RuntimeError
            with tenant(cast.ours.organization):
                pass
            assert list(Client.objects.values_list("name", flat=True)) == [cast.ours.bakery.name]

    in_a_thread(work)


@pytest.mark.parametrize("inner", ["person", "surface"])
def test_a_block_without_a_firm_inside_one_sees_nothing_and_gives_it_back(cast: Cast, inner: str) -> None:
    def work() -> None:
        block = acting_as(cast.ours.owner.user_id) if inner == "person" else surface(IDENTITY)
        with one_connection(cast), cast.ours.inside():
            with block:
                for ask in (Client.objects.count, lambda: run("SELECT count(*) FROM clients")):
                    with pytest.raises((TenantError, DatabaseError)), transaction.atomic():
                        ask()
            assert list(Client.objects.values_list("name", flat=True)) == [cast.ours.bakery.name]

    in_a_thread(work)


@pytest.mark.parametrize("end", ["released", "rolled_back"])
def test_a_savepoint_ends_and_the_firm_stays(cast: Cast, end: str) -> None:
    def work() -> None:
        with one_connection(cast), cast.ours.inside():
            mark = transaction.savepoint_create()
            half_write()
            (transaction.savepoint_commit if end == "released" else transaction.savepoint_rollback)(mark)
            assert set(Client.objects.values_list("organization_id", flat=True)) == {cast.ours.organization.pk}
            transaction.set_rollback(True)

    in_a_thread(work)


def test_firms_in_turn_inside_one_outer_transaction_leave_none_between(cast: Cast) -> None:
    """As the founding of a firm does: an outer transaction that is in no firm before, between and after."""

    def work() -> None:
        with one_connection(cast), transaction.atomic():
            for firm in (cast.ours, cast.theirs, cast.ours):
                assert is_in_no_firm() and names(firm) == [firm.bakery.name]
            with pytest.raises(RuntimeError), cast.theirs.inside():
                half_write()
                raise RuntimeError
            assert is_in_no_firm()

    in_a_thread(work)


def test_a_durable_block_cannot_hide_in_a_firm(cast: Cast) -> None:
    def work() -> None:
        with one_connection(cast):
            with pytest.raises(RuntimeError), cast.ours.inside(), transaction.atomic(durable=True):
                half_write()
            with transaction.atomic(durable=True):
                assert names(cast.theirs) == [cast.theirs.bakery.name] and is_in_no_firm()

    in_a_thread(work)


def test_hooks_of_two_firms_never_see_the_other(cast: Cast) -> None:
    """A hook that asks at once is in no firm; one that opens a transaction may be in the firm that left it behind."""
    ran: list[uuid.UUID] = []

    def leave_behind(firm: Firm) -> None:
        def hook() -> None:
            with pytest.raises((TenantError, DatabaseError)):
                Client.objects.count()
            with suppress(TenantError, DatabaseError), transaction.atomic():
                assert set(Client.objects.values_list("name", flat=True)) <= {firm.bakery.name}
            ran.append(firm.organization.pk)

        transaction.on_commit(hook)

    def work() -> None:
        with one_connection(cast):
            for firm in (cast.ours, cast.theirs):
                with firm.inside():
                    leave_behind(firm)
            with pytest.raises(RuntimeError), cast.ours.inside():
                leave_behind(cast.ours)
                raise RuntimeError
            with transaction.atomic():
                for firm in (cast.ours, cast.theirs):
                    with firm.inside():
                        leave_behind(firm)

    in_a_thread(work)
    assert ran == [cast.ours.organization.pk, cast.theirs.organization.pk] * 2


def test_a_failing_hook_leaves_no_firm(cast: Cast) -> None:
    def hook() -> None:
        raise RuntimeError

    def work() -> None:
        with one_connection(cast), pytest.raises(RuntimeError), cast.ours.inside():
            transaction.on_commit(hook)

    in_a_thread(work)


def test_a_connection_the_server_cuts_inside_a_firm_comes_back_without_one(cast: Cast) -> None:
    def cut() -> None:
        database = run("SELECT current_database()")[0][0]
        with psycopg.connect(os.environ["TEST_ADMIN_DATABASE_URL"], dbname=database, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", [server_process()])

    def work() -> None:
        with pytest.raises(OperationalError), cast.ours.inside():
            half_write()
            cut()
            Client.objects.count()
        connection.close()
        assert is_in_no_firm()
        assert [names(firm) for firm in (cast.theirs, cast.ours)] == [[f.bakery.name] for f in (cast.theirs, cast.ours)]

    in_a_thread(work)


def test_a_firm_is_not_carried_over_by_a_generator_left_half_way(cast: Cast) -> None:
    """Closing it, which garbage collection does too, gives the connection back without a firm."""

    def rows(firm: Firm) -> Iterator[Any]:
        with firm.inside():
            yield from ClientContact.objects.iterator(chunk_size=1)

    def work() -> None:
        with one_connection(cast):
            half = rows(cast.ours)
            assert next(half).organization_id == cast.ours.organization.pk
            half.close()

    in_a_thread(work)


@pytest.mark.parametrize(
    "statement",
    [
        "SET SESSION app.current_tenant_id = '{theirs}'",
        "SELECT set_config('app.current_tenant_id', '{theirs}', false)",
        "ALTER ROLE tickmark_app SET app.current_tenant_id = '{theirs}'",
        "ALTER DATABASE {database} SET app.current_tenant_id = '{theirs}'",
    ],
    ids=["set_session", "set_config", "alter_role", "alter_database"],
)
def test_what_is_set_beyond_the_transaction_serves_no_later_block(cast: Cast, statement: str) -> None:
    """Our code never sets a session's firm. Should some code do it, a block's own firm still decides what it sees."""

    def work() -> None:
        with transaction.atomic():
            database = run("SELECT current_database()")[0][0]
            text = statement.format(theirs=cast.theirs.organization.pk, database=f'"{database}"')
        try:
            run(text)
        except DatabaseError as error:
            assert "permission denied" in str(error) or "must be owner" in str(error)
        assert names(cast.ours) == [cast.ours.bakery.name]
        with pytest.raises(TenantError):
            Client.objects.count()

    in_a_thread(work)
