"""Counting what firms use: every act once, however often and by however many it is told."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from billing import counting
from billing.models import UsageEvent, UsageEventKey
from organizations.models import Membership


class KeyTaken(ValueError):
    """A key that named one act is used for another: counting either would be wrong."""


@transaction.atomic
def record(
    event_type: str,
    *,
    key: str,
    credits: Decimal | int = 0,
    member: Membership | None = None,
    session_uuid: UUID | None = None,
    data: Mapping[str, Any] | None = None,
    of_grants: Decimal = counting.NOTHING,
) -> UsageEvent:
    """The event of this act of the firm in force; recorded now, or whenever somebody first told of it under this key.

    Its credits are added to the counter of its month with it: both are stored, or neither is. Whoever comes at the same time
    waits for the other's key to be committed, and then finds its event; if the other's work is rolled back, its event is
    gone with it and this one counts. Limits are asked before, by `billing.reservations`: what is told here has been done.
    """
    known, is_new = UsageEventKey.objects.get_or_create(key=key)
    if not is_new:
        return recorded(known, event_type)
    event = UsageEvent.objects.create(
        id=known.pk, created_at=known.created_at, event_type=event_type, credits_consumed=Decimal(credits),
        member=member, session_uuid=session_uuid, event_data=dict(data or {}),
    )  # fmt: skip
    if credits:
        counter = counting.counter_of(counting.period_now(moment=event.created_at))
        counting.count(counter, event.credits_consumed, of_grants)
    return event


def recorded(known: UsageEventKey, event_type: str) -> UsageEvent:
    """Its time leads to its month; after the retention the key still stands, and what it stood for need not."""
    event = UsageEvent.objects.filter(pk=known.pk, created_at=known.created_at).first()
    event = event or UsageEvent(id=known.pk, created_at=known.created_at, event_type=event_type)
    if event.event_type != event_type:
        raise KeyTaken(f"{known.key} names a {event.event_type}, not a {event_type}.")
    return event
