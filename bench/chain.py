"""What the chain over a firm's trail costs those who write at the same time."""

import random
import statistics
import threading
import time
from collections.abc import Iterator
from uuid import UUID

import psycopg

from bench.load import Size, load
from bench.measure import context
from bench.scratch import Scratch

WRITERS, ROUNDS = 4, 5
BARE, TRAIL, CHAINED = "no trail at all", "the trail, nobody seals", "the trail, sealed ten times a second"
WRITE = b"UPDATE clients SET notes = 'Written ' || clock_timestamp() WHERE organization_id = %s AND id = %s"
SWITCH = {True: b"ALTER TABLE clients ENABLE TRIGGER audit", False: b"ALTER TABLE clients DISABLE TRIGGER audit"}


def chain(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """Writers of one firm at once: with the trail and its chain, with the trail alone, with neither."""
    from audit import chain as seals
    from tenancy.context import tenant

    with scratch.admin() as admin:
        size = load(admin, [WRITERS * 60])[0]
    rates: dict[str, list[float]] = {BARE: [], TRAIL: [], CHAINED: []}
    with Writers(scratch, size) as writers:
        for _ in range(2 if small else ROUNDS):
            for way in random.sample(list(rates), len(rates)):
                with scratch.admin() as admin:
                    admin.execute(SWITCH[way != BARE])
                with Sealer(size if way == CHAINED else None):
                    rates[way].append(writers.rate(seconds * 2))
    medians = {way: statistics.median(found) for way, found in rates.items()}
    yield from (f"{way}: {rate:.0f} writes a second by {WRITERS} at once" for way, rate in medians.items())
    yield f"ratio of the time of a write, chained to trail alone: {medians[TRAIL] / medians[CHAINED]:.2f}"
    yield f"ratio, chained to neither: {medians[BARE] / medians[CHAINED]:.2f}"
    with tenant(size.id):
        began = time.monotonic()
        seals.seal()
        verdict = seals.verify()
    yield f"verified {verdict.lines:,} lines in {time.monotonic() - began:.1f} s: {verdict.problem or 'unbroken'}"


class Writers:
    """Each on a connection of its own, as the application's role, at a client of its own."""

    def __init__(self, scratch: Scratch, size: Size) -> None:
        self.size = size
        with scratch.admin() as admin:
            rows = admin.execute("SELECT id FROM clients ORDER BY id LIMIT %s", [WRITERS]).fetchall()
        self.places = [(scratch.sign_on("tickmark_app"), row[0]) for row in rows]

    def __enter__(self) -> "Writers":
        return self

    def __exit__(self, *error: object) -> None:
        for connection, _ in self.places:
            connection.close()

    def rate(self, seconds: float) -> float:
        """Writes a second of all together, each committed."""
        counts, stop = [0] * len(self.places), time.monotonic() + seconds

        def write(number: int, connection: psycopg.Connection, client: UUID) -> None:
            while time.monotonic() < stop:
                with connection.transaction():
                    connection.execute(context(self.size))
                    connection.execute(WRITE, [self.size.id, client])
                counts[number] += 1

        threads = [threading.Thread(target=write, args=(number, *place)) for number, place in enumerate(self.places)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts) / (time.monotonic() - began)


class Sealer:
    """Seals what is written, all the while, where there is a firm to seal for."""

    def __init__(self, size: Size | None) -> None:
        self.size, self.over = size, threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.thread.join()

    def run(self) -> None:
        from django.db import connections

        from audit import chain as seals
        from tenancy.context import tenant

        while self.size and not self.over.wait(0.1):
            with tenant(self.size.id):
                seals.seal()
        connections.close_all()
