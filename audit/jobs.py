"""The chain over each firm's trail, by the clock."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connections

from audit import chain
from audit.models import AuditLog
from tenancy.context import alias_for, current
from tenancy.jobs import by_the_clock, tenant_task


def every_firm() -> Iterator[UUID]:
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute("SELECT organization_id FROM app.firms_at_work()")
        yield from (row[0] for row in cursor.fetchall())


@by_the_clock("*/30 * * * *", firms=every_firm)
@tenant_task(priority=-5)
def seal_trail() -> None:
    """Run again, it seals nothing twice."""
    chain.seal()


@by_the_clock("13 3 * * *", firms=every_firm)
@tenant_task(priority=-5)
def check_trail() -> None:
    """What the page tells as “checked at 03:13”; of a firm that is gone, trail and all, there is nothing to tell."""
    if AuditLog.objects.exists():
        chain.check()
