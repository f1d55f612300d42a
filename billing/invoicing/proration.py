"""Parts of an amount. Whatever is cut, the parts add up to the whole, to the penny."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from zoneinfo import ZoneInfo

#: Digits that are more than any amount times any number of days has.
EXACT = 50


@dataclass(frozen=True)
class Days:
    """From `first` up to, not with, `next`: days of the firm's calendar, so that no change of clocks costs anybody."""

    first: date
    next: date

    @classmethod
    def between(cls, start: datetime, end: datetime, zone: ZoneInfo) -> "Days":
        return cls(start.astimezone(zone).date(), end.astimezone(zone).date())

    @property
    def count(self) -> int:
        return (self.next - self.first).days

    def elapsed(self, day: date) -> int:
        """How many of them are over when `day` begins."""
        return min(max((day - self.first).days, 0), self.count)


def until(amount: int, days: Days, day: date) -> int:
    """What of `amount` falls on the days before `day`."""
    if days.count <= 0:
        return amount
    with localcontext() as exact:
        exact.prec = EXACT
        return int((Decimal(amount) * days.elapsed(day) / days.count).quantize(Decimal(1), ROUND_HALF_EVEN))


def portion(amount: int, days: Days, first: date, next_: date) -> int:
    """What falls on the days from `first` up to `next_`. Portions that follow each other add up to the amount."""
    return until(amount, days, next_) - until(amount, days, first)


def remaining(amount: int, days: Days, day: date) -> int:
    """What falls on `day` and those after it."""
    return amount - until(amount, days, day)


def shared(amount: int, weights: Sequence[Decimal]) -> list[int]:
    """Split by weight: each gets its share to the penny below or above, those with the largest rest first above."""
    whole = sum(weights, Decimal(0))
    if not whole:
        return [0] * len(weights)
    with localcontext() as exact:
        exact.prec = EXACT
        exactly = [Decimal(amount) * weight / whole for weight in weights]
        down = [int(share // 1) for share in exactly]
        rests = sorted(range(len(weights)), key=lambda place: (down[place] - exactly[place], place))
        for place in rests[: amount - sum(down)]:
            down[place] += 1
    return down
