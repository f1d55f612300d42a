"""Minutes as people write them: 1:30, 1.5, 1h 30m, 90m."""

import re

CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)")
WORDS = re.compile(r"(?:(\d{1,3})\s*h)?\s*(?:(\d{1,4})\s*m(?:in)?)?", re.IGNORECASE)
NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?")


def read(text: str) -> int | None:
    """Minutes, or None if the words mean none. A plain number is hours."""
    text = text.strip()
    if found := CLOCK.fullmatch(text):
        return int(found[1]) * 60 + int(found[2])
    if NUMBER.fullmatch(text):
        return round(float(text.replace(",", ".")) * 60)
    found = WORDS.fullmatch(text)
    if found and (found[1] or found[2]):
        return int(found[1] or 0) * 60 + int(found[2] or 0)
    return None


def written(minutes: int | None) -> str:
    """1:30."""
    return "" if minutes is None else f"{minutes // 60}:{minutes % 60:02d}"


def hours(minutes: int) -> str:
    """6.5, as sums are told: “6.5 of 40 hours”."""
    return f"{minutes / 60:.1f}".removesuffix(".0")
