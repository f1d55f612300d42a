"""Money as a person types it, by their locale, and as a file has it."""

import pytest

from look.reader import reading_as
from workspaces.amounts import NotAnAmount, parsed, read, typed, written


@pytest.mark.parametrize(
    ("locale", "text", "minor"),
    [
        ("en-gb", "1,284.50", 128450),
        ("en-gb", "£(36,215)", -3621500),
        ("en-gb", "-12", -1200),
        ("en-us", "12,34,567", 123456700),
        ("de", "1.284,50", 128450),
        ("de", "(36.215)", -3621500),
        ("de", "−12,5", -1250),
        ("fr", "1 284,50 €", 128450),
        ("de", "–", None),
        ("de", " ", None),
    ],
)
def test_a_figure_is_read_as_the_persons_locale_writes_it(locale, text, minor):
    with reading_as("", locale):
        assert read(text) == minor
        assert read(typed(minor)) == minor


@pytest.mark.parametrize(
    ("locale", "text"), [("en-gb", "12,50"), ("de", "12.50"), ("de", "(12"), ("de", "12)"), ("de", "x")]
)
def test_what_fits_no_locale_or_another_is_refused_with_an_example(locale, text):
    with reading_as("", locale), pytest.raises(NotAnAmount, match="no figure"):
        read(text)


def test_what_is_shown_follows_the_reader_and_what_a_file_holds_does_not():
    with reading_as("", "de"):
        assert written(-3621550) == "(36.215,50)" and typed(128450) == "1.284,50" and typed(128400) == "1.284"
        assert parsed("1,284.50") == 128450
