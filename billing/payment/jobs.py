"""Payment outside of any request: events as they come, and once an hour whatever was missed."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import connections

from billing.invoicing import issuing
from billing.models import StripeEvent
from billing.payment import credits, event_log, following, gateway, seats
from organizations.models import Organization
from tenancy.context import APP, alias_for, current, surface, tenant
from tenancy.jobs import by_the_clock, tenant_task

#: What failed so often waits for an operator.
MOST_ATTEMPTS = 50


@tenant_task(in_parts=True)
def process_stripe_event(organization_id: str, event_id: str) -> None:
    """What went wrong is kept although the rest is undone, and the job is run again."""
    try:
        with tenant(organization_id):
            event_log.process(event_id)
    except Exception as error:
        with tenant(organization_id):
            event_log.note_failure(event_id, error)
        raise


def firms_to_settle() -> Iterator[UUID]:
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute("SELECT organization_id FROM app.firms_to_settle()")
        yield from (row[0] for row in cursor.fetchall())


@by_the_clock("17 * * * *", firms=firms_to_settle)
@tenant_task(retry=0)
def settle_payment() -> None:
    """Seats that have changed, invoices that are overdue; of Stripe, what no event told of, and events left behind."""
    if not Organization.objects.exists():  # deleted meanwhile
        return
    issuing.note_seats()
    issuing.see_to_payment()
    if not gateway.is_configured():
        return
    for waiting in StripeEvent.objects.filter(processed_at=None, attempts__lt=MOST_ATTEMPTS).order_by("happened_at")[
        :100
    ]:
        process_stripe_event.enqueue(event_id=waiting.pk)
    seats.sync()
    following.follow_newest_invoices()
    credits.follow_newest()


def replay(events: Iterable[StripeEvent]) -> int:
    """Queue them again, each inside its firm. Those of no firm are left: nothing would come of them."""
    done = 0
    for event in events:
        if event.organization_id:
            with surface(APP), tenant(event.organization_id):
                process_stripe_event.enqueue(event_id=event.pk)
            done += 1
    return done
