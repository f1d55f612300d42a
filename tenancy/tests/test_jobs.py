"""Jobs run as their firm, and a job that forgot its firm does nothing but fail."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from clients.models import Client
from tenancy.context import IDENTITY, TenantError, current, surface
from tenancy.jobs import MOST_DEATHS, TenantTask, retry_stalled_jobs
from tests.cast import Cast

pytestmark = pytest.mark.django_db
seen: list[Any] = []


def look_at_client(client_id: str) -> None:
    seen.append((current().tenant, current().facts.get("job"), Client.objects.filter(pk=client_id).first()))


@pytest.fixture
def task() -> Iterator[TenantTask]:
    from procrastinate.contrib.django import app

    seen.clear()
    made = TenantTask(look_at_client, queue="default", retry=0)
    yield made
    app.tasks.pop(made.task.name)


def enqueued() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs ORDER BY id")
        return [json.loads(arguments) for (arguments,) in cursor.fetchall()]


def test_a_job_runs_inside_its_firm(cast: Cast, task: TenantTask) -> None:
    task.run(organization_id=str(cast.ours.organization.pk), client_id=str(cast.ours.bakery.pk))
    assert seen == [(cast.ours.organization.pk, "look_at_client", cast.ours.bakery)]
    assert current().tenant is None


def test_a_job_carries_the_firm_that_enqueued_it_and_ids_only(cast: Cast, task: TenantTask) -> None:
    with cast.ours.inside():
        task.enqueue(client_id=cast.ours.bakery.pk)
    assert enqueued()[-1] == {"organization_id": str(cast.ours.organization.pk), "client_id": str(cast.ours.bakery.pk)}


def test_a_job_cannot_be_enqueued_outside_a_firm(task: TenantTask) -> None:
    with pytest.raises(TenantError):
        task.enqueue(client_id="x")
    assert enqueued() == []


def test_a_job_that_forgot_its_firm_fails(cast: Cast, task: TenantTask) -> None:
    with pytest.raises(TenantError):
        task.run(client_id=str(cast.ours.bakery.pk))
    assert seen == []


def test_an_id_of_another_firm_is_read_again_and_not_found(cast: Cast, task: TenantTask) -> None:
    task.run(organization_id=str(cast.ours.organization.pk), client_id=str(cast.theirs.bakery.pk))
    assert seen == [(cast.ours.organization.pk, "look_at_client", None)]


def test_jobs_of_two_firms_in_turn_never_mix(cast: Cast, task: TenantTask) -> None:
    for firm in (cast.ours, cast.theirs, cast.ours):
        task.run(organization_id=str(firm.organization.pk), client_id=str(firm.bakery.pk))
    assert [client.pk for _, _, client in seen] == [cast.ours.bakery.pk, cast.theirs.bakery.pk, cast.ours.bakery.pk]


def test_a_job_that_fails_leaves_no_firm_behind(cast: Cast, task: TenantTask) -> None:
    with pytest.raises(TypeError):
        task.run(organization_id=str(cast.ours.organization.pk), nonsense="x")
    assert current().tenant is None
    with pytest.raises(TenantError):
        Client.objects.count()


@pytest.mark.parametrize(("attempts", "becomes"), [(0, "todo"), (MOST_DEATHS, "failed")])
def test_what_a_dead_worker_left_is_run_again_but_not_for_ever(
    cast: Cast, task: TenantTask, attempts: int, becomes: str
) -> None:
    with cast.ours.inside():
        for _ in range(2):
            task.enqueue(client_id=cast.ours.bakery.pk)
    first, second = ProcrastinateJob.objects.order_by("id").values_list("id", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '10 minutes'), (now()) RETURNING id"
        )
        for (worker,), job in zip(cursor.fetchall(), [first, second], strict=True):
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s",
                [worker, attempts, job],
            )
    retry_stalled_jobs()
    assert [*ProcrastinateJob.objects.order_by("id").values_list("status", flat=True)] == [becomes, "doing"]


def test_sign_in_pages_have_no_firm_to_enqueue_for(task: TenantTask) -> None:
    with surface(IDENTITY), pytest.raises(TenantError):
        task.enqueue(client_id="x")
