"""From a commit to the browsers: how long a change takes to reach everybody who has the page open."""

import asyncio
import statistics
import time
from collections.abc import Iterator

from bench.load import load
from bench.scratch import Scratch

LISTENERS, CHANGES = 200, 50


def listeners(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """200 open lines in one process on one LISTEN connection; milliseconds from the commit to the last of them."""
    with scratch.admin() as admin:
        size = load(admin, [20] * 5)[0]
    lines, changes = (20, 5) if small else (LISTENERS, CHANGES)
    last, first, connections = asyncio.run(_measured(size.id, lines, changes))
    yield f"{lines} lines, {changes} changes, {connections} connection that listens"
    yield f"to the first line: median {_median(first)}, worst {_worst(first)}"
    yield f"to the last line:  median {_median(last)}, worst {_worst(last)}"


async def _measured(organization: object, lines: int, changes: int) -> tuple[list[float], list[float], int]:
    from uuid import uuid4

    from asgiref.sync import sync_to_async

    from conversations.live.stream import Line, stream

    topic = uuid4()
    name = f"{organization}:request:{topic}"
    sources = [stream(Line(uuid4(), [name], lambda: True), beat=60) for _ in range(lines)]
    for source in sources:
        await anext(source)
    await _until_listening()
    await sync_to_async(_change)(organization, topic)
    await asyncio.sleep(1)
    for source in sources:  # what was said at the start, and the change to warm up, are one word
        await anext(source)
    first: list[float] = []
    last: list[float] = []
    for _ in range(changes):
        waiting = [asyncio.ensure_future(_arrival(source)) for source in sources]
        await asyncio.sleep(0)
        committed = await sync_to_async(_change)(organization, topic)
        arrived = [moment - committed for moment in await asyncio.gather(*waiting)]
        first.append(min(arrived))
        last.append(max(arrived))
    count = await sync_to_async(_listening)()
    for source in sources:
        await source.aclose()  # type: ignore[attr-defined]
    return last, first, count


async def _arrival(source: object) -> float:
    await anext(source)  # type: ignore[call-overload]
    return time.perf_counter()


async def _until_listening() -> None:
    from asgiref.sync import sync_to_async

    while not await sync_to_async(_listening)():
        await asyncio.sleep(0.05)


def _listening() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query ILIKE 'LISTEN%%tickmark%%' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def _change(organization: object, topic: object) -> float:
    from conversations.live.topics import publish
    from tenancy.context import tenant

    with tenant(organization):
        publish("request", topic)
    return time.perf_counter()


def _median(values: list[float]) -> str:
    return f"{statistics.median(values) * 1000:.1f} ms"


def _worst(values: list[float]) -> str:
    return f"{max(values) * 1000:.1f} ms"
