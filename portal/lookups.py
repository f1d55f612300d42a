"""What may be asked before a portal is opened; see tenancy.definer."""

import datetime
import uuid
from typing import NamedTuple

from django.db import connections

from tenancy.context import alias_for, current


class PortalAddress(NamedTuple):
    organization_id: uuid.UUID
    contact_id: uuid.UUID


def contact_by_portal_key(key: str) -> PortalAddress | None:
    """Whose portal the key names. None for an unknown key, and for a contact removed or shut out."""
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute("SELECT organization_id, contact_id FROM app.contact_by_portal_key(%s)", [key])
        row = cursor.fetchone()
    return PortalAddress(*row) if row else None


class FirmToRemind(NamedTuple):
    """A firm that sends reminders: when in its day, for which day it last planned them, and whether some wait."""

    organization_id: uuid.UUID
    timezone: str
    hour: int
    planned_on: datetime.date | None
    is_waiting: bool


def firms_to_remind() -> list[FirmToRemind]:
    """Ids and hours alone: what the clock has to know of every firm, and nothing a person could read."""
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute("SELECT * FROM app.firms_to_remind()")
        return [FirmToRemind(*row) for row in cursor.fetchall()]
