"""Counting what firms use: every act once, however often and by however many it is told."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

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
) -> UsageEvent:
    """The event of this act of the firm in force; recorded now, or whenever somebody first told of it under this key.

    Whoever comes at the same time waits for the other's key to be committed, and then finds its event; if the other's
    work is rolled back, its event is gone with it and this one counts.
    """
    known, is_new = UsageEventKey.objects.get_or_create(key=key)
    if not is_new:
        return recorded(known, event_type)
    return UsageEvent.objects.create(
        id=known.pk, created_at=known.created_at, event_type=event_type, credits_consumed=Decimal(credits),
        member=member, session_uuid=session_uuid, event_data=dict(data or {}),
    )  # fmt: skip


def recorded(known: UsageEventKey, event_type: str) -> UsageEvent:
    """Its time leads to its month; after the retention the key still stands, and what it stood for need not."""
    event = UsageEvent.objects.filter(pk=known.pk, created_at=known.created_at).first()
    event = event or UsageEvent(id=known.pk, created_at=known.created_at, event_type=event_type)
    if event.event_type != event_type:
        raise KeyTaken(f"{known.key} names a {event.event_type}, not a {event_type}.")
    return event
