"""Real transactions on connections that two firms share: exceptions, threads, async units, streams, cursors.

The work happens in threads of its own, whose connections begin and commit as in a server; the cast is committed, and
nothing here leaves a change behind.
"""

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError, DataError, OperationalError, connection, connections, transaction
from django.test import Client as Browser

from clients.models import Client
from tenancy.context import OWNER, TenantError, all_tenants, current, surface
from tests.cast import Cast, Firm
from tests.isolation.real import in_a_thread, names, server_process

pytestmark = pytest.mark.django_db
ROUNDS = 15


@pytest.mark.parametrize(("failing", "status"), [("crash", 500), ("broken_sql", 500), ("unavailable", 503)])
def test_after_a_failed_request_the_connection_serves_another_firm(
    cast: Cast, browsers: tuple[Browser, Browser], failing: str, status: int
) -> None:
    def requests() -> list[Any]:
        ours, theirs = browsers
        before = ours.get(cast.ours.url("listing"))
        process = connection.connection.info.backend_pid
        failed = ours.get(cast.ours.url(failing))
        after = theirs.get(cast.theirs.url("listing"))
        assert connection.connection.info.backend_pid == process
        return [before.content, failed.status_code, after.content, ours.get(cast.ours.url("listing")).content]

    ours, theirs = f"{cast.ours.bakery.name}\n".encode(), f"{cast.theirs.bakery.name}\n".encode()
    assert in_a_thread(requests) == [ours, status, theirs, ours]


def test_threads_of_two_firms_never_meet(cast: Cast, browsers: tuple[Browser, Browser]) -> None:
    start = threading.Barrier(2)

    def many(browser: Browser, firm: Firm) -> set[bytes]:
        start.wait()
        try:
            return {browser.get(firm.url("listing")).content for _ in range(ROUNDS)}
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(many, *pair) for pair in zip(browsers, (cast.ours, cast.theirs), strict=True)]
        seen = [future.result() for future in waiting]
    assert seen == [{f"{firm.bakery.name}\n".encode()} for firm in (cast.ours, cast.theirs)]


def test_a_thread_started_inside_a_firm_is_in_no_firm(cast: Cast) -> None:
    def work() -> Any:
        with pytest.raises(TenantError):
            Client.objects.count()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM clients")
        return current().tenant

    with cast.ours.inside():
        assert in_a_thread(work) is None


def test_interleaved_async_units_never_cross(cast: Cast) -> None:
    pool = ThreadPoolExecutor(4)

    def unit(firm: Firm) -> list[str]:
        return names(firm)

    async def visitor(firm: Firm) -> set[str]:
        seen: set[str] = set()
        for _ in range(ROUNDS):
            seen |= set(await sync_to_async(unit, thread_sensitive=False, executor=pool)(firm))
            await asyncio.sleep(0)
        return seen

    async def both() -> list[set[str]]:
        return await asyncio.gather(*(visitor(firm) for firm in (cast.ours, cast.theirs) * 2))

    seen = asyncio.run(both())
    barrier = threading.Barrier(4)
    list(pool.map(lambda _: (barrier.wait(), connections.close_all()), range(4)))
    pool.shutdown()
    assert seen == [{cast.ours.bakery.name}, {cast.theirs.bakery.name}] * 2


def test_an_async_query_outside_a_unit_fails(cast: Cast) -> None:
    async def count() -> int:
        return await Client.objects.acount()

    with pytest.raises(TenantError):
        asyncio.run(count())


def test_a_stream_read_after_the_request_fails_closed(cast: Cast, browsers: tuple[Browser, Browser]) -> None:
    def read() -> None:
        response = browsers[0].get(cast.ours.url("stream"))
        with pytest.raises(TenantError):
            b"".join(response)

    in_a_thread(read)


def test_a_stream_that_enters_its_firm_works(cast: Cast, browsers: tuple[Browser, Browser]) -> None:
    def read() -> bytes:
        return b"".join(browsers[0].get(cast.ours.url("careful_stream")))

    assert in_a_thread(read) == f"{cast.ours.bakery.name}\n".encode()


def test_a_server_side_cursor_dies_with_its_block(cast: Cast) -> None:
    def work() -> None:
        with cast.ours.inside():
            rows = Client.objects.iterator(chunk_size=1)
            assert next(rows).organization_id == cast.ours.organization.pk
        with cast.theirs.inside(), pytest.raises(DatabaseError), transaction.atomic():
            list(rows)

    in_a_thread(work)


def test_a_hook_after_commit_is_in_no_firm(cast: Cast) -> None:
    seen: list[Any] = []

    def hook() -> None:
        with pytest.raises((TenantError, DatabaseError)):
            Client.objects.count()
        seen.append("ran")

    def work() -> None:
        with cast.ours.inside():
            transaction.on_commit(hook)

    in_a_thread(work)
    assert seen == ["ran"]


def test_nothing_is_set_for_the_session(cast: Cast) -> None:
    def work() -> tuple:
        names(cast.ours)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('app.current_tenant_id', true), current_setting('app.current_user_id', true)"
            )
            return cursor.fetchone()

    assert in_a_thread(work) in [("", ""), (None, None)]


def test_a_connection_that_was_cut_comes_back_without_a_firm(cast: Cast) -> None:
    def work() -> None:
        names(cast.ours)
        connection.close()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM clients")
        assert names(cast.theirs) == [cast.theirs.bakery.name]

    in_a_thread(work)


def test_a_transaction_that_cannot_begin_says_why(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that was cut in the meantime is no fault of the program's: whoever may try again does."""

    def work() -> None:
        with cast.ours.inside():
            process = server_process()
        with psycopg.connect(os.environ["TEST_ADMIN_DATABASE_URL"], autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        with pytest.raises(OperationalError), cast.ours.inside():
            pytest.fail("On a connection that is gone.")
        connections.close_all()
        monkeypatch.setattr("tenancy.backend.base.context_statements", lambda context: "SELECT 1 / 0")
        with pytest.raises(DataError) as caught, cast.ours.inside():
            pytest.fail("Without its firm.")
        assert isinstance(caught.value.__cause__, psycopg.errors.DivisionByZero)
        monkeypatch.undo()
        connections.close_all()
        assert names(cast.theirs) == [cast.theirs.bakery.name]

    in_a_thread(work)


def test_begin_and_the_settings_are_one_message(cast: Cast, django_assert_num_queries: Any) -> None:
    def work() -> None:
        connection.ensure_connection()
        # BEGIN, which brings the settings along, the question, and COMMIT.
        with django_assert_num_queries(3), cast.ours.inside():
            Client.objects.count()

    in_a_thread(work)


def test_an_instance_of_a_privileged_surface_does_not_drag_its_role_along(cast: Cast) -> None:
    with surface(OWNER), all_tenants(reason="a test"):
        theirs = Client.objects.get(pk=cast.theirs.bakery.pk)
    theirs.name = "Ours now"
    with cast.ours.inside(), pytest.raises(DatabaseError), transaction.atomic():
        theirs.save(force_update=True)
    with cast.theirs.inside():
        assert Client.objects.get().name == cast.theirs.bakery.name
