"""The sums of a level of effort: to the cent, and as whoever adds them up by hand would get them."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workspaces.scoping import shape
from workspaces.scoping.pricing import Rate, expected, priced
from workspaces.scoping.shape import ROWS

LINES = ROWS["loe"]["lines"]
RATES = {"partner": Rate(15000, 32000), "senior": Rate(6050, 14533), "analyst": Rate(3333, 9501)}
written = st.integers(0, 400_00).map(lambda n: f"{Decimal(n) / 100}")
percents = st.integers(0, 10000).map(lambda n: f"{Decimal(n) / 100}")


def line(row_id: str, **values: Any) -> dict[str, Any]:
    return shape.new_row(LINES, row_id) | {"phase": "p1", "title": row_id} | values


def loe(lines: list[dict[str, Any]], **values: Any) -> dict[str, Any]:
    return shape.blank()["loe"] | {"phases": [{"id": "p1", "title": "Do"}], "lines": lines} | values


@st.composite
def tables(draw: Any) -> dict[str, Any]:
    lines = []
    for number in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(["hours", "fixed", "percent"]))
        low, likely, high = sorted((draw(written) for _ in range(3)), key=Decimal)
        lines.append(
            line(
                f"l{number}", kind=kind, phase=draw(st.sampled_from(["p1", "p2", "gone"])),
                role=draw(st.sampled_from(["Partner", "senior", "Analyst", "Nobody"])), low=low, likely=likely, high=high,
                amount=draw(st.none() | st.integers(0, 10**9)), cost=draw(st.none() | st.integers(0, 10**9)),
                percent=draw(percents),
            )
        )  # fmt: skip
    phases = [{"id": "p1", "title": "One"}, {"id": "p2", "title": "Two"}]
    return loe(
        lines, phases=phases, contingency=draw(percents), discount=draw(percents),
        discount_from=draw(st.none() | st.integers(0, 10**8)),
    )  # fmt: skip


def half_up(number: Fraction) -> int:
    """Rounding written another way than the code under test does."""
    return int((number * 2 + 1) // 2)


@given(tables())
def test_every_total_is_the_sum_of_what_stands_above_it(table: dict[str, Any]) -> None:
    found = priced(table, RATES)
    assert found.subtotal == sum(phase.price for phase in found.phases) == sum(line.price for line in found.lines)
    assert found.cost == sum(line.cost for line in found.lines)
    assert found.hours == sum((line.hours for line in found.lines), Decimal(0))
    assert len(found.lines) == len(table["lines"]), "A line fell out of the table."
    assert found.total == found.subtotal + found.contingency - found.discount
    assert found.gain + found.cost == found.total
    assert all(isinstance(amount, int) for amount in (found.total, found.cost, found.discount))


@given(tables())
def test_every_figure_is_what_exact_arithmetic_rounds_to(table: dict[str, Any]) -> None:
    found, rows = priced(table, RATES), {row["id"]: row for row in table["lines"]}
    base = sum(line.price for line in found.lines if line.kind != "percent")
    for each in found.lines:
        row = rows[each.id]
        if each.kind == "hours":
            exact = Fraction(row["low"]) + 4 * Fraction(row["likely"]) + Fraction(row["high"])
            assert each.hours * 100 == half_up(exact / 6 * 100)
            rate = RATES.get(row["role"].lower(), Rate(0, 0))
            assert each.price == half_up(Fraction(each.hours) * rate.price)
            assert each.cost == half_up(Fraction(each.hours) * rate.cost)
        elif each.kind == "percent":
            assert each.price == half_up(base * Fraction(row["percent"]) / 100)
    assert found.contingency == half_up(found.subtotal * Fraction(table["contingency"]) / 100)
    before = found.subtotal + found.contingency
    is_reached = before >= (table["discount_from"] or 0)
    assert found.discount == (half_up(before * Fraction(table["discount"]) / 100) if is_reached else 0)


def test_the_estimate_takes_what_is_left_out_to_be_likely() -> None:
    assert expected("8", "10", "15") == Decimal("10.50")
    assert expected("", "10", "") == Decimal("10.00")
    assert expected("4", "", "8") == Decimal("6.00")
    assert expected("", "", "") == 0
    assert expected("0.01", "0.01", "0.02") == (Decimal("0.07") / 6).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_a_line_says_why_its_figures_cannot_be_trusted() -> None:
    table = loe([
        line("l1", title="Interviews", role="Astronaut", likely="4"), line("l2", title="Maps", role="Senior"),
        line("l3", title="Move", role="Senior", low="9", likely="2", high="12"), line("l4", title="Licence", kind="fixed"),
    ])  # fmt: skip
    assert priced(table, RATES).problems == [
        "Interviews: no rate for Astronaut.", "Maps: has no hours yet.",
        "Move: low, likely and high are not in this order.", "Licence: has no price yet.",
    ]  # fmt: skip
