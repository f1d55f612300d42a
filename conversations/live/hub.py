"""One LISTEN connection a process, and everybody in it who waits for a topic.

NOTIFY carries no content, so one connection may hear the topics of all firms: who is told of which is decided when they
subscribe, and what they then read is read under their own rights.
"""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from conversations.live.presence import Crowd
from conversations.live.topics import CHANNEL

logger = logging.getLogger(__name__)
RECONNECT_SECONDS = 1
#: What tells libpq where the database is; the rest of Django's parameters is for psycopg.
LISTEN = sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL))
WHERE = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")


class Listener:
    """What one stream has not told its browser yet. Topics that change faster than they are read become one word."""

    def __init__(self) -> None:
        self._changed: dict[str, None] = {}
        self._news = asyncio.Event()

    def hear(self, topic: str) -> None:
        self._changed[topic] = None
        self._news.set()

    async def next(self, seconds: float) -> list[str]:
        """The topics that changed; nothing after so many seconds of silence."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return []
        self._news.clear()
        changed = list(self._changed)
        self._changed.clear()
        return changed


class Hub:
    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()
        self.crowd = Crowd()

    @contextmanager
    def subscribed(self, topics: Iterable[str]) -> Iterator[Listener]:
        """Inside a running event loop. The connection is made with the first who listens."""
        listener, topics = Listener(), list(topics)
        for topic in topics:
            self._listeners[topic].add(listener)
        self._start()
        try:
            yield listener
        finally:
            for topic in topics:
                self._listeners[topic].discard(listener)
                if not self._listeners[topic]:
                    del self._listeners[topic]
                    if topic.startswith("here:"):
                        self.crowd.forget(topic.removeprefix("here:"))

    def _start(self) -> None:
        if self._task is None or self._task.done() or self._task.get_loop() is not asyncio.get_running_loop():
            self._listening = asyncio.Event()
            self._task = asyncio.create_task(self._listen())

    async def ready(self, seconds: float = 5) -> None:
        """Until it hears what is said from now on, or so long that it does not matter."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._listening.wait()

    async def _listen(self) -> None:
        """Until nobody listens any more. After a lost connection all are told: something may have been missed."""
        while self._listeners:
            try:
                async with await psycopg.AsyncConnection.connect(**address(), autocommit=True) as listening:
                    await listening.execute(LISTEN)
                    self._listening.set()
                    self._tell(list(self._listeners))
                    await self._pass_on(listening)
            except (psycopg.OperationalError, OSError) as error:
                self._listening.clear()
                logger.warning("Live updates wait for the database: %s", type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _pass_on(self, listening: psycopg.AsyncConnection[Any]) -> None:
        while self._listeners:
            async for notice in listening.notifies(timeout=60):
                self._hear(json.loads(notice.payload))

    def _hear(self, message: dict[str, str]) -> None:
        if "topic" in message:
            return self._tell([message["topic"]])
        topic, said = message["place"], message["said"]
        if f"here:{topic}" in self._listeners:
            if self.crowd.hear(topic, UUID(message["member"]), said):
                self._tell([f"here:{topic}"])
            if said != "here":
                self._tell([f"call:{topic}"])
        return None

    def _tell(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for listener in self._listeners.get(topic, ()):
                listener.hear(topic)


def address() -> dict[str, Any]:
    """Past a transaction pooler, which carries no LISTEN: `LISTEN_DATABASE_URL` where there is one."""
    if settings.LISTEN_DATABASE_URL:
        return {"conninfo": settings.LISTEN_DATABASE_URL}
    parameters = connection.get_connection_params()
    return {name: parameters[name] for name in WHERE if name in parameters}


hub = Hub()
