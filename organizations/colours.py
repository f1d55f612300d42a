"""Firm colours: one brand colour, with the text colour that can be read on it."""

import re

from django.core.exceptions import ValidationError

DEFAULT_BRAND = "#1c3f68"
HEX = re.compile(r"^#[0-9a-fA-F]{6}$")


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, 0 to 1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def on_brand(colour: str) -> str:
    """Black or white, whichever reads better on the colour."""
    return max(("#ffffff", "#000000"), key=lambda text: contrast(colour, text))


def validate_colour(colour: str) -> None:
    if not HEX.match(colour):
        raise ValidationError("Write the colour as # and six digits, such as #6b2737.")
    if contrast(colour, "#ffffff") < 1.6:
        raise ValidationError("This colour is too pale to see on white paper. Choose a darker one.")


def contrast_words(colour: str) -> str:
    """How readable a firm's colour is, in a sentence for whoever chooses it."""
    text = on_brand(colour)
    name = "White" if text == "#ffffff" else "Black"
    paper = contrast(colour, "#ffffff")
    line = (
        "it stands out on white paper" if paper >= 3 else "on white paper it is pale, so choose a darker one if you can"
    )
    return f"{name} text on it reads well ({contrast(colour, text):.1f} to 1), and {line} ({paper:.1f} to 1)."
