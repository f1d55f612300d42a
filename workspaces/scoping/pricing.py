"""What an engagement costs and is sold for: Decimals in, whole cents out.

Every figure that is shown is rounded once, half up, and every total is the sum of the figures shown above it, so that
whoever adds the column up by hand gets what stands below it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from workspaces.scoping.values import HUNDREDTH

ZERO = Decimal(0)


@dataclass(frozen=True)
class Rate:
    """Of one hour, in the currency's smallest unit."""

    cost: int
    price: int


@dataclass(frozen=True)
class PricedLine:
    id: str
    phase: str
    title: str
    kind: str
    role: str
    hours: Decimal
    spread: tuple[Decimal, Decimal]
    cost: int
    price: int
    #: Why its figures are not to be trusted yet; empty where they are.
    problem: str = ""


@dataclass(frozen=True)
class PricedPhase:
    id: str
    title: str
    lines: list[PricedLine]

    @property
    def hours(self) -> Decimal:
        return sum((line.hours for line in self.lines), ZERO)

    @property
    def cost(self) -> int:
        return sum(line.cost for line in self.lines)

    @property
    def price(self) -> int:
        return sum(line.price for line in self.lines)


@dataclass(frozen=True)
class Priced:
    """The whole table. `subtotal` + `contingency` - `discount` is `total`."""

    phases: list[PricedPhase]
    subtotal: int
    contingency: int
    discount: int
    cost: int
    limit: int | None
    #: What a discount waits for; None where it waits for nothing, or is reached.
    discount_waits: int | None = None
    hours: Decimal = ZERO
    spread: tuple[Decimal, Decimal] = (ZERO, ZERO)
    problems: list[str] = field(default_factory=list)
    #: From which price a discount is given; None where it is always.
    discount_from: int | None = None

    @property
    def total(self) -> int:
        return self.subtotal + self.contingency - self.discount

    @property
    def gain(self) -> int:
        return self.total - self.cost

    @property
    def margin(self) -> Decimal | None:
        """In per cent of the total."""
        if not self.total:
            return None
        return (Decimal(self.gain) * 100 / self.total).quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def blended(self) -> int | None:
        """What an hour is sold for on the average."""
        return _whole(Decimal(self.total) / self.hours) if self.hours else None

    @property
    def below_limit(self) -> int | None:
        return None if self.limit is None else self.limit - self.total

    @property
    def lines(self) -> list[PricedLine]:
        return [line for phase in self.phases for line in phase.lines]


def priced(loe: Mapping[str, Any], rates: Mapping[str, Rate]) -> Priced:
    """`rates` by the role's name in small letters. A line of a phase that is gone stands under the last one, “Other”."""
    titles = {row["id"]: row["title"] for row in loe["phases"]}
    lines = [_line(row, rates) for row in loe["lines"]]
    base = sum(line.price for line in lines if line.kind != "percent")
    lines = [_of_all(line, row, base) for line, row in zip(lines, loe["lines"], strict=True)]
    phases = [PricedPhase(key, title, [x for x in lines if x.phase == key]) for key, title in titles.items()]
    if other := [line for line in lines if line.phase not in titles]:
        phases.append(PricedPhase("", "Other", other))
    subtotal = sum(phase.price for phase in phases)
    contingency = _share(subtotal, loe["contingency"])
    discount, waits = _discount(loe, subtotal + contingency)
    return Priced(
        phases, subtotal, contingency, discount, sum(phase.cost for phase in phases), loe["limit"], waits,
        sum((phase.hours for phase in phases), ZERO),
        (sum((line.spread[0] for line in lines), ZERO), sum((line.spread[1] for line in lines), ZERO)),
        [f"{line.title or 'A line without a name'}: {line.problem}" for line in lines if line.problem],
        loe["discount_from"],
    )  # fmt: skip


def expected(low: str, likely: str, high: str) -> Decimal:
    """The three-point estimate (low + 4 likely + high) / 6; what is left out is taken to be the likely one.

    Without a likely one it is the middle of the others.
    """
    ends = [Decimal(text) for text in (low, high) if text]
    if not likely and not ends:
        return ZERO
    middle = Decimal(likely) if likely else sum(ends, ZERO) / len(ends)
    lowest, highest = Decimal(low) if low else middle, Decimal(high) if high else middle
    return ((lowest + 4 * middle + highest) / 6).quantize(HUNDREDTH, ROUND_HALF_UP)


def _line(row: Mapping[str, Any], rates: Mapping[str, Rate]) -> PricedLine:
    named = {name: row[name] for name in ("id", "phase", "title", "kind", "role")}
    if row["kind"] == "fixed":
        missing = "" if row["amount"] is not None else "has no price yet."
        return PricedLine(
            **named, hours=ZERO, spread=(ZERO, ZERO), cost=row["cost"] or 0, price=row["amount"] or 0, problem=missing
        )  # fmt: skip
    if row["kind"] == "percent":
        return PricedLine(**named, hours=ZERO, spread=(ZERO, ZERO), cost=row["cost"] or 0, price=0)
    hours, rate = expected(row["low"], row["likely"], row["high"]), rates.get(row["role"].lower())
    spread = (Decimal(row["low"] or hours), Decimal(row["high"] or hours))
    problem = _problem(row, hours, spread) or (
        "" if rate else f"no rate for {row['role'] or 'a role nobody has named'}."
    )
    rate = rate or Rate(0, 0)
    return PricedLine(
        **named, hours=hours, spread=spread, cost=_whole(hours * rate.cost), price=_whole(hours * rate.price),
        problem=problem,
    )  # fmt: skip


def _problem(row: Mapping[str, Any], hours: Decimal, spread: tuple[Decimal, Decimal]) -> str:
    if not hours:
        return "has no hours yet."
    likely = Decimal(row["likely"] or hours)
    return "" if spread[0] <= likely <= spread[1] else "low, likely and high are not in this order."


def _of_all(line: PricedLine, row: Mapping[str, Any], base: int) -> PricedLine:
    """A percentage item: a share of everything sold by the hour or at a fixed price, so that no two feed each other."""
    if line.kind != "percent":
        return line
    return PricedLine(**{**line.__dict__, "price": _share(base, row["percent"])})


def _discount(loe: Mapping[str, Any], price: int) -> tuple[int, int | None]:
    """What is taken off, and the price from which it would be, where that is not reached."""
    if (threshold := loe["discount_from"]) and price < threshold:
        return 0, threshold if loe["discount"] else None
    return _share(price, loe["discount"]), None


def _share(amount: int, percent: str) -> int:
    return _whole(Decimal(amount) * Decimal(percent or 0) / 100)


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
