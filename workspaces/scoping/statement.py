"""The statement of work: what structuring and the level of effort say, in sentences, until somebody writes their own.

A text names figures by words such as [[fee]], in computed sections and in written ones alike, so that none of them can
differ from the level of effort.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from look import numbers
from workspaces import amounts
from workspaces.scoping.pricing import Priced
from workspaces.scoping.shape import Document

WORD = re.compile(r"\[\[([a-z]+(?::[a-z0-9]{1,12})?)\]\]")
SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


@dataclass(frozen=True)
class Section:
    id: str
    number: int
    title: str
    #: As it stands in the editor, with its words for figures.
    text: str
    is_written: bool
    #: Written by hand, and what it would be computed from has changed since.
    is_stale: bool


def sections(document: Document) -> list[Section]:
    found = []
    for number, row in enumerate(document["sow"]["sections"], start=1):
        now = computed(document, row["id"])
        is_stale = bool(row["text"] and row["basis"] and row["basis"] != basis(now))
        found.append(Section(row["id"], number, row["title"], row["text"] or now, bool(row["text"]), is_stale))
    return found


def basis(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def keep_basis(document: Document, paths: list[str]) -> None:
    """Remember for each section written just now what it would say by itself."""
    for row in document["sow"]["sections"]:
        if f"sow.sections.{row['id']}.text" in paths:
            row["basis"] = basis(computed(document, row["id"])) if row["text"] else ""


def computed(document: Document, key: str) -> str:
    """The text of a section by itself; empty for one the firm has added, or while there is nothing to say."""
    return COMPUTED[key](document).strip() if key in COMPUTED else ""


def money(minor: int, currency: str) -> str:
    sign = SIGNS.get(currency, f"{currency} ")
    digits = amounts.digits_of(currency)
    return sign + numbers.written(Decimal(minor).scaleb(-digits), digits)


def hours(number: Decimal) -> str:
    return numbers.written(number, 0 if number == number.to_integral_value() else 2)


def figures(priced: Priced, currency: str, client: str, firm: str) -> dict[str, str]:
    """What the words of a text stand for."""
    phases = {f"phase:{phase.id}": money(phase.price, currency) for phase in priced.phases}
    waits = {"threshold": money(priced.discount_from, currency)} if priced.discount_from else {}
    return phases | waits | {
        "fee": money(priced.total, currency), "hours": hours(priced.hours), "client": client or "the client", "firm": firm,
        "discount": money(priced.discount, currency), "contingency": money(priced.contingency, currency),
    }  # fmt: skip


def filled(text: str, words: dict[str, str]) -> str:
    """The text as its reader sees it. A word nobody knows stays, and is told of by `checks`."""
    return WORD.sub(lambda found: words.get(found[1], found[0]), text)


def _of_kind(document: Document, *kinds: str) -> list[dict[str, Any]]:
    return [node for node in document["structuring"]["nodes"] if node["kind"] in kinds and node["text"]]


def _bullets(nodes: list[dict[str, Any]]) -> str:
    return "\n".join(f"- {node['text']}" for node in nodes)


def _background(document: Document) -> str:
    structuring, goals = document["structuring"], _of_kind(document, "goal")
    pains = _of_kind(document, "pain")
    parts = [
        structuring["problem"], f"What stands in the way today:\n\n{_bullets(pains)}" if pains else "",
        structuring["outcome"], f"The work is done for this:\n\n{_bullets(goals)}" if goals else "",
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def _scope(document: Document) -> str:
    wanted = _of_kind(document, "requirement")
    return f"[[firm]] (“we”) will do the following for [[client]]:\n\n{_bullets(wanted)}" if wanted else ""


def _deliverables(document: Document) -> str:
    ends = [phase for phase in document["loe"]["phases"] if phase["ends_with"]]
    return "\n".join(
        f"- D{number}: {phase['ends_with']} ({phase['title']})" for number, phase in enumerate(ends, start=1)
    )


def _timetable(document: Document) -> str:
    return "\n".join(
        f"- {phase['title']}: weeks {phase['weeks']}" for phase in document["loe"]["phases"] if phase["weeks"]
    )


LATER = " From a price of [[threshold]] on, {}% is taken off: here [[discount]]."


def _fees(document: Document) -> str:
    loe = document["loe"]
    if not loe["lines"]:
        return ""
    phases = "\n".join(f"- {phase['title']}: [[phase:{phase['id']}]]" for phase in loe["phases"])
    has_discount, waits = Decimal(loe["discount"] or 0) > 0, loe["discount_from"]
    more = [f"{loe['contingency']}% contingency ([[contingency]])"] if Decimal(loe["contingency"] or 0) else []
    more += ["a discount of [[discount]]"] if has_discount and not waits else []
    including = f", including {' and '.join(more)}" if more else ""
    later = LATER.format(loe["discount"]) if has_discount and waits else ""
    return f"Our fee is [[fee]]{including}, for [[hours]] expected hours.{later} VAT is added.\n\n{phases}"


def _acceptance(document: Document) -> str:
    return "[[client]] accepts or returns each deliverable within five working days of getting it."


COMPUTED: dict[str, Callable[[Document], str]] = {
    "background": _background,
    "scope": _scope,
    "out": lambda document: _bullets(_of_kind(document, "out")),
    "deliverables": _deliverables,
    "timetable": _timetable,
    "assumptions": lambda document: _bullets(_of_kind(document, "assumption")),
    "fees": _fees,
    "acceptance": _acceptance,
}
