"""Amounts somebody wrote by hand: none leaves with a text or a drawing where prices are left out."""

import time

from workspaces.scoping import svg
from workspaces.scoping.written_amounts import NOT_SHOWN, known, without, without_in_drawing

#: As Mermaid draws a label without HTML: each word in a place of its own.
DRAWN = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40"><style>#flow-EUR7300 .node{fill:red}</style>
<g id="flow-EUR7300" class="node"><text y="-10"><tspan class="text-outer-tspan row" x="0" y="-0.1em" dy="1.1em">
<tspan class="text-inner-tspan">Fee</tspan><tspan class="text-inner-tspan"> 4,200</tspan><tspan> EUR</tspan></tspan></text>
<text><tspan x="0">£</tspan><tspan x="9">5,</tspan><tspan x="12">300</tspan></text>
<text><tspan>Stock</tspan><tspan> in</tspan><tspan> 2026</tspan></text><text>Costs 6,400 zł now</text><title>€8,500</title>
<path d="M0 0h9" marker-end="url(#flow-EUR7300)"/></g></svg>"""


def test_an_amount_is_left_out_however_it_is_written() -> None:
    for amount in (
        "GBP1,500", "CHF900", "900EUR", "eur 900", "EUR: 900", "£  1,500", "1,500.– CHF", "900k EUR", "900kEUR",
        "£900–1,200", "£1.5 million", "900 zł", "1 500 000,50 PLN", "900 - 1,200 EUR", "900 to 1,200 EUR",
        "£900 or 1,200", "CHF 1'500.--", "€ 2 Mio.", "1.5 million pounds", "EUR -900", "900€50", "$900k-1.2m",
        "1\u202f500\u00a0€",
    ):  # fmt: skip
        assert without(f"It costs {amount} a year, in 2026.") == f"It costs {NOT_SHOWN} a year, in 2026.", amount
    assert (
        without("£**900**, not **1,000** EUR") == f"{NOT_SHOWN}, not {NOT_SHOWN}"
        and without("**12** talks") == "**12** talks"
    )
    table = "| Work | Hours | EUR |\n| --- | --- | --- |\n| Talks | 12 | 1,400 |"
    assert without(table) == table.replace("1,400", NOT_SHOWN) and "10 | (not shown)" in without(
        "| Talks | 10 | £1,400 |"
    )
    prices = known(["£1,522.50", "CHF 90.00", "£3,000.00"])
    assert without("1.522,50, 1522.5 and 3000 for 90 h", prices) == f"{NOT_SHOWN}, {NOT_SHOWN} and {NOT_SHOWN} for 90 h"
    assert without("12 £1,500") == f"12 {NOT_SHOWN}" and "1,500" not in without("12 £ 1,500")
    for other in ("900 europe trips", "amateur 900", "Phase 2 in 2026, 10 hours", "5 M&A deals", "12 talks of 3 roles"):
        assert without(other) == other


def test_a_long_list_of_numbers_is_read_at_once() -> None:
    begun = time.monotonic()
    for text in ("1," * 10_000, "1-" * 10_000, "1 to " * 4000, "| £ 1 |\n" * 2500, "100 " * 12_000):
        without(text)
    assert time.monotonic() - begun < 4


def test_an_amount_in_a_drawing_is_left_out_with_all_the_words_of_its_label() -> None:
    shown = without_in_drawing(svg.sanitised(DRAWN))
    for amount in ("4,200", "EUR", "5,", "300", "6,400", "7300", "8,500"):
        assert amount not in shown, amount
    assert shown.count(NOT_SHOWN) == 4 and "Stock" in shown and " 2026" in shown
    assert svg.sanitised(shown) == shown, "It is a drawing still."
