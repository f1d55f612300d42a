"""What comes with time: periods and trials that end, promises of credits nobody kept, exceptions that run out."""

from uuid import UUID

from django.db import connection
from django.utils import timezone

from billing import copying, reservations, subscribing
from billing.models import FeatureOverride
from organizations.models import Organization
from tenancy.jobs import by_the_clock, tenant_task


def firms_with_billing_due() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.firms_with_billing_due()")
        return [row[0] for row in cursor.fetchall()]


@by_the_clock("*/10 * * * *", firms=firms_with_billing_due)
@tenant_task()
def go_on_with_billing() -> None:
    if not Organization.objects.exists():  # deleted meanwhile
        return
    reservations.release_expired()
    over = FeatureOverride.objects.filter(ended_at=None, expires_at__lte=timezone.now())
    over.update(ended_at=timezone.now())
    subscribing.go_on()
    copying.copy_to_firm()


@tenant_task()
def copy_plan_to_firm() -> None:
    """After operators have changed what a plan holds."""
    if Organization.objects.exists():
        copying.copy_to_firm()
