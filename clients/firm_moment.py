"""Reading a whole firm as it was at one moment, and telling meanwhile how far that is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from threading import Thread
from time import monotonic
from uuid import UUID

from django.db import connections

from tenancy.context import APP, alias_for, tenant

#: Pages look every two seconds; each time that is told is a line of the trail.
PAUSE = 2.0


@contextmanager
def at_one_moment(firm: UUID) -> Iterator[None]:
    """One transaction that sees what was committed when it began: its rows fit together, and nobody waits for it.

    A transaction that has begun already keeps the moment it has.
    """
    connection = connections[alias_for(APP)]
    begins = not connection.in_atomic_block
    with tenant(firm):
        with connection.cursor() as cursor:
            if begins:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


def now_and_then(tell: Callable[..., object]) -> Callable[..., None]:
    """`tell` in a thread, and so on a connection of its own: others see at once what it writes."""
    last = float("-inf")

    def told(**values: int) -> None:
        nonlocal last
        if monotonic() - last < PAUSE:
            return
        last = monotonic()
        thread = Thread(target=copy_context().run, args=(_apart, tell, values))
        thread.start()
        thread.join()

    return told


def _apart(tell: Callable[..., object], values: dict[str, int]) -> None:
    try:
        tell(**values)
    finally:
        connections.close_all()
