"""Two firms' work in every order on connections they share, and what each of them sees at every step.

Hypothesis chooses the steps. A model remembers what each firm has committed and what its open transactions hold; every
answer has to be exactly that, so that a row that crosses, stays or is lost is noticed where it happens.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from clients.models import Client
from tenancy.backend.base import DatabaseWrapper
from tenancy.context import EMPTY, TenantError, current
from tests.cast import Cast, Firm
from tests.isolation.copies import (
    APP,
    Visitor,
    Worker,
    as_owner_of,
    copy_of,
    opened_as_app,
    source_database,
    using,
    visitors_of,
)
from tests.isolation.rows import run
from tests.pgbouncer import behind_pgbouncer
from tests.profiles import examples

Row = tuple[uuid.UUID, uuid.UUID]  # (firm, client)
REFUSED = (TenantError, DatabaseError)
WORKERS, STEPS, DEEPEST = 2, 40, 4
#: How the workers reach the database → how many orders are tried there. Behind PgBouncer a connection changes hands.
WAYS = {"direct": 30, "pgbouncer": 8}

worker_numbers = st.integers(0, WORKERS - 1)
firm_names = st.sampled_from(["ours", "theirs"])


class Undone(Exception):
    """Leaves a block the way a failing view does."""


@dataclass
class Stage:
    """A database both firms share, threads that serve both, and each firm's signed-in visitor."""

    way: str
    cast: Cast
    owner: DatabaseWrapper
    workers: list[Worker]
    visitors: dict[str, Visitor]

    def firm(self, name: str) -> Firm:
        return getattr(self.cast, name)

    def other(self, name: str) -> Firm:
        return self.firm("theirs" if name == "ours" else "ours")

    def clear(self) -> None:
        with using(self.owner):
            run("DELETE FROM clients WHERE starts_with(name, 'Client ')")

    def witnessed(self) -> set[Row]:
        with using(self.owner):
            return set(run("SELECT organization_id, id FROM clients WHERE deleted_at IS NULL"))


@pytest.fixture(scope="module", params=WAYS)
def stage(request: pytest.FixtureRequest, permanent_cast: Cast, django_db_blocker: Any) -> Iterator[Stage]:
    with django_db_blocker.unblock(), copy_of(source_database(), "shared") as database, ExitStack() as stack:
        visitors, changes = visitors_of(database, permanent_cast), {"CONN_MAX_AGE": None}
        if request.param == "pgbouncer":
            changes |= behind_pgbouncer(stack, database, role=APP, connections=WORKERS)
        workers = [Worker(lambda: opened_as_app(database, **changes)) for _ in range(WORKERS)]
        with as_owner_of(database) as owner:
            yield Stage(request.param, permanent_cast, owner, workers, visitors)
        for worker in workers:
            worker.end()


@dataclass
class Transaction:
    """What the model knows of one: whose it is, the blocks it is in, and the clients made in each of them."""

    firm: str
    blocks: list[Any] = field(default_factory=list)
    made: list[set[uuid.UUID]] = field(default_factory=list)


def everything() -> tuple[set[Row], set[Row]]:
    """What the firm's code reads, and what the database gives to a query that names no firm."""
    through_manager = set(Client.objects.values_list("organization_id", "id"))
    return through_manager, set(run("SELECT organization_id, id FROM clients WHERE deleted_at IS NULL"))


def refused(work: Callable[[], Any]) -> None:
    with pytest.raises(REFUSED), transaction.atomic():
        work()


