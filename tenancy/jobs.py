"""Background jobs that cannot forget their organization, or their person."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from tenancy.context import TenantError, acting_as, audited, current_tenant_id, tenant

#: Rules of the apps above, asked inside the organization: while one holds, its jobs do nothing.
standstill_rules: list[Callable[[], bool]] = []

#: A mail server that is down for minutes is asked again after 5 seconds, 25, 2 minutes, 10 and 52.
WAIT_BASE = 5
#: A worker gives a sign every 10 seconds; after so many without one it is dead, and its jobs are run again.
DEAD_AFTER = 120
#: More attempts than any job has of its own: what has had so many is not begun again.
MOST_DEATHS = 10


class TenantTask:
    """A job of one organization. It is enqueued with the transaction and runs inside `tenant(organization_id)`.

    Arguments are ids only: jobs sit in a platform table, and what they name is read again under the policy. One
    `in_parts` gets the `organization_id` and enters it by itself, once for each part that others should see done.
    """

    def __init__(
        self, function: Callable[..., None], *, queue: str, retry: int, in_parts: bool = False, priority: int = 0
    ) -> None:
        self.function, self.in_parts = function, in_parts
        name = f"{function.__module__}.{function.__name__}"
        again = RetryStrategy(max_attempts=retry, exponential_wait=WAIT_BASE) if retry else False
        self.task = app.task(name=name, queue=queue, retry=again, priority=priority)(self.run)

    def enqueue(self, **ids: Any) -> None:
        self.enqueue_in(0, **ids)

    def enqueue_in(self, seconds: int, **ids: Any) -> None:
        """Run so many seconds from now at the earliest."""
        job = self.task.configure(schedule_in={"seconds": seconds}) if seconds else self.task
        job.defer(organization_id=str(current_tenant_id()), **{key: str(value) for key, value in ids.items()})

    def run(self, *, organization_id: str = "", **ids: str) -> None:
        if not organization_id:
            raise TenantError(f"{self.function.__name__} came without an organization.")
        with tenant(organization_id, job=self.function.__name__):
            if any(rule() for rule in standstill_rules):
                return
            if not self.in_parts:
                self.function(**ids)
                return
        with audited(job=self.function.__name__):
            self.function(organization_id=organization_id, **ids)


def tenant_task(
    *, queue: str = "default", retry: int = 5, in_parts: bool = False, priority: int = 0
) -> Callable[[Callable[..., None]], TenantTask]:
    """Make a function a job: `@tenant_task()` above it, `function.enqueue(contact_id=…)` inside a tenant.

    Of jobs that wait, those of a higher `priority` run first: nobody waits for a mail because many files came in.
    """

    def decorate(function: Callable[..., None]) -> TenantTask:
        return TenantTask(function, queue=queue, retry=retry, in_parts=in_parts, priority=priority)

    return decorate


def by_the_clock(cron: str, *, firms: Callable[[], Iterable[UUID]]) -> Callable[[TenantTask], TenantTask]:
    """Put above `@tenant_task()`: queue the job for each firm in which `firms()` says it is due, at these times.

    A firm whose job cannot be queued keeps no other waiting; what went wrong is told at the end.
    """

    def decorate(job: TenantTask) -> TenantTask:
        def queue_due(timestamp: int = 0) -> None:
            errors = []
            for organization_id in firms():
                try:
                    job.task.defer(organization_id=str(organization_id))
                except Exception as error:
                    errors.append(error)
            if errors:
                raise ExceptionGroup(f"{job.task.name} was not queued for {len(errors)} firms.", errors)

        app.periodic(cron=cron)(app.task(name=f"{job.task.name}_when_due", pass_context=False)(queue_due))
        return job

    return decorate


@app.periodic(cron="*/3 * * * *")
@app.task(name="tenancy.jobs.retry_stalled_jobs", queue="default", pass_context=False)
def retry_stalled_jobs(timestamp: int = 0) -> None:
    """Queue again what a worker left unfinished when it died; jobs may run twice.

    One that was left that way too often ends as failed: it may be what kills the workers.
    """
    manager = app.job_manager
    for job in async_to_sync(manager.get_stalled_jobs)(seconds_since_heartbeat=DEAD_AFTER):
        if job.id and job.attempts < MOST_DEATHS:
            async_to_sync(manager.retry_job)(job)
        elif job.id:
            async_to_sync(manager.finish_job)(job, status=Status.FAILED, delete_job=False)


class PersonTask:
    """A job of one person and of no firm: it runs inside `acting_as(user_id)` and sees that person's account rows.

    One `in_parts` enters it by itself, once for each part that others should see done. Outside it sees nobody's rows.
    """

    def __init__(self, function: Callable[..., None], *, queue: str, retry: int, in_parts: bool) -> None:
        self.function, self.in_parts = function, in_parts
        name = f"{function.__module__}.{function.__name__}"
        again = RetryStrategy(max_attempts=retry, exponential_wait=WAIT_BASE) if retry else False
        self.task = app.task(name=name, queue=queue, retry=again)(self.run)

    def enqueue(self, user: Any, **ids: Any) -> None:
        self.enqueue_in(0, user, **ids)

    def enqueue_in(self, seconds: int, user: Any, **ids: Any) -> None:
        """Run so many seconds from now at the earliest. Only the application's role has a queue."""
        job = self.task.configure(schedule_in={"seconds": seconds}) if seconds else self.task
        user_id = getattr(user, "pk", user)
        job.defer(user_id=str(user_id), **{key: str(value) for key, value in ids.items()})

    def run(self, *, user_id: str = "", **ids: str) -> None:
        if not user_id:
            raise TenantError(f"{self.function.__name__} came without a person.")
        job = self.function.__name__
        with audited(job=job) if self.in_parts else acting_as(user_id, job=job):
            self.function(user_id=user_id, **ids)


def person_task(
    *, queue: str = "default", retry: int = 5, in_parts: bool = False
) -> Callable[[Callable[..., None]], PersonTask]:
    """Make a function a person's job: `@person_task()` above it, `function.enqueue(user, export_id=…)`."""

    def decorate(function: Callable[..., None]) -> PersonTask:
        return PersonTask(function, queue=queue, retry=retry, in_parts=in_parts)

    return decorate
