"""Does a small firm notice how many others there are? Its pages and forms among few firms, and in a crowd."""

from collections.abc import Iterator
from contextlib import ExitStack

from bench.load import Size, load
from bench.measure import Result, medians, replayed, table, turns
from bench.pages import Page, Visitor
from bench.scratch import Scratch
from bench.surfaces import surfaces
from bench.work import add_work

FEW, MANY = "few firms", "many firms"
#: Requests. With the work beside them (`bench/work.py`) a firm has some five rows for each.
SMALL_FIRM, AMONG_FEW, AMONG_MANY = 500, 160, 96


def growth(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """10 firms with 10,000 rows, against 10,000 firms with 5 million; a firm of 500 requests in each."""
    crowd = 100 if small else 10_000
    with scratch.copy() as few, ExitStack() as stack:
        with few.admin() as admin:
            alone = load(admin, [SMALL_FIRM, *[AMONG_FEW] * 9], add_work)[0]
        with scratch.admin() as admin:
            within = load(admin, [SMALL_FIRM, *[AMONG_MANY] * (crowd - 1)], add_work)[0]
        with few.for_django():
            pages_alone = everything(alone)
        pages_within = everything(within)
        one, two = (stack.enter_context(place.sign_on("tickmark_app")) for place in (few, scratch))
        results = []
        for name in [name for name in pages_alone if name in pages_within]:
            page, same = pages_alone[name], pages_within[name]
            runs = {FEW: replayed(one, alone, page), MANY: replayed(two, within, same)}
            results.append(Result(within, same, turns(runs, seconds=seconds)))
        yield from table(results, MANY, FEW)
        yield from ("", *medians(results, MANY, FEW))


def everything(size: Size) -> dict[str, Page]:
    pages = [page for walk in surfaces(size) for page in (*walk.pages(), *walk.presses())]
    return {page.name: page for page in (*Visitor(size).pages(), *pages)}