class Interleavings(RuleBasedStateMachine):
    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        stage.clear()
        living = {name: stage.firm(name).living_clients for name in ("ours", "theirs")}
        self.kept = {name: {client.pk for client in clients} for name, clients in living.items()}
        self.names = {client.pk: client.name for clients in living.values() for client in clients}
        self.now: list[Transaction | None] = [None] * WORKERS
        self.streams: list[tuple[Any, Transaction] | None] = [None] * WORKERS

    def do(self, worker: int, work: Callable[..., Any], *args: Any) -> Any:
        return self.stage.workers[worker].do(work, *args)

    def visible(self, doing: Transaction) -> set[Row]:
        firm_id = self.stage.firm(doing.firm).organization.pk
        return {(firm_id, pk) for pk in self.kept[doing.firm].union(*doing.made)}

    # --- transactions -------------------------------------------------------------------------------------------

    @rule(worker=worker_numbers, firm=firm_names)
    def enter_a_firm(self, worker: int, firm: str) -> None:
        block, doing = self.stage.firm(firm).inside(), self.now[worker]
        if doing and doing.firm != firm:
            self.do(worker, pytest.raises, TenantError, block.__enter__)
        else:
            self.open(worker, doing or Transaction(firm), block)

    @rule(worker=worker_numbers)
    def set_a_savepoint(self, worker: int) -> None:
        if doing := self.now[worker]:
            self.open(worker, doing, transaction.atomic())

    def open(self, worker: int, doing: Transaction, block: Any) -> None:
        if len(doing.blocks) < DEEPEST:
            self.do(worker, block.__enter__)
            doing.blocks.append(block)
            doing.made.append(set())
            self.now[worker] = doing

    @rule(worker=worker_numbers)
    def leave_well(self, worker: int) -> None:
        if doing := self.now[worker]:
            made = self.close(worker, None)
            (doing.made[-1] if doing.blocks else self.kept[doing.firm]).update(made)

    @rule(worker=worker_numbers)
    def leave_by_an_exception(self, worker: int) -> None:
        if self.now[worker]:
            self.close(worker, Undone())

    @rule(worker=worker_numbers)
    def leave_by_an_error_of_the_database(self, worker: int) -> None:
        if self.now[worker]:
            with pytest.raises(DatabaseError) as caught:
                self.do(worker, run, "SELECT 1 / 0")
            self.close(worker, caught.value)

    def close(self, worker: int, error: Exception | None) -> set[uuid.UUID]:
        doing = self.now[worker]
        assert doing
        block, made = doing.blocks.pop(), doing.made.pop()
        self.do(worker, block.__exit__, error and type(error), error, None)
        if not doing.blocks:
            self.now[worker] = None
        return made

    # --- reading and writing ------------------------------------------------------------------------------------

    @rule(worker=worker_numbers)
    def read(self, worker: int) -> None:
        if doing := self.now[worker]:
            assert self.do(worker, everything) == (self.visible(doing), self.visible(doing))
        else:
            self.do(worker, refused, lambda: list(Client.objects.all()))
            self.do(worker, refused, lambda: run("SELECT * FROM clients"))

    @rule(worker=worker_numbers)
    def write(self, worker: int) -> None:
        """Both firms have clients of the same names and codes."""
        if doing := self.now[worker]:
            number = len(self.names)
            client = self.do(worker, lambda: Client.objects.create(name=f"Client {number}", code=f"C{number}"))
            self.names[client.pk] = client.name
            doing.made[-1].add(client.pk)
        else:
            self.do(worker, refused, lambda: Client.objects.create(name="Client of nobody"))

    @rule(worker=worker_numbers, how=st.sampled_from(["create", "bulk", "move", "update", "delete", "save"]))
    def write_in_the_name_of_the_other_firm(self, worker: int, how: str) -> None:
        if doing := self.now[worker]:
            self.do(worker, trespass, how, self.stage.firm(doing.firm).bakery.pk, self.stage.other(doing.firm))

    # --- streams ------------------------------------------------------------------------------------------------

    @rule(worker=worker_numbers)
    def begin_a_stream(self, worker: int) -> None:
        if (doing := self.now[worker]) and not self.streams[worker]:
            rows = Client.objects.order_by("id").iterator(chunk_size=1)
            first = self.do(worker, next, rows)
            assert (first.organization_id, first.pk) in self.visible(doing)
            self.streams[worker] = rows, doing

    @rule(worker=worker_numbers)
    def read_on(self, worker: int) -> None:
        """A stream goes on inside its own transaction; whatever follows on its connection, it gives nothing of that."""
        if stream := self.streams[worker]:
            rows, begun_in = stream
            found = self.do(worker, next_of, rows)
            if found is None:
                self.streams[worker] = None
            else:
                assert self.now[worker] is begun_in
                assert found.organization_id == self.stage.firm(begun_in.firm).organization.pk

    # --- requests -----------------------------------------------------------------------------------------------

    @rule(worker=worker_numbers, firm=firm_names, page=st.sampled_from(["listing", "careful_stream"]))
    def ask_for_a_list(self, worker: int, firm: str, page: str) -> None:
        if not self.now[worker]:
            status, body = self.do(worker, self.stage.visitors[firm].get, self.stage.firm(firm).url(page))
            names = sorted(self.names[pk] for pk in self.kept[firm])
            assert (status, sorted(body.decode().splitlines())) == (200, names)

    @rule(
        worker=worker_numbers, firm=firm_names, page=st.sampled_from(["crash", "broken_sql", "unavailable", "stream"])
    )
    def ask_for_a_page_that_fails(self, worker: int, firm: str, page: str) -> None:
        if not self.now[worker]:
            visitor, address = self.stage.visitors[firm], self.stage.firm(firm).url(page)
            if page == "stream":
                self.do(worker, pytest.raises, TenantError, visitor.get, address)
            else:
                assert self.do(worker, visitor.get, address)[0] in (500, 503)

    @rule(firm=firm_names, worker=worker_numbers)
    def ask_for_a_page_of_the_other_firm(self, firm: str, worker: int) -> None:
        if not self.now[worker]:
            assert self.do(worker, self.stage.visitors[firm].get, self.stage.other(firm).url("listing"))[0] == 404

    def teardown(self) -> None:
        for worker in range(WORKERS):
            while self.now[worker]:
                self.close(worker, Undone())
            if stream := self.streams[worker]:
                self.do(worker, stream[0].close)
            assert self.do(worker, current) == EMPTY
        kept = {(self.stage.firm(name).organization.pk, pk) for name, rows in self.kept.items() for pk in rows}
        assert self.stage.witnessed() == kept


def next_of(rows: Iterator[Client]) -> Client | None:
    try:
        with transaction.atomic():
            return next(rows, None)
    except REFUSED:
        return None


def trespass(how: str, own: uuid.UUID, other: Firm) -> None:
    other_id, theirs = other.organization.pk, other.bakery.pk
    if how == "create":
        refused(lambda: Client.objects.create(organization_id=other_id, name="Client planted"))
    elif how == "bulk":
        refused(lambda: Client.objects.bulk_create([Client(organization_id=other_id, name="Client planted")]))
    elif how == "move":
        refused(lambda: run("UPDATE clients SET organization_id = %s WHERE id = %s", other_id, own))
    elif how == "update":
        assert run("UPDATE clients SET name = 'Client taken' WHERE id = %s", theirs) == 0
    elif how == "delete":
        assert run("DELETE FROM clients WHERE id = %s", theirs) == 0
    else:
        refused(lambda: Client(pk=theirs, organization_id=other_id, name="Client taken").save(force_update=True))


@pytest.mark.usefixtures("as_in_production")
def test_no_order_of_two_firms_work_lets_a_row_cross(stage: Stage) -> None:
    run_state_machine_as_test(
        lambda: Interleavings(stage), settings=examples(WAYS[stage.way], stateful_step_count=STEPS)
    )
