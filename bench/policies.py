"""What the two walls cost: every page as shipped, against the same statements without row-level security.

Both have `organization_id = …` in every statement, as one would write it by hand. "By hand" is signed on as the owner,
whose policy is `USING (true)`: the very same tables, indexes and triggers, and nothing to check.
"""

from collections.abc import Iterator

import psycopg

from bench.load import Size, load, skewed
from bench.measure import Result, medians, plan, replayed, table, turns
from bench.pages import Page, Visitor
from bench.scratch import Scratch
from bench.search import searches
from bench.surfaces import surfaces
from bench.walk import writes
from bench.work import add_work

BY_HAND, SHIPPED = "by hand", "shipped"


def policies(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """Every page and form of a large firm out of 200; the largest lists and some writes of a middling and a small one too."""
    with scratch.admin() as admin:
        sizes = load(admin, skewed(20, 5_000) if small else skewed(200, 300_000), add_work)
    walks = surfaces(sizes[0])
    asked = [(sizes[0], page) for walk in walks for page in (*walk.pages(), *walk.presses())]
    for size in (sizes[0], sizes[len(sizes) // 10], sizes[-1]):
        visitor = Visitor(size)
        asked += [(size, page) for page in (*visitor.pages(), *writes(visitor))]
    yield from compared(scratch, asked, seconds=seconds, explain=explain)
    for walk in walks:
        yield from ("", *walk.report())


def search(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """Full-text search in a firm with 300,000 requests, among others."""
    with scratch.admin() as admin:
        sizes = load(admin, [3_000 if small else 300_000, *[500] * 20])
    yield from compared(scratch, [(sizes[0], page) for page in searches(sizes[0])], seconds=seconds, explain=explain)


def compared(scratch: Scratch, asked: list[tuple[Size, Page]], *, seconds: float, explain: bool) -> Iterator[str]:
    with scratch.sign_on("tickmark_owner") as owner, scratch.sign_on("tickmark_app") as app:
        results = [measured(owner, app, size, page, seconds) for size, page in asked]
        yield from table(results, SHIPPED, BY_HAND)
        yield from ("", *medians(results, SHIPPED, BY_HAND))
        yield from ("", *again(owner, app, results, seconds))
        if explain:
            for size, page in asked:
                yield f"\n{page.name}, {size.requests:,} requests"
                yield from (f"  {line}" for line in plan(app, size, page))


def again(owner: psycopg.Connection, app: psycopg.Connection, results: list[Result], seconds: float) -> Iterator[str]:
    """The worst ten, which by chance alone are worse than they are: measured once more, for longer."""
    worst = sorted(results, key=lambda result: result.ratio(SHIPPED, BY_HAND), reverse=True)[:10]
    yield "the worst ten, and the same measured once more:"
    for result in worst:
        second = measured(owner, app, result.firm, result.page, seconds * 3)
        ratios = (f"{found.ratio(SHIPPED, BY_HAND):.2f}" for found in (result, second))
        yield f"- {result.page.name}, {result.firm.requests:,} requests: {', then '.join(ratios)}"


def measured(owner: psycopg.Connection, app: psycopg.Connection, size: Size, page: Page, seconds: float) -> Result:
    runs = {BY_HAND: replayed(owner, size, page), SHIPPED: replayed(app, size, page)}
    return Result(size, page, turns(runs, seconds=seconds))
