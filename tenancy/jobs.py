"""Background jobs that cannot forget their organization."""

from collections.abc import Callable
from typing import Any

from procrastinate.contrib.django import app

from tenancy.context import TenantError, current_tenant_id, tenant


class TenantTask:
    """A job of one organization. It is enqueued with the transaction and runs inside `tenant(organization_id)`.

    Arguments are ids only: jobs sit in a platform table, and what they name is read again under the policy.
    """

    def __init__(self, function: Callable[..., None], *, queue: str, retry: int) -> None:
        self.function = function
        name = f"{function.__module__}.{function.__name__}"
        self.task = app.task(name=name, queue=queue, retry=retry)(self.run)

    def enqueue(self, **ids: Any) -> None:
        self.task.defer(organization_id=str(current_tenant_id()), **{key: str(value) for key, value in ids.items()})

    def run(self, *, organization_id: str = "", **ids: str) -> None:
        if not organization_id:
            raise TenantError(f"{self.function.__name__} came without an organization.")
        with tenant(organization_id, job=self.function.__name__):
            self.function(**ids)


def tenant_task(*, queue: str = "default", retry: int = 5) -> Callable[[Callable[..., None]], TenantTask]:
    """Make a function a job: `@tenant_task()` above it, `function.enqueue(contact_id=…)` inside a tenant."""

    def decorate(function: Callable[..., None]) -> TenantTask:
        return TenantTask(function, queue=queue, retry=retry)

    return decorate
