"""One worker runs job after job, of one firm and the next, in real transactions on connections that stay open."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from clients.models import Client
from tenancy.context import Context, TenantError, current, tenant
from tenancy.jobs import TenantTask
from tests.cast import Cast, Firm
from tests.isolation.real import names, server_process

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> Iterator[Callable[..., Any]]:
    """One thread that runs job after job, with connections that stay open."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda work, *args: pool.submit(work, *args).result()
        pool.submit(connections.close_all).result()


def run(job: TenantTask, firm: Firm, **ids: Any) -> None:
    job.run(organization_id=str(firm.organization.pk), **ids)


def test_after_a_job_that_failed_the_worker_serves_another_firm(cast: Cast, worker: Any, make_job: Any) -> None:
    def fails() -> None:
        Client.objects.create(name="Half written")
        raise RuntimeError

    job, processes = make_job(fails), set()
    for firm, other in ((cast.ours, cast.theirs), (cast.theirs, cast.ours)):
        with pytest.raises(RuntimeError):
            worker(run, job, firm)
        assert worker(names, other) == [other.bakery.name]
        assert worker(names, firm) == [firm.bakery.name]
        assert worker(current) == Context()
        processes.add(worker(server_process))
    assert len(processes) == 1


@pytest.mark.parametrize("how", ["sql", "commit", "lost"], ids=["error_in_sql", "error_at_commit", "connection_lost"])
def test_a_job_that_broke_its_transaction_is_tried_again_in_its_own_firm(
    cast: Cast, worker: Any, make_job: Any, how: str
) -> None:
    tries: list[Any] = []

    def breaks_once() -> None:
        tries.append((current().tenant, sorted(Client.objects.values_list("name", flat=True))))
        if len(tries) > 1:
            return
        Client.objects.create(name="Half written")
        with connection.cursor() as cursor:
            if how == "commit":
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
                cursor.execute("UPDATE client_contacts SET client_id = gen_random_uuid()")
            else:
                cursor.execute("SELECT 1/0" if how == "sql" else "SELECT pg_terminate_backend(pg_backend_pid())")

    job = make_job(breaks_once)
    with pytest.raises(DatabaseError):
        worker(run, job, cast.ours)
    if how == "lost":
        worker(connections.close_all)
    assert worker(names, cast.theirs) == [cast.theirs.bakery.name]
    worker(run, job, cast.ours)
    assert tries == [(cast.ours.organization.pk, [cast.ours.bakery.name])] * 2


def test_a_job_cannot_leave_its_firm(cast: Cast, worker: Any, make_job: Any, settings: Any) -> None:
    settings.TENANCY_ALLOW_SWITCH_IN_TRANSACTION = False

    def wanders() -> None:
        with tenant(cast.theirs.organization):
            pytest.fail("In another firm.")

    with pytest.raises(TenantError):
        worker(run, make_job(wanders), cast.ours)
    assert worker(names, cast.theirs) == [cast.theirs.bakery.name]


def test_a_fan_out_that_fails_half_way_has_done_the_firms_before_it(cast: Cast, worker: Any) -> None:
    """A transaction a firm: one firm's failure neither undoes another's work nor runs on inside it."""
    seen: list[Any] = []

    def one(firm: Firm) -> None:
        with firm.inside():
            Client.objects.filter(pk=firm.bakery.pk).update(notes="Seen")
            seen.append(set(Client.objects.values_list("organization_id", flat=True)))
            if firm is cast.theirs:
                raise RuntimeError

    def fan_out() -> list[str]:
        failed = []
        for firm in (cast.ours, cast.theirs, cast.ours):
            assert current() == Context()
            try:
                one(firm)
            except RuntimeError:
                failed.append(firm.organization.slug)
        return failed

    def notes(firm: Firm) -> list[str]:
        with firm.inside():
            return list(Client.objects.values_list("notes", flat=True))

    def undo() -> None:
        with cast.ours.inside():
            Client.objects.filter(pk=cast.ours.bakery.pk).update(notes="")

    try:
        assert worker(fan_out) == [cast.theirs.organization.slug]
        assert seen == [{firm.organization.pk} for firm in (cast.ours, cast.theirs, cast.ours)]
        assert (worker(notes, cast.ours), worker(notes, cast.theirs)) == (["Seen"], [""])
    finally:
        worker(undo)
