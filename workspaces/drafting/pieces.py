"""What can be suggested: a text for a place, or a new line. What comes from elsewhere is taken apart and checked here."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from workspaces.scoping.shape import NODE_KINDS, Document
from workspaces.scoping.values import storable

Piece = dict[str, str]
TEXTS = {"problem": "Problem", "outcome": "Outcome"}
KINDS = dict(NODE_KINDS)
MOST_LINES, LONGEST = 200, 1000


def pieces(said: Mapping[str, Any], document: Document) -> list[Piece]:
    """Those that would change something. `said` has problem, outcome and lines of kind, text and quote."""
    structuring = document["structuring"]
    return [*_texts(said, structuring), *_lines(said, structuring)]


def _texts(said: Mapping[str, Any], structuring: dict[str, Any]) -> Iterator[Piece]:
    for name, label in TEXTS.items():
        text = _words(said.get(name))
        if text and text != structuring[name].strip():
            yield {
                "id": _id(name, text), "place": f"structuring.{name}", "label": label, "before": structuring[name],
                "text": text,
            }  # fmt: skip


def _lines(said: Mapping[str, Any], structuring: dict[str, Any]) -> Iterator[Piece]:
    lines = said.get("lines")
    known = {_plain(node[name]) for node in structuring["nodes"] for name in ("text", "quote") if node[name]}
    notes = " ".join(structuring["source"].split())
    for line in (lines if isinstance(lines, list) else [])[:MOST_LINES]:
        if not isinstance(line, dict) or not (text := _words(line.get("text"))):
            continue
        kind, quote = line.get("kind"), _words(line.get("quote"))
        if not isinstance(kind, str) or kind not in KINDS or {_plain(text), _plain(quote)} & known:
            continue
        known.add(_plain(text))
        yield {
            "id": _id(kind, text), "place": "structuring.nodes", "label": KINDS[kind], "before": "", "kind": kind,
            "text": text, "quote": quote if quote and quote in notes else "",
        }  # fmt: skip


def _words(value: Any) -> str:
    """In one line; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    return " ".join(storable(value).split())[:LONGEST]


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(".")


def _id(kind: str, text: str) -> str:
    """The same suggestion has the same id, so that taking it twice adds nothing."""
    return sha256(f"{kind} {text}".encode("utf-8", "replace")).hexdigest()[:10]
