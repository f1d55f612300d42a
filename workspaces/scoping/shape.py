"""The shape of a session's document: which places it has, and what may stand at each.

A place is named by its path: `structuring.outcome`, or `loe.lines.4f2a.likely` in a list of rows that have ids. Whoever
saves names places, so two people who change different ones never meet.
"""

import copy
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workspaces.scoping.values import Choice, Day, Depth, Line, Money, Number, PictureId, Text

Document = dict[str, Any]

NODE_KINDS = (
    ("goal", "Goal"), ("pain", "Pain point"), ("requirement", "Requirement"), ("assumption", "Assumption"),
    ("risk", "Risk"), ("question", "Open question"), ("out", "Out of scope"),
)  # fmt: skip
LINE_KINDS = (("hours", "By the hour"), ("fixed", "Fixed"), ("percent", "Per cent"))
STATES = (("", "To confirm"), ("confirmed", "Confirmed"))


@dataclass(frozen=True)
class Rows:
    """A list of rows. `noun` is what one of them is called; `most` is how many there may be."""

    noun: str
    fields: dict[str, tuple[str, Text]]
    most: int = 200


HOURS, PERCENT = Number(noun="a number of hours"), Number(largest=100, noun="a per cent")

FIELDS: dict[str, dict[str, tuple[str, Text]]] = {
    "structuring": {"problem": ("Problem", Text()), "outcome": ("Outcome", Text()), "source": ("Notes", Text(50_000))},
    "sow": {},
    "loe": {
        "rate_day": ("Rates of", Day()), "contingency": ("Contingency", PERCENT), "discount": ("Discount", PERCENT),
        "discount_from": ("Discount from", Money()), "limit": ("Limit agreed", Money()),
    },
    "visuals": {},
}  # fmt: skip
ROWS: dict[str, dict[str, Rows]] = {
    "structuring": {
        "nodes": Rows("line", {
            "kind": ("Kind", Choice(blank="requirement", options=NODE_KINDS)), "text": ("Text", Line(1000)),
            "quote": ("Source sentence", Line(1000)), "state": ("State", Choice(options=STATES)), "depth": ("Depth", Depth()),
        }),
    },
    "sow": {
        "sections": Rows("section", {
            "title": ("Title", Line(120)), "text": ("Text", Text(20_000)), "basis": ("Basis", Line(64, takes_both=False)),
        }, most=30),
    },
    "loe": {
        "phases": Rows("phase", {
            "title": ("Phase", Line(120)), "ends_with": ("Ends with", Line(200)), "weeks": ("Weeks", Line(20, takes_both=False)),
        }, most=20),
        "lines": Rows("line", {
            "phase": ("Phase", Line(12, takes_both=False)), "title": ("Activity", Line(200)),
            "kind": ("Kind", Choice(blank="hours", options=LINE_KINDS)), "role": ("Role", Line(60, takes_both=False)),
            "low": ("Low", HOURS), "likely": ("Likely", HOURS), "high": ("High", HOURS),
            "amount": ("Price", Money()), "cost": ("Cost", Money()), "percent": ("Per cent", PERCENT),
        }),
    },
    "visuals": {
        "pictures": Rows("picture", {
            "title": ("Title", Line(120)), "text": ("Diagram text", Text(20_000)), "alt": ("In words", Line(1000)),
            "picture": ("Picture", PictureId()),
        }, most=12),
    },
}  # fmt: skip
ROW_ID = re.compile(r"[a-z0-9]{1,12}")


#: The sections a statement of work begins with. Their texts are computed until somebody writes one (`statement`).
SECTIONS = {
    "background": "Background", "scope": "Scope", "out": "Not part of this work", "deliverables": "Deliverables",
    "timetable": "Timetable", "assumptions": "Assumptions", "fees": "Fees", "acceptance": "Acceptance",
}  # fmt: skip


def blank() -> Document:
    document: Document = {
        part: {name: value.blank for name, (_, value) in FIELDS[part].items()} | {name: [] for name in ROWS[part]}
        for part in FIELDS
    }
    sections = ROWS["sow"]["sections"]
    document["sow"]["sections"] = [new_row(sections, key) | {"title": title} for key, title in SECTIONS.items()]
    return document


def completed(stored: Document) -> Document:
    """A copy with every place there is, so that a document of an earlier shape reads like one of today."""
    document = blank()
    for part, fields in document.items():
        known = stored.get(part) or {}
        fields |= {name: copy.deepcopy(known[name]) for name in fields if name in known}
        for name, rows in ROWS[part].items():
            fields[name] = [new_row(rows, row["id"]) | row for row in fields[name]]
    return document


def new_row(rows: Rows, row_id: str = "") -> dict[str, Any]:
    return {"id": row_id or secrets.token_hex(4)} | {name: value.blank for name, (_, value) in rows.fields.items()}


def rows_of(document: Document, path: str) -> tuple[Rows, list[dict[str, Any]]]:
    """The list that a path names (`loe.lines`, or a place in it). KeyError where there is none."""
    part, name = path.split(".")[:2]
    return ROWS[part][name], document[part][name]


def value_at(path: str) -> tuple[str, Text]:
    """What may stand at a place, with its label. KeyError where there is no such place."""
    parts = path.split(".")
    if len(parts) == 2:
        return FIELDS[parts[0]][parts[1]]
    if len(parts) != 4 or not ROW_ID.fullmatch(parts[2]):
        raise KeyError(path)
    return ROWS[parts[0]][parts[1]].fields[parts[3]]


def is_place(path: str) -> bool:
    try:
        value_at(path)
    except KeyError:
        return False
    return True


def holder(document: Document, path: str) -> dict[str, Any] | None:
    """What holds the place: a part, or a row. None where the row is gone."""
    parts = path.split(".")
    if len(parts) == 2:
        found: dict[str, Any] = document[parts[0]]
        return found
    return next((row for row in document[parts[0]][parts[1]] if row["id"] == parts[2]), None)


def name_of(document: Document, path: str) -> str:
    """What a person calls the place: its label, and in a list the row it is in."""
    label, _ = value_at(path)
    row = holder(document, path) if path.count(".") == 3 else None
    named = (row or {}).get("title") or (row or {}).get("text") or ""
    return f"{label}, {named[:60]}" if named else label


def places(document: Document) -> Iterator[tuple[str, Any]]:
    """Every place with what stands there, in the order of the document."""
    for part, fields in document.items():
        yield from ((f"{part}.{name}", fields[name]) for name in FIELDS[part])
        for name, rows in ROWS[part].items():
            for row in fields[name]:
                yield from ((f"{part}.{name}.{row['id']}.{field}", row[field]) for field in rows.fields)
