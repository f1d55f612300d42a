"""What changed between two versions, place by place, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import zip_longest
from typing import Any

from django.utils.safestring import SafeString

from workspaces.scoping import shape
from workspaces.scoping.marking import marked
from workspaces.scoping.shape import Document, Rows
from workspaces.scoping.values import PictureId, Text

PARTS = {"structuring": "Structuring", "sow": "SOW", "loe": "LOE", "visuals": "Visuals"}
#: What says nothing to a reader.
SILENT = {"basis", "phase"}


@dataclass
class Change:
    """One place; empty where it was not there before, or is no longer."""

    part: str
    place: str
    before: str
    after: str

    @cached_property
    def marked(self) -> tuple[SafeString, SafeString]:
        """Both, with the words marked that only one of them has."""
        return marked(self.before, self.after)


def changes(before: Document, after: Document) -> list[Change]:
    old, new = shape.completed(before), shape.completed(after)
    return [change for part in PARTS for change in _of_part(part, old[part], new[part])]


def _of_part(part: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for name, (label, value) in shape.FIELDS[part].items():
        yield from _lines(PARTS[part], label, value.read(old[name]), value.read(new[name]))
    for name, rows in shape.ROWS[part].items():
        yield from _of_rows(part, rows, old[name], new[name])


def _of_rows(part: str, rows: Rows, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Change]:
    was, now = {row["id"]: row for row in old}, {row["id"]: row for row in new}
    for row_id, row in was.items():
        if row_id not in now and (words := _words(rows, row)):
            yield Change(PARTS[part], f"{rows.noun.capitalize()} removed", words, "")
    for row_id, row in now.items():
        if row_id not in was:
            if words := _words(rows, row):
                yield Change(PARTS[part], f"{rows.noun.capitalize()} added", "", words)
            continue
        for field, (label, value) in rows.fields.items():
            if field not in SILENT:
                place = f"{label}, {_name(row)}" if _name(row) and field not in ("text", "title") else label
                yield from _lines(PARTS[part], place, *_read(value, was[row_id][field], row[field]))
    kept = [row_id for row_id in now if row_id in was]
    if kept != [row_id for row_id in was if row_id in now]:
        yield Change(PARTS[part], f"{rows.noun.capitalize()}s", "In another order", "Moved")


def _read(value: Text, before: Any, after: Any) -> tuple[str, str]:
    old, new = value.read(before), value.read(after)
    is_other = isinstance(value, PictureId) and before and after and before != after
    return (old, "Another picture") if is_other else (old, new)


def _name(row: dict[str, Any]) -> str:
    return str(row.get("title") or row.get("text") or "")[:60]


def _words(rows: Rows, row: dict[str, Any]) -> str:
    said = [value.read(row[name]) for name, (_, value) in rows.fields.items() if name not in SILENT | {"depth", "kind"}]
    return " · ".join(word for word in said if word)


def _lines(part: str, place: str, before: str, after: str) -> Iterator[Change]:
    old, new = before.splitlines(), after.splitlines()
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if kind != "equal":
            yield from (
                Change(part, place, one, other)
                for one, other in zip_longest(old[a:b], new[c:d], fillvalue="")
                if one or other
            )
