"""What a paper says, whatever its kind: texts, a grid, the items of a checklist; and the hash that signatures bind to."""

import json
from hashlib import sha256
from typing import Any

from workspaces import grids
from workspaces.amounts import digits_of
from workspaces.grids import Grid
from workspaces.models import Workpaper
from workspaces.paper_text import TEXTS, ticks_in

ANSWERS = {"": "Not answered", "yes": "Yes", "no": "No", "na": "Not applicable"}


def blank(kind: str) -> dict[str, Any]:
    """What a new paper of this kind starts with."""
    if kind == Workpaper.Kind.SCHEDULE:
        return {"grid": grids.blank()}
    if kind == Workpaper.Kind.CHECKLIST:
        return {"items": []}
    return {}


def grid_of(paper: Workpaper) -> Grid:
    return grids.read(paper.body, digits_of(paper.binder.currency))


def tick_ids(body: dict[str, Any]) -> list[str]:
    """Every mark the paper uses, in the order of its first use. A key that is none of the legend's stands as “?key”."""
    in_grid = [
        tick
        for row in (body.get("grid") or {}).get("rows", [])
        for cell in row["cells"].values()
        for tick in cell.get("ticks", [])
    ]
    return list(dict.fromkeys([*in_grid, *(tick for text in texts(body) for tick in sorted(ticks_in(text)))]))


def texts(body: dict[str, Any]) -> list[str]:
    notes = [item.get("note", "") for item in body.get("items", [])]
    return [body[name] for name in TEXTS if body.get(name)] + [note for note in notes if note]


def content_hash(paper: Workpaper) -> str:
    """Of what is vouched for: not of the reference, which may change without a word of the paper changing."""
    said = {"kind": paper.kind, "title": paper.title, "body": paper.body, "document": str(paper.document_id or "")}
    written = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(written.encode()).hexdigest()
