"""Whatever is cut, the parts add up."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.invoicing.proration import Days, portion, remaining, shared, until
from tests.profiles import examples

AMOUNTS = st.integers(-(10**12), 10**12)
PERIODS = st.tuples(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(1, 400)).map(
    lambda drawn: Days(drawn[0], drawn[0] + timedelta(days=drawn[1]))
)
#: Credits have hundredths.
WEIGHTS = st.lists(st.decimals(0, 10**6, places=2, allow_nan=False), min_size=1, max_size=40)


@examples(100)
@given(AMOUNTS, PERIODS, st.lists(st.integers(-5, 410), max_size=12))
def test_portions_that_follow_each_other_add_up_to_the_whole(amount: int, days: Days, cuts: list[int]) -> None:
    inside = sorted({min(max(cut, 0), days.count) for cut in cuts} | {0, days.count})
    edges = [days.first + timedelta(days=cut) for cut in inside]
    parts = [portion(amount, days, first, next_) for first, next_ in itertools.pairwise(edges)]
    assert sum(parts) == amount
    for part, (first, next_) in zip(parts, itertools.pairwise(edges), strict=True):
        assert abs(part - Decimal(amount) * (next_ - first).days / days.count) <= 1


@examples(100)
@given(AMOUNTS, PERIODS, st.integers(-5, 410))
def test_what_is_over_and_what_is_left_are_the_whole(amount: int, days: Days, at: int) -> None:
    day = days.first + timedelta(days=at)
    assert until(amount, days, day) + remaining(amount, days, day) == amount


@examples(100)
@given(AMOUNTS, PERIODS)
def test_at_the_edges_it_is_all_or_nothing(amount: int, days: Days) -> None:
    assert (until(amount, days, days.first), remaining(amount, days, days.first)) == (0, amount)
    assert (until(amount, days, days.next), remaining(amount, days, days.next)) == (amount, 0)


@examples(100)
@given(st.integers(0, 10**12), WEIGHTS)
def test_shares_add_up_and_are_fair_to_the_penny(amount: int, weights: list[Decimal]) -> None:
    shares, whole = shared(amount, weights), sum(weights)
    assert sum(shares) == (amount if whole else 0)
    for share, weight in zip(shares, weights, strict=True):
        assert share >= 0 and (not whole or abs(share - amount * weight / whole) < 1)
