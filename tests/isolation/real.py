"""Real transactions: work in a thread of its own, whose connections begin and commit as in a server.

The cast is committed, so such work sees it; what the work commits itself it has to take back.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, connections

from clients.models import Client
from tests.cast import Firm


def in_a_thread(work: Callable[[], Any]) -> Any:
    """With connections of its own, closed at the end."""

    def closing() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result()


def names(firm: Firm) -> list[str]:
    with firm.inside():
        return list(Client.objects.values_list("name", flat=True))


def server_process() -> int:
    """Which server process this thread's connection talks to: the same number is the same connection."""
    connection.ensure_connection()
    return connection.connection.info.backend_pid
