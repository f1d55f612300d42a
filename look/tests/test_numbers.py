"""Figures and dates as the reader's locale writes them."""

from datetime import date
from decimal import Decimal

import pytest

from look import dates, numbers
from look.reader import reading_as


@pytest.mark.parametrize(
    ("locale", "figure", "day"),
    [
        ("en-gb", "1,284.50", "6 March 2026"),
        ("en-us", "1,284.50", "March 6, 2026"),
        ("de", "1.284,50", "6. March 2026"),
        ("fr", "1\xa0284,50", "6 March 2026"),
    ],
    ids=["en-gb", "en-us", "de", "fr"],
)
def test_a_locale_writes_figures_and_dates_its_own_way_and_reads_them_back(locale, figure, day):
    with reading_as("", locale):
        assert numbers.written(Decimal("1284.5"), 2) == figure
        assert numbers.plain(figure) == "1284.50"
        assert dates.written(date(2026, 3, 6), "full") == day


@pytest.mark.parametrize(
    ("locale", "text"),
    [("en-gb", "12,50"), ("en-us", "1.284,50"), ("de", "12.50"), ("de", "1,284.50"), ("en-gb", "1,2x")],
)
def test_groups_that_do_not_fit_are_refused_and_not_guessed_at(locale, text):
    with reading_as("", locale):
        assert numbers.plain(text) is None
