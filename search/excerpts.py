"""The piece of a text in which the searched words stand, with the words marked."""

import re
import unicodedata

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.words import folded

BEFORE, AFTER = 70, 170


def marked(text: str, words: list[str]) -> SafeString:
    """Escaped, with every beginning of a word that was searched for in `<mark>`."""
    pieces, end = [], 0
    for start, stop in _spans(text, words):
        pieces += [escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        end = stop
    return mark_safe("".join([*pieces, escape(text[end:])]))  # noqa: S308 (escaped piece by piece; the marks are ours)


def passage(text: str, words: list[str]) -> SafeString:
    """Around the first place where one of the words stands; empty where none does."""
    place = _first(text, words)
    if place is None:
        return mark_safe("")
    start = max(0, place - BEFORE)
    start = (start and text.find(" ", start, place) + 1) or start
    piece = " ".join(text[start : place + AFTER].split())
    ends = ("… " if start else "", " …" if len(text) > place + AFTER else "")
    return mark_safe(ends[0] + marked(piece, words) + ends[1])  # noqa: S308 (`marked` has escaped it)


def _first(text: str, words: list[str]) -> int | None:
    """Looked for in the whole text as it stands, which is fast; only then folded, where places are about right."""
    pattern = _beginning_with(words)
    if pattern is None:
        return None
    if found := pattern.search(text.lower()):
        return found.start()
    plain = folded(text)
    found = pattern.search(plain)
    return found and found.start() * len(text) // len(plain)


def _spans(text: str, words: list[str]) -> list[tuple[int, int]]:
    pattern = _beginning_with(words)
    if pattern is None:
        return []
    letters, places = [], []
    for place, letter in enumerate(text):
        simple = " " if letter == "_" else folded(letter) if letter.isalnum() else _kept(letter)
        letters.append(simple)
        places += [place] * len(simple)
    found = pattern.finditer("".join(letters))
    return [(places[one.start()], _with_marks(text, places[one.end() - 1] + 1)) for one in found]


def _with_marks(text: str, stop: int) -> int:
    while stop < len(text) and unicodedata.combining(text[stop]):
        stop += 1
    return stop


def _kept(letter: str) -> str:
    """A mark on the letter before it is no end of a word."""
    return "" if unicodedata.combining(letter) else " "


def _beginning_with(words: list[str]) -> re.Pattern[str] | None:
    longest_first = sorted(filter(None, words), key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})") if longest_first else None
