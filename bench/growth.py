"""Does a small firm notice how many others there are? The same pages of the same small firm, alone and in a crowd."""

from collections.abc import Iterator
from contextlib import ExitStack

from bench.load import load
from bench.measure import Result, medians, replayed, table, turns
from bench.pages import Visitor
from bench.scratch import Scratch

FEW, MANY = "few firms", "many firms"
SMALL_FIRM = 500


def growth(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """10 firms with 10,000 requests, against 10,000 firms with 5 million; a firm of 500 requests in each."""
    crowd = 100 if small else 10_000
    with scratch.copy() as few, ExitStack() as stack:
        with few.admin() as admin:
            alone = load(admin, [SMALL_FIRM, *[1_056] * 9])[0]
        with scratch.admin() as admin:
            within = load(admin, [SMALL_FIRM] * crowd)[0]
        with few.for_django():
            pages_alone = list(Visitor(alone).pages())
        pages_within = list(Visitor(within).pages())
        one, two = (stack.enter_context(place.sign_on("tickmark_app")) for place in (few, scratch))
        results = []
        for page, same in zip(pages_alone, pages_within, strict=True):
            runs = {FEW: replayed(one, alone, page), MANY: replayed(two, within, same)}
            results.append(Result(within, same, turns(runs, seconds=seconds)))
        yield from table(results, MANY, FEW)
        yield from ("", *medians(results, MANY, FEW))
