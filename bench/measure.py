"""The same statements in turns, on one server, and what came of it."""

import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import psycopg

from bench.load import Size
from bench.pages import Page

WARM_UP = 3


@dataclass(frozen=True)
class Result:
    firm: Size
    page: Page
    milliseconds: dict[str, float]

    def ratio(self, way: str, to: str) -> float:
        return self.milliseconds[way] / self.milliseconds[to]


def turns(runs: Mapping[str, Callable[[], object]], *, seconds: float, rounds: int = 200) -> dict[str, float]:
    """Median milliseconds of each way, in turns and in random order, for as many rounds as the seconds allow."""
    times: dict[str, list[float]] = {way: [] for way in runs}
    stop = time.monotonic() + seconds
    for number in range(rounds + WARM_UP):
        for way in random.sample(list(runs), len(runs)):
            start = time.perf_counter()
            runs[way]()
            if number >= WARM_UP:
                times[way].append(time.perf_counter() - start)
        if time.monotonic() > stop and number > WARM_UP + 2:
            break
    return {way: statistics.median(measured) * 1000 for way, measured in times.items()}


def replayed(connection: psycopg.Connection, size: Size, page: Page) -> Callable[[], None]:
    """Run the page's statements in the firm's transaction, writes undone."""
    connection.rollback()
    connection.execute(context(size))

    def run() -> None:
        with connection.transaction(force_rollback=page.writes):
            for sql, params in page.statements:
                cursor = connection.execute(sql.encode(), params)
                if cursor.description:
                    cursor.fetchall()

    return run


def context(size: Size) -> bytes:
    values = {"app.current_tenant_id": size.id, "app.current_user_id": size.id, "app.audit_context": "{}"}
    return "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in values.items()).encode()


def plan(connection: psycopg.Connection, size: Size, page: Page) -> Iterator[str]:
    """The lines of the plans that say how rows are reached."""
    connection.rollback()
    connection.execute(context(size))
    for sql, params in page.statements:
        if sql.startswith("SELECT"):
            lines = [row[0].strip() for row in connection.execute(b"EXPLAIN " + sql.encode(), params).fetchall()]
            yield from (line for line in lines if "Index Cond" in line or "Scan" in line)


def table(results: Iterable[Result], way: str, to: str) -> Iterator[str]:
    yield f"| page | statements | requests in the firm | {to} | {way} | ratio |"
    yield "|---|---|---|---|---|---|"
    for result in results:
        page, times = result.page, result.milliseconds
        yield (
            f"| {page.name} | {len(page.statements)} | {result.firm.requests:,} | {times[to]:.2f} ms | "
            f"{times[way]:.2f} ms | {result.ratio(way, to):.2f} |"
        )


def medians(results: list[Result], way: str, to: str) -> Iterator[str]:
    for kind, posted in (("reads", False), ("writes", True)):
        ratios = [result.ratio(way, to) for result in results if result.page.posted is posted]
        if ratios:
            yield f"median of {len(ratios)} {kind}: {statistics.median(ratios):.2f}"
