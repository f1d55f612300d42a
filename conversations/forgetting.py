"""Notifications that were read long ago. What they told of has its own place, and its own time."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q

from conversations.models import Notification
from organizations.retention import Kind

USUAL = 365
#: Rules of the apps above: which of them tell of something that is on hold.
held: list[Callable[[], Q]] = []


def sweep(before: datetime) -> None:
    old = Notification.objects.filter(read_at__lte=before)
    for rule in held:
        old = old.filter(~rule())
    old.delete()


NOTIFICATIONS = Kind(
    "notifications", "Notifications that were read", "What they told of stays where it is.", lambda: USUAL, sweep
)
