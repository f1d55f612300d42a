"""A crowd of client threads, each now of one firm, now of the other, and every row that reaches the wrong one."""

import random
import uuid
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connections, transaction

from clients.models import Client
from tenancy.backend.base import DatabaseWrapper
from tests.cast import Cast, Firm
from tests.isolation.copies import Visitor
from tests.isolation.rows import run

LOOK = "SELECT pg_backend_pid(), organization_id FROM clients"


class Undone(Exception):
    """Leaves a transaction the way a failing view does."""


@dataclass
class Tally:
    """What was seen. `served` says which firms each server process has answered."""

    transactions: int = 0
    cut: int = 0
    crossings: list[str] = field(default_factory=list)
    served: dict[int, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))

    def saw(self, firm: Firm, organization_id: Any, how: str) -> None:
        if organization_id != firm.organization.pk:
            self.crossings.append(f"{firm.organization} was shown a row of {organization_id} {how}")


@dataclass
class Guest:
    """One visit of one firm."""

    firm: Firm
    other: Firm
    visitor: Visitor
    tally: Tally

    def look(self) -> None:
        """Through the manager, and past it: the database alone."""
        for organization_id in Client.objects.values_list("organization_id", flat=True):
            self.tally.saw(self.firm, organization_id, "by the manager")
        rows = run(LOOK)
        assert rows, "The firm's own rows are gone."
        for process, organization_id in rows:
            self.tally.saw(self.firm, organization_id, "by the database")
            self.tally.served[process].add(self.firm.organization.pk)

    def reads(self) -> None:
        with self.firm.inside():
            self.look()

    def keeps(self) -> None:
        with self.firm.inside():
            Client.objects.create(name=f"Kept by {self.firm.organization.slug}")
            self.look()

    def fails(self) -> None:
        with self.firm.inside():
            Client.objects.create(name="Half written")
            self.look()
            raise Undone

    def breaks(self) -> None:
        with self.firm.inside():
            self.look()
            run("SELECT 1 / 0")

    def saves_a_point(self) -> None:
        with self.firm.inside():
            try:
                with self.firm.inside():
                    Client.objects.create(name="Half written")
                    raise Undone
            except Undone:
                self.look()

    def streams(self) -> None:
        with self.firm.inside():
            for client in Client.objects.all()[:5].iterator(chunk_size=1):
                self.tally.saw(self.firm, client.organization_id, "in a stream")

    def trespasses(self) -> None:
        with self.firm.inside():
            self.look()
            if run("UPDATE clients SET notes = 'taken' WHERE id = %s", self.other.bakery.pk):
                self.tally.crossings.append(f"{self.firm.organization} changed a row of {self.other.organization}")
            Client.objects.create(organization_id=self.other.organization.pk, name="Planted")

    def forgets(self) -> None:
        """Code that enters no firm: an error is right, any row at all is another visitor's."""
        with transaction.atomic():
            for _, organization_id in run(LOOK):
                self.tally.crossings.append(f"Without a firm, a row of {organization_id} was shown")

    def asks_for_a_page(self) -> None:
        status, body = self.visitor.get(self.firm.url("listing"))
        if status == 200:
            names = body.decode()
            assert self.firm.bakery.name in names
            if self.other.bakery.name in names or f"Kept by {self.other.organization.slug}" in names:
                self.tally.crossings.append(f"{self.firm.organization} was shown a page with a row of the other firm")
        elif status != 500:
            self.tally.crossings.append(f"{self.firm.organization} was answered {status}")
        else:
            raise OperationalError

    def waits_to_be_cut(self, cut: Callable[[], None]) -> None:
        with self.firm.inside():
            self.look()
            cut()
            self.look()


#: What a visit does, and whether it ends well.
VISITS: tuple[tuple[Callable[[Guest], None], tuple[type[Exception], ...]], ...] = (
    (Guest.reads, ()),
    (Guest.keeps, ()),
    (Guest.fails, (Undone,)),
    (Guest.breaks, (DatabaseError,)),
    (Guest.saves_a_point, ()),
    (Guest.streams, ()),
    (Guest.trespasses, (DatabaseError,)),
    (Guest.forgets, (DatabaseError,)),
    (Guest.asks_for_a_page, ()),
)
#: A connection that ends in the middle; behind PgBouncer an answer may also be cut off.
# What a server-side cursor says of it, in whatever kind of error, is not wrapped by Django.
CUT = (DatabaseError, InterfaceError, psycopg.Error)


@dataclass
class Crowd:
    cast: Cast
    visitors: dict[str, Visitor]
    connect: Callable[[], DatabaseWrapper]
    is_cut: bool = False

    def guest(self, name: str, tally: Tally) -> Guest:
        other = "theirs" if name == "ours" else "ours"
        return Guest(getattr(self.cast, name), getattr(self.cast, other), self.visitors[name], tally)

    def visit(self, *, threads: int, visits: int) -> Tally:
        with ThreadPoolExecutor(threads) as pool:
            started = [pool.submit(self._thread, number, visits) for number in range(threads)]
            return merged([future.result(timeout=120) for future in started])

    def _thread(self, number: int, visits: int) -> Tally:
        chance, tally = random.Random(number), Tally()  # noqa: S311 (the same crowd every time)
        connections["default"] = self.connect()
        try:
            for visit in range(visits):
                self._one(self.guest(("ours", "theirs")[(number + visit) % 2], tally), *chance.choice(VISITS))
        finally:
            connections["default"].close()
        return tally

    def _one(self, guest: Guest, does: Callable[[Guest], None], ends: tuple[type[Exception], ...]) -> None:
        guest.tally.transactions += 1
        try:
            does(guest)
        except ends:
            pass
        except CUT:
            if not self.is_cut:
                raise
            guest.tally.cut += 1
        finally:
            close_old_connections()  # what the end of a request does


def merged(tallies: list[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.transactions += tally.transactions
        whole.cut += tally.cut
        whole.crossings += tally.crossings
        for process, firms in tally.served.items():
            whole.served[process] |= firms
    return whole
