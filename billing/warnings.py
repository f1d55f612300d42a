"""Told once in each month: four fifths of the credits are used, and all of them."""

from collections.abc import Callable

from django.utils import timezone

from billing.features import F
from billing.models import UsageCounter
from billing.terms import terms_of

#: Part of the plan's credits → the column that remembers that it was told, the greatest first.
LEVELS = ((100, "warned_100_at"), (80, "warned_80_at"))

#: The layers above that tell people: each gets the counter and the percentage, in the transaction that reached it.
on_warning: list[Callable[[UsageCounter, int], None]] = []


def consider(counter: UsageCounter) -> None:
    """Called by whoever holds the counter. Of two levels reached at once the greater is told, and both are remembered."""
    limit = terms_of(F.CREDITS).limit
    counter.refresh_from_db()
    if not limit:
        return
    reached = [(level, name) for level, name in LEVELS if (counter.used - counter.from_grants) * 100 >= limit * level]
    news = [(level, name) for level, name in reached if getattr(counter, name) is None]
    if not news:
        return
    UsageCounter.objects.filter(pk=counter.pk).update(**{name: timezone.now() for _, name in news})
    for tell in on_warning:
        tell(counter, news[0][0])
