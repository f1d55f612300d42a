"""Who reads the page: the zone in which moments are told, and the order in which dates are written.

Django's current time zone is not touched: inside a firm it is the firm's, and decides which day today is and what is late.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

HOUSE = "en-gb"


@dataclass(frozen=True)
class Reader:
    zone: ZoneInfo | None = None
    locale: str = HOUSE


NOBODY = Reader()
_reader: ContextVar[Reader] = ContextVar("reader", default=NOBODY)


def reader() -> Reader:
    return _reader.get()


@contextmanager
def reading_as(timezone: str, locale: str) -> Iterator[None]:
    """Tell moments in this zone, or in the one in force where it is empty, and write dates as this locale does."""
    token = _reader.set(Reader(_zone(timezone), locale or HOUSE))
    try:
        yield
    finally:
        _reader.reset(token)


def _zone(name: str) -> ZoneInfo | None:
    """None for a name that this machine's list does not have any more: a page is better than an error."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
