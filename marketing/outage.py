"""What the site knows of a database that does not answer."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import InterfaceError, OperationalError
from django.http import Http404

logger = logging.getLogger(__name__)

#: A connection pool waits seconds for a connection. After a failure one visitor at a time tries again, the rest need not.
PAUSE = 15
#: Of PostgreSQL's codes: connections that fail, a server that stops or begins, one with too many connections.
NO_CONNECTION = ("08", "57P", "53300")
_silent_until = 0.0
_inside: ContextVar[bool] = ContextVar("inside a look at the marketing database", default=False)


class Unreachable(Exception):
    """The marketing database does not answer."""


def is_away(error: Exception) -> bool:
    """No connection, or none any more. A lock or a statement that took too long is this page's trouble, not the next one's."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(NO_CONNECTION)


@contextmanager
def database() -> Iterator[None]:
    """What is read inside must be read now: a query left to a template fails outside. Inside another one it is that one."""
    global _silent_until
    if _inside.get():
        yield
        return
    if _silent_until and time.monotonic() < _silent_until:
        raise Unreachable
    if _silent_until:
        _silent_until = time.monotonic() + PAUSE
    entered = _inside.set(True)
    try:
        yield
        _silent_until = 0.0
    except Http404:  # an answer too
        _silent_until = 0.0
        raise
    except (OperationalError, InterfaceError) as error:
        _silent_until = time.monotonic() + PAUSE if is_away(error) else 0.0
        logger.exception("The marketing database does not answer.")
        raise Unreachable from error
    finally:
        _inside.reset(entered)
