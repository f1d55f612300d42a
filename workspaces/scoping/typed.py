"""What a page's form shows at each place of the document, and what comes back from it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.http import QueryDict

from workspaces.scoping import shape, statement
from workspaces.scoping.saving import Change
from workspaces.scoping.shape import Document
from workspaces.scoping.values import Choice

PREFIX = "at."
LARGEST = 2**31


@dataclass(frozen=True)
class Place:
    """One control. `value` is what stands in it, whatever was typed there last."""

    path: str
    label: str
    value: str
    error: str = ""
    options: tuple[tuple[str, str], ...] = ()
    most: int = 0
    #: What a browser may offer for it: a calendar, or the keys for figures.
    input: str = ""
    #: Who wrote here last.
    by: str = ""

    @property
    def name(self) -> str:
        return PREFIX + self.path

    @property
    def id(self) -> str:
        return self.path.replace(".", "-")


class Typed:
    """The places of a document as a form shows them: what is stored, or what was typed and could not be saved."""

    def __init__(
        self,
        document: Document,
        typed: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
        writers: Mapping[str, str] | None = None,
    ):
        self.document, self.typed, self.errors = document, typed or {}, errors or {}
        self.writers = writers or {}
        self.drawn: dict[str, str] = {}

    def __getitem__(self, path: str) -> Place:
        label, value = shape.value_at(path)
        holder = shape.holder(self.document, path) or {}
        stored = value.typed(holder.get(path.rpartition(".")[2], value.blank))
        if path.startswith("sow.sections.") and path.endswith(".text"):
            stored = stored or statement.computed(self.document, path.split(".")[2])
        self.drawn[path] = stored
        options = value.options if isinstance(value, Choice) else ()
        return Place(
            path,
            label,
            self.typed.get(path, stored),
            self.errors.get(path, ""),
            options,
            value.most,
            value.input,
            self.writers.get(path, ""),
        )

    def row(self, path: str, row: Mapping[str, Any]) -> dict[str, Any]:
        rows, _ = shape.rows_of(self.document, path)
        return {"id": row["id"]} | {name: self[f"{path}.{row['id']}.{name}"] for name in rows.fields}

    def rows(self, path: str) -> list[dict[str, Any]]:
        return [self.row(path, row) for row in shape.rows_of(self.document, path)[1]]

    def fields(self, part: str) -> dict[str, Place]:
        return {name: self[f"{part}.{name}"] for name in shape.FIELDS[part]}

    @property
    def was(self) -> str:
        """What was drawn, in short, so that without scripts a form says by itself what somebody changed in it."""
        return json.dumps({path: digest(text) for path, text in self.drawn.items()}, separators=(",", ":"))


def digest(text: str) -> str:
    return sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:10]


def typed_in(post: QueryDict) -> dict[str, str]:
    return {name.removeprefix(PREFIX): str(value) for name, value in post.items() if name.startswith(PREFIX)}


def changes_in(post: QueryDict) -> list[Change]:
    """What somebody changed. `version` says what they had seen, `base` where it was something newer or older."""
    was, base, version = _map(post.get("was")), _map(post.get("base")), number(post.get("version"))
    return [
        Change(path, typed, number(base.get(path, version)))
        for path, typed in typed_in(post).items()
        if was.get(path) != digest(typed)
    ]


def applied(document: Document, changes: Iterable[Change]) -> Document:
    """A copy of the document with what is typed, where it can be read: for figures shown before anything is saved."""
    copied = shape.completed(document)
    for change in changes:
        try:
            holder = shape.holder(copied, change.path)
            parsed = shape.value_at(change.path)[1].parse(change.typed)
        except (KeyError, ValueError):
            continue
        if holder is not None:
            holder[change.path.rpartition(".")[2]] = parsed
    return copied


def number(text: Any) -> int:
    found = int(text) if str(text).isascii() and str(text).isdecimal() and len(str(text)) < 11 else 0
    return found if found < LARGEST else 0


def _map(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
