"""The same questions under row-level security and without it, in turns on one server, and what came of it."""

import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.load import Size
from bench.questions import Question, Statement

# The owner's policy is USING (true): the very same tables, indexes and triggers, and nothing to check.
WITHOUT, SHIPPED, ALONE = "without", "policy and literal", "policy alone"
WARM_UP = 3


@dataclass(frozen=True)
class Result:
    firm: Size
    question: str
    rows: int
    milliseconds: float
    ratios: dict[str, float]


@dataclass(frozen=True)
class Bench:
    """`without` is signed on as the owner, `within` and `alone` as the application."""

    without: psycopg.Connection
    within: psycopg.Connection
    alone: psycopg.Connection
    seconds: float
    rounds: int

    def measure(self, firm: Size, asked: Iterable[Question]) -> Iterator[Result]:
        for question in asked:
            ways = {
                WITHOUT: (self.without, question.with_literal),
                SHIPPED: (self.within, question.with_literal),
                ALONE: (self.alone, question.policy_alone),
            }
            for name, (connection, _) in ways.items():
                connection.rollback()
                connection.execute(context(firm, with_tenant=name != WITHOUT))
            runs = {
                name: single(connection, statement, question.writes) for name, (connection, statement) in ways.items()
            }
            yield self._result(firm, question.name, runs)
        yield self._result(firm, "a whole transaction", self._transactions(firm))

    def explained(self, firm: Size, asked: Iterable[Question]) -> Iterator[tuple[str, list[str]]]:
        """Proof that the policy reaches the index: the lines of the plan that say so."""
        for question in asked:
            self.within.rollback()
            self.within.execute(context(firm, with_tenant=True))
            sql, params = question.with_literal
            plan = [row[0].strip() for row in self.within.execute(f"EXPLAIN {sql}".encode(), params).fetchall()]
            yield question.name, [line for line in plan if "Index Cond" in line or "Scan" in line]
        self.within.rollback()

    def _transactions(self, firm: Size) -> dict[str, Callable[[], int]]:
        """BEGIN with its settings, a look at the firm, COMMIT: what a request pays for the context."""

        def run(connection: psycopg.Connection, opening: bytes) -> Callable[[], int]:
            def once() -> int:
                connection.pgconn.exec_(opening)
                rows = connection.execute("SELECT name FROM organizations WHERE id = %s", [firm.id]).fetchall()
                connection.commit()
                return len(rows)

            connection.rollback()
            return once

        settings = b"BEGIN; " + context(firm, with_tenant=True)
        return {
            WITHOUT: run(self.without, b"BEGIN"),
            SHIPPED: run(self.within, settings),
            ALONE: run(self.alone, settings),
        }

    def _result(self, firm: Size, name: str, runs: dict[str, Callable[[], int]]) -> Result:
        times: dict[str, list[float]] = {way: [] for way in runs}
        rows, stop = 0, time.monotonic() + self.seconds
        for number in range(self.rounds + WARM_UP):
            for way in random.sample(list(runs), len(runs)):
                start = time.perf_counter()
                rows = runs[way]()
                if number >= WARM_UP:
                    times[way].append(time.perf_counter() - start)
            if time.monotonic() > stop and number > WARM_UP + 2:
                break
        medians = {way: statistics.median(measured) for way, measured in times.items()}
        ratios = {way: median / medians[WITHOUT] for way, median in medians.items() if way != WITHOUT}
        return Result(firm, name, rows, medians[WITHOUT] * 1000, ratios)


def single(connection: psycopg.Connection, statement: Statement, writes: bool) -> Callable[[], int]:
    sql, params = statement
    text = sql.encode()

    def read() -> int:
        return len(connection.execute(text, params).fetchall())

    def write() -> int:
        with connection.transaction(force_rollback=True):
            return connection.execute(text, params).rowcount

    return write if writes else read


def context(firm: Size, *, with_tenant: bool) -> bytes:
    tenant: Any = firm.id if with_tenant else ""
    settings = {"app.current_tenant_id": tenant, "app.current_user_id": "", "app.audit_context": ""}
    return "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in settings.items()).encode()


def table(results: Iterable[Result]) -> Iterator[str]:
    yield f"{'requests':>9}  {'question':<27} {'rows':>6} {'without':>10}  {SHIPPED:>18}  {ALONE:>12}"
    for result in results:
        yield (
            f"{result.firm.requests:>9,}  {result.question:<27} {result.rows:>6} {result.milliseconds:>7.2f} ms  "
            f"{result.ratios[SHIPPED]:>17.2f}×  {result.ratios[ALONE]:>11.2f}×"
        )
