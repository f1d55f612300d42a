"""Firm colours stay readable."""

import pytest
from django.core.exceptions import ValidationError

from organizations.colours import contrast, on_brand, validate_colour


def test_black_on_white_has_the_most_contrast():
    assert round(contrast("#000000", "#ffffff")) == 21


@pytest.mark.parametrize(("colour", "text"), [("#1c3f68", "#ffffff"), ("#f5d90a", "#000000"), ("#777777", "#000000")])
def test_text_on_a_colour_is_whichever_reads_better(colour, text):
    assert on_brand(colour) == text
    assert contrast(colour, text) >= 4.5


@pytest.mark.parametrize("colour", ["", "red", "#12345", "#1234567", "#gggggg", "#ffffff", "#fafafa"])
def test_what_is_no_colour_or_too_pale_is_refused(colour):
    with pytest.raises(ValidationError):
        validate_colour(colour)
