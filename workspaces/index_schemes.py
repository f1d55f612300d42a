"""The index of binders as it is typed, and the one every new binder of the firm starts from."""

import re

from accounts.plain_text import validate_plain_text
from organizations.models import Organization
from workspaces.models.binder import default_index

#: Where the firm's settings keep it.
KEY = "index_scheme"
MOST = 60
LINE = re.compile(r"^([A-Za-z]{1,3})\s*[:\s]\s*(\S.{0,79})$")

Scheme = list[dict[str, str]]


class BadScheme(ValueError):
    """The message is a sentence for the person."""


def parsed(text: str) -> Scheme:
    """A line for each section: letter, then title."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise BadScheme("Write at least one section, such as A Planning.")
    if len(lines) > MOST:
        raise BadScheme(f"There are {len(lines)} sections; an index has up to {MOST}.")
    sections = [_section(number, line) for number, line in lines]
    letters = [section["letter"] for section in sections]
    if twice := sorted({letter for letter in letters if letters.count(letter) > 1}):
        raise BadScheme(f"{twice[0]} is there twice.")
    return sections


def _section(number: int, line: str) -> dict[str, str]:
    found = LINE.match(line)
    if not found:
        raise BadScheme(f"Line {number} is not a letter and a title: “{line[:40]}”. Write it like C Receivables.")
    validate_plain_text(found[2])
    return {"letter": found[1].upper(), "title": found[2].strip()}


def typed(scheme: Scheme) -> str:
    return "\n".join(f"{section['letter']} {section['title']}" for section in scheme)


def of_firm(firm: Organization) -> Scheme:
    """What a new binder starts with: the firm's own index, or the one most firms know."""
    return [dict(section) for section in firm.settings.get(KEY) or default_index()]


def is_own(firm: Organization) -> bool:
    return bool(firm.settings.get(KEY))


def keep(firm: Organization, scheme: Scheme) -> None:
    """To be called with the firm held: other settings lie in the same column. Nothing brings the standard index back."""
    others = {name: value for name, value in firm.settings.items() if name != KEY}
    firm.settings = {**others, KEY: scheme} if scheme else others
    firm.save(update_fields=["settings"])
