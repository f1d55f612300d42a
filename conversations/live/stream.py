"""A browser's open line: which of its topics changed, a beat in the silence, and an end when its person may not stay."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connections

from conversations.live.hub import hub
from conversations.live.presence import Place

BEAT_SECONDS = 20.0
#: A line that hears much asks no more often than this whether its person may still hear it.
TRUSTED_SECONDS = 5.0
#: A stream ends after this long and the browser opens another: servers are restarted, and rights are asked anew.
LONGEST_SECONDS = 30 * 60.0
#: Open streams of one person in one process: windows in sight, each has one.
MOST_STREAMS = 6
GLANCE_SECONDS = 0.6
#: From here on nothing is missed; the page looks for itself at what it may have missed before.
BEGUN = "retry: 3000\nevent: listening\ndata: {}\n\n"

open_streams: Counter[UUID] = Counter()


@dataclass(frozen=True)
class Line:
    """`may_stay` is asked in a thread, in the silence as before what is told; topics are named as the database names them."""

    person: UUID
    topics: list[str]
    may_stay: Callable[[], bool]
    place: Place | None = None

    @property
    def heard(self) -> list[str]:
        found = [*self.topics, nudge_topic(self.person)]
        return [*found, self.place.crowd, self.place.roll_call] if self.place else found


async def stream(line: Line, *, beat: float = BEAT_SECONDS, longest: float = LONGEST_SECONDS) -> AsyncIterator[str]:
    # The thread that answered still holds its connection, which a stream of half an hour must not keep from others.
    await sync_to_async(give_back_connections)()
    if open_streams[line.person] >= MOST_STREAMS:
        yield "event: full\ndata: {}\n\n"
        return
    open_streams[line.person] += 1
    asked_at = time.monotonic()
    ends = asked_at + longest
    try:
        with hub.subscribed(line.heard) as listener:
            yield BEGUN
            attendance = Attendance(line.place)
            await attendance.begin()
            while time.monotonic() < ends:
                changed = await listener.next(beat)
                nudged = nudge_topic(line.person) in changed
                if nudged:
                    await asyncio.sleep(1)  # what ends a session tells first, and commits then
                if nudged or not changed or time.monotonic() - asked_at >= TRUSTED_SECONDS:
                    if not await sync_to_async(line.may_stay)():
                        yield "event: end\ndata: {}\n\n"
                        return
                    asked_at = time.monotonic()
                yield event([topic for topic in changed if topic in line.topics])
                if present := await attendance.keep(changed, beat):
                    yield present
    finally:
        if line.place:
            asyncio.get_running_loop().run_in_executor(None, say, line.place, "gone")
        open_streams[line.person] -= 1
        if not open_streams[line.person]:
            del open_streams[line.person]


class Attendance:
    """One stream's share in who is where: says that its person is here, and draws who else is."""

    def __init__(self, place: Place | None) -> None:
        self.place, self.said_at = place, 0.0

    async def begin(self) -> None:
        if self.place:
            await hub.ready()
            await self._say("came")

    async def keep(self, changed: list[str], beat: float) -> str:
        """What is to be sent to the page, if anything."""
        if self.place is None:
            return ""
        if self.place.roll_call in changed or time.monotonic() - self.said_at >= beat:
            await self._say("here")
        if self.place.crowd in changed or hub.crowd.forget_silent(self.place.topic):
            return f"event: present\ndata: {json.dumps(await drawn(self.place))}\n\n"
        return ""

    async def _say(self, word: str) -> None:
        self.said_at = time.monotonic()
        await sync_to_async(say)(self.place, word)


async def glance(place: Place) -> AsyncIterator[str]:
    """For pages that have no line and ask every half minute: comes, waits for the answers, and says who is here."""
    await sync_to_async(give_back_connections)()
    with hub.subscribed([place.crowd]):
        await hub.ready()
        await sync_to_async(say)(place, "came")
        await asyncio.sleep(GLANCE_SECONDS)
        yield json.dumps(await drawn(place))


async def drawn(place: Place) -> str:
    return await sync_to_async(with_connection)(place.draw, hub.crowd.here(place.topic))


def say(place: Place | None, word: str) -> None:
    if place:
        with_connection(place.announce, word)


def with_connection(act: Callable[[Any], Any], given: Any) -> Any:
    try:
        return act(given)
    finally:
        give_back_connections()


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
