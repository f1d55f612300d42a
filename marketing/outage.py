"""What the site knows of a database that does not answer."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

logger = logging.getLogger(__name__)

#: A connection pool waits seconds for a connection. After one visitor has waited, the next ones need not.
PAUSE = 5
_silent_until = 0.0


class Unreachable(Exception):
    """The marketing database does not answer."""


@contextmanager
def database() -> Iterator[None]:
    """What is read inside must be read now: a query left to a template fails outside."""
    global _silent_until
    if time.monotonic() < _silent_until:
        raise Unreachable
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        _silent_until = time.monotonic() + PAUSE
        logger.exception("The marketing database does not answer.")
        raise Unreachable from error
