"""Counting the pages people look at, beside the requests: a page neither waits for it nor fails by it.

Visits wait in memory and are written a batch at a time by a thread of their own. What cannot be written, because the
database is away or far too much comes at once, is not counted; the log says how much that was.
"""

import atexit
import logging
import queue
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse

from marketing.models import PageView
from marketing.outage import Unreachable, database
from marketing.visit import Visit, salt_of, visit_of

logger = logging.getLogger(__name__)

ROOM = 5_000
SHOWN = (200, 304)


class PageViewMiddleware:
    """After the page is made: notes that it was shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.PAGE_VIEW_SECONDS and response.status_code in SHOWN and is_counted(request):
            try:
                writer.note(visit_of(request))
            except Exception:
                logger.exception("A page view was not counted.")
        return response


def is_counted(request: HttpRequest) -> bool:
    """A page asked for to be read: not its head, and not fetched ahead by a browser that guesses."""
    match = request.resolver_match
    wanted = request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")
    return wanted and match is not None and getattr(match.func, "is_counted", False)


class Writer:
    """Holds visits until their batch is written."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Visit] = queue.Queue(ROOM)
        self._starting, self._ended = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None
        self._lost = 0

    def note(self, visit: Visit) -> None:
        try:
            self._waiting.put_nowait(visit)
        except queue.Full:
            self._lost += 1
        self.start()

    def start(self) -> None:
        """With the first visit of a process, so that a server which forks has one in each of its processes."""
        if self._thread and self._thread.is_alive():
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="page views", daemon=True)
                self._thread.start()
                atexit.unregister(self.end)
                atexit.register(self.end)

    def _run(self) -> None:
        while not self._ended.wait(settings.PAGE_VIEW_SECONDS):
            self.write()
            connections.close_all()

    def end(self) -> None:
        """The process ends: what waits is still written."""
        self._ended.set()
        self.write()

    def write(self) -> int:
        """Everything that waits, in one statement. Returns how many visits were kept."""
        batch, lost = self._taken(), self._lost
        self._lost -= lost
        if lost:
            logger.warning("%s page views came faster than they could be written and were not counted.", lost)
        if not batch:
            return 0
        try:
            with database():
                keep(batch)
        except Unreachable:
            logger.warning("%s page views were not counted: the marketing database does not answer.", len(batch))
            return 0
        except Exception:
            logger.exception("%s page views were not counted.", len(batch))
            return 0
        return len(batch)

    def _taken(self) -> list[Visit]:
        batch = []
        for _ in range(self._waiting.qsize()):
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:  # somebody else writes too: the process is ending
                break
        return batch


def keep(batch: list[Visit]) -> None:
    salts = {day: salt_of(day) for day in sorted({visit.at.date() for visit in batch})}
    PageView.objects.bulk_create([visit.row(salts[visit.at.date()]) for visit in batch], batch_size=1_000)


writer = Writer()
