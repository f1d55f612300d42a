"""Firms that share server connections: behind PgBouncer, in psycopg's pool, on connections that stay open, when cut."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, close_old_connections

from tenancy.backend import base
from tenancy.backend.base import DatabaseWrapper
from tenancy.context import EMPTY, current
from tests.cast import Cast
from tests.isolation.copies import (
    APP,
    Visitor,
    Worker,
    as_owner_of,
    copy_of,
    opened_as_app,
    source_database,
    visitors_of,
)
from tests.isolation.crowd import CUT, Crowd, Tally
from tests.isolation.rows import run
from tests.pgbouncer import behind_pgbouncer

THREADS, SERVERS = 8, 2
WAYS = ["pgbouncer", "pool", "pool_behind_pgbouncer", "persistent"]
ENOUGH = {"pgbouncer": 250}  # visits of each thread: 2,000 in all
POOL = {"OPTIONS": {"pool": {"min_size": 1, "max_size": SERVERS, "timeout": 30}}, "CONN_MAX_AGE": 0}

pytestmark = pytest.mark.usefixtures("as_in_production")


@pytest.fixture(scope="module")
def place(permanent_cast: Cast, django_db_blocker: Any) -> Iterator[tuple[str, dict[str, Visitor]]]:
    with django_db_blocker.unblock(), copy_of(source_database(), "pooled") as database:
        yield database, visitors_of(database, permanent_cast)


@pytest.fixture
def way(
    request: pytest.FixtureRequest, place: tuple[str, dict[str, Visitor]]
) -> Iterator[Callable[[], DatabaseWrapper]]:
    """How a process gets its connections."""
    database, _ = place
    changes: dict[str, Any] = {"CONN_MAX_AGE": None}
    with ExitStack() as stack:
        if request.param.startswith("pool"):
            changes = dict(POOL)
            stack.callback(lambda: opened_as_app(database, **POOL).close_pool())
        if request.param.endswith("pgbouncer"):
            changes |= behind_pgbouncer(stack, database, role=APP, connections=SERVERS)
        yield lambda: opened_as_app(database, **changes)


@pytest.fixture
def crowd(permanent_cast: Cast, place: tuple[str, dict[str, Visitor]], way: Callable[[], DatabaseWrapper]) -> Crowd:
    return Crowd(permanent_cast, place[1], way)


def assert_both_shared(tally: Tally, processes: int) -> None:
    """Otherwise that nothing crossed would prove nothing."""
    assert 0 < len(tally.served) <= processes
    assert all(len(firms) == 2 for firms in tally.served.values())


@pytest.mark.parametrize(("way", "name"), [(name, name) for name in WAYS], indirect=["way"], ids=WAYS)
def test_no_row_crosses_on_shared_connections(crowd: Crowd, place: tuple[str, Any], name: str) -> None:
    tally = crowd.visit(threads=THREADS, visits=ENOUGH.get(name, 40))
    assert tally.crossings == []
    assert tally.transactions == THREADS * ENOUGH.get(name, 40)
    assert_both_shared(tally, THREADS if name == "persistent" else SERVERS)
    with as_owner_of(place[0]):
        kept = "SELECT DISTINCT o.slug, c.name FROM clients c JOIN organizations o ON o.id = c.organization_id"
        found = set(run(f"{kept} WHERE starts_with(c.name, 'Kept by')"))
        assert found == {("harcourt", "Kept by harcourt"), ("okafor", "Kept by okafor")}
        assert run("SELECT count(*) FROM clients WHERE name IN ('Half written', 'Planted') OR notes = 'taken'") == [
            (0,)
        ]


@pytest.mark.parametrize("way", ["pgbouncer"], indirect=True)
def test_the_crowd_notices_settings_that_outlive_their_transaction(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = base.context_statements
    monkeypatch.setattr(base, "context_statements", lambda context: local(context).replace("SET LOCAL", "SET"))
    assert crowd.visit(threads=4, visits=30).crossings


@pytest.mark.parametrize("way", ["pgbouncer"], indirect=True)
def test_a_setting_of_the_session_serves_whoever_comes_next(crowd: Crowd, way: Callable[[], DatabaseWrapper]) -> None:
    """What PgBouncer does to those who SET for the session, and why nobody here does."""
    careless, innocent, own = Worker(way), Worker(way), crowd.cast.ours.organization.pk
    try:
        careless.do(run, f"SET app.current_tenant_id = '{own}'")
        assert set(innocent.do(run, "SELECT organization_id FROM clients")) == {(own,)}
    finally:
        careless.end()
        innocent.end()


# --- connections that are cut ---------------------------------------------------------------------------------------


@contextmanager
def scissors(database: str) -> Iterator[Callable[[], None]]:
    """Ends every server process of the application in this database."""
    direct = opened_as_app(database).get_connection_params()
    query = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(**direct, autocommit=True) as connection:
        yield lambda: connection.execute(query) and None


@pytest.mark.parametrize("way", WAYS, indirect=True)
def test_after_a_cut_in_the_middle_another_firm_is_served(
    crowd: Crowd, way: Callable[[], DatabaseWrapper], place: tuple[str, Any]
) -> None:
    ours, theirs = crowd.guest("ours", Tally()), crowd.guest("theirs", Tally())
    worker = Worker(way)
    with scissors(place[0]) as cut:
        try:
            worker.do(pytest.raises, CUT, ours.waits_to_be_cut, cut)
            assert worker.do(current) == EMPTY
            worker.do(close_old_connections)
            worker.do(pytest.raises, DatabaseError, theirs.forgets)
            worker.do(close_old_connections)
            worker.do(theirs.reads)
            worker.do(ours.reads)
        finally:
            worker.end()
    assert ours.tally.crossings + theirs.tally.crossings == []


@pytest.mark.parametrize("way", WAYS, indirect=True)
def test_no_row_crosses_while_connections_are_cut(crowd: Crowd, place: tuple[str, Any]) -> None:
    crowd.is_cut, over = True, threading.Event()

    def keep_cutting() -> None:
        with scissors(place[0]) as cut:
            while not over.wait(0.05):
                cut()

    cutting = threading.Thread(target=keep_cutting)
    cutting.start()
    try:
        tally = crowd.visit(threads=4, visits=50)
    finally:
        over.set()
        cutting.join()
    assert tally.crossings == []
    assert tally.cut
