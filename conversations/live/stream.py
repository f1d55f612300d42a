"""A browser's open line: which of its topics changed, a beat in the silence, and an end when its person may not stay."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connections

from conversations.live.hub import hub

BEAT_SECONDS = 20.0
#: A stream ends after this long and the browser opens another: servers are restarted, and rights are asked anew.
LONGEST_SECONDS = 30 * 60.0
#: Open streams of one person in one process: windows in sight, each has one.
MOST_STREAMS = 6

open_streams: Counter[UUID] = Counter()


@dataclass(frozen=True)
class Line:
    """`may_stay` is asked in a thread, with every beat; topics are named as the database names them."""

    person: UUID
    topics: list[str]
    may_stay: Callable[[], bool]


async def stream(line: Line, *, beat: float = BEAT_SECONDS, longest: float = LONGEST_SECONDS) -> AsyncIterator[str]:
    # The thread that answered still holds its connection, which a stream of half an hour must not keep from others.
    await sync_to_async(give_back_connections)()
    if open_streams[line.person] >= MOST_STREAMS:
        yield "event: full\ndata: {}\n\n"
        return
    open_streams[line.person] += 1
    ends = time.monotonic() + longest
    try:
        with hub.subscribed([*line.topics, nudge_topic(line.person)]) as listener:
            yield "retry: 3000\n\n"
            while time.monotonic() < ends:
                changed = await listener.next(beat)
                if nudge_topic(line.person) in changed:
                    await asyncio.sleep(1)  # what ends a session tells first, and commits then
                if (not changed or nudge_topic(line.person) in changed) and not await sync_to_async(line.may_stay)():
                    yield "event: end\ndata: {}\n\n"
                    return
                yield event([topic for topic in changed if topic in line.topics])
    finally:
        open_streams[line.person] -= 1
        if not open_streams[line.person]:
            del open_streams[line.person]


def event(topics: list[str]) -> str:
    """Without the organization, which the page knows. Nothing changed: a comment, so that dead lines are noticed."""
    if not topics:
        return ": still here\n\n"
    return f"event: changed\ndata: {json.dumps([topic.partition(':')[2] for topic in topics])}\n\n"


def nudge_topic(person: UUID) -> str:
    """Of the person in all firms: something about their sessions or memberships changed."""
    return f"person:{person}"


def give_back_connections() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
