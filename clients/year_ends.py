"""Fiscal year ends as people write them: 12-31, 31/12, 12/31, 31 December, 2025-12-31."""

import re
from datetime import datetime

from clients.models.client import year_end_date

WORDS = ("%d %B", "%d %b", "%B %d", "%b %d", "%d. %B")


def read_year_end(text: str) -> str | None:
    """Month and day as MM-DD; empty for nothing, None for what cannot be told for certain, such as 05/06."""
    text = " ".join(text.replace(",", " ").split())
    if not text:
        return ""
    if year_end_date(text):
        return text
    if found := re.fullmatch(r"\d{4}-(\d\d-\d\d)", text):
        return found[1] if year_end_date(found[1]) else None
    if found := re.fullmatch(r"(\d{1,2})[./-](\d{1,2})(?:[./-]\d{2,4})?", text):
        return _of_numbers(int(found[1]), int(found[2]))
    return _of_words(text)


def _of_numbers(first: int, second: int) -> str | None:
    if first <= 12 and second <= 12 and first != second:
        return None
    month, day = (second, first) if first > 12 else (first, second)
    written = f"{month:02d}-{day:02d}"
    return written if year_end_date(written) else None


def _of_words(text: str) -> str | None:
    for form in WORDS:
        try:
            return datetime.strptime(f"{text} 2000", f"{form} %Y").strftime("%m-%d")
        except ValueError:
            continue
    return None
