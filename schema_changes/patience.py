"""Waiting for a table without making everybody else wait behind us.

A migration that queues for a lock holds up every query that comes after it. So it asks for a few seconds, gives way, and
asks again later.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep
from typing import Any

from django.db import OperationalError
from psycopg.errors import DeadlockDetected, LockNotAvailable

LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Patience:
    """How long to queue for a lock, how often, and how long to leave the others alone in between, doubling."""

    seconds: float = 3.0
    attempts: int = 6
    pause: float = 1.0

    def pauses(self) -> Iterator[float]:
        yield from (min(self.pause * 2**number, LONGEST_PAUSE) for number in range(self.attempts - 1))


class GaveUp(Exception):
    """Other sessions stood in the way through all attempts."""


def insist(work: Callable[[], None], patience: Patience, tell: Callable[[str], None]) -> None:
    """Do the work, again after each time it could not have its lock. Anything else that goes wrong is raised at once."""
    pauses = patience.pauses()
    while True:
        try:
            return work()
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                raise
            pause = next(pauses, None)
            if pause is None:
                raise GaveUp(str(error)) from error
            tell(f"{_what_stood_in_the_way(error, patience)}; trying again in {pause:g} s")
            sleep(pause)


def _what_stood_in_the_way(error: OperationalError, patience: Patience) -> str:
    if isinstance(error.__cause__, DeadlockDetected):
        return "it and another session waited for each other"
    return f"a table was in use for {patience.seconds:g} s"


@contextmanager
def impatient_locks(connection: Any, seconds: float) -> Iterator[None]:
    """This session queues for a lock for so many seconds, and works for as long as it needs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{int(seconds * 1000)}ms"])
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        if connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
                cursor.execute("RESET statement_timeout")
