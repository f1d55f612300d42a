"""Taking back what one has done on a page: rows added, removed and moved, and figures of the level of effort.

A step says what stood there before and after. It is turned back place by place, where still stands what it left: what
somebody else has written since stays. Long texts are no steps: a browser undoes its own typing, and there is the history.
"""

from collections.abc import Iterator
from typing import Any

from workspaces.scoping import shape
from workspaces.scoping.shape import Document

#: Of all members together; what came before is in the history.
MOST = 40
#: What a page shows, and so what can be undone on it.
SHOWN = {
    "structuring": ("structuring.", "loe.phases"), "sow": ("sow.",), "loe": ("loe.",), "visuals": ("visuals.",)
}  # fmt: skip

Step = dict[str, Any]


def remembered(steps: list[Step], before: Document, after: Document, by: str) -> list[Step]:
    """With what changed just now as the newest. What this member had undone cannot be done again after it."""
    step = {"places": _places(before, after), "lists": dict(_lists(before, after))}
    if not any(step.values()):
        return steps
    kept = [one for one in steps if one["by"] != by or not one["undone"]]
    return [*kept, {"by": by, "undone": False, **step}][-MOST:]


def next_step(steps: list[Step], part: str, by: str, *, undone: bool) -> Step | None:
    """What is undone next, or, of what is undone already, done again next."""
    mine = [step for step in steps if step["by"] == by and step["undone"] == undone and _is_shown(step, part)]
    if not mine:
        return None
    return mine[0] if undone else mine[-1]


def turn(document: Document, step: Step, *, back: bool) -> list[str]:
    """Undo the step in the document, or do it again. The places that were written."""
    return [*_turn_lists(document, step["lists"], back), *_turn_places(document, step["places"], back)]


def removal_of(steps: list[Step], path: str, row_id: str) -> Step | None:
    """The step that took one row away last, and nothing else of what it may have done."""
    for step in reversed(steps):
        change = step["lists"].get(path, {"rows": [[], []]})
        gone = change["rows"][1 if step["undone"] else 0]
        if row := next((row for row in gone if row["id"] == row_id), None):
            return removal(path, row, change["orders"][1 if step["undone"] else 0])
    return None


def removal(path: str, row: dict[str, Any], order: list[str]) -> Step:
    """The step that took a row away from among others, so that it can be turned back."""
    left = [row_id for row_id in order if row_id != row["id"]]
    return {"places": {}, "lists": {path: {"orders": [order, left], "rows": [[row], []]}}}


def _is_shown(step: Step, part: str) -> bool:
    return any(path.startswith(SHOWN[part]) for path in (*step["places"], *step["lists"]))


def _places(before: Document, after: Document) -> dict[str, list[Any]]:
    was = dict(shape.places({"loe": before["loe"]}))
    return {
        path: [was[path], value]
        for path, value in shape.places({"loe": after["loe"]})
        if path in was and was[path] != value
    }


def _lists(before: Document, after: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of each list whose rows are others now, or stand in another order: the order, and the rows themselves."""
    for part, lists in shape.ROWS.items():
        for name in lists:
            old, new = before[part][name], after[part][name]
            was, now = [row["id"] for row in old], [row["id"] for row in new]
            if was != now:
                gone, came = [r for r in old if r["id"] not in now], [r for r in new if r["id"] not in was]
                yield f"{part}.{name}", {"orders": [was, now], "rows": [gone, came]}


def _turn_places(document: Document, places: dict[str, list[Any]], back: bool) -> Iterator[str]:
    for path, pair in places.items():
        wanted, left = pair if back else reversed(pair)
        holder, name = shape.holder(document, path), path.rpartition(".")[2]
        if holder is not None and holder[name] == left:
            holder[name] = wanted
            yield path


def _turn_lists(document: Document, lists: dict[str, Any], back: bool) -> Iterator[str]:
    for path, change in lists.items():
        wanted, left = change["orders"] if back else reversed(change["orders"])
        returning, going = change["rows"] if back else reversed(change["rows"])
        rows, found = shape.rows_of(document, path)
        found[:] = [row for row in found if row not in going]
        for row in returning:
            if len(found) < rows.most and row["id"] not in {other["id"] for other in found}:
                found.insert(_place(found, row["id"], wanted), dict(row))
                yield from (f"{path}.{row['id']}.{name}" for name in rows.fields)
        if sorted(row["id"] for row in found) == sorted(wanted) and not _moved_since(found, left):
            found.sort(key=lambda row: wanted.index(row["id"]))


def _place(found: list[dict[str, Any]], row_id: str, order: list[str]) -> int:
    """After the nearest row that stood before it and is still there."""
    before = order[: order.index(row_id)]
    return max((at + 1 for at, row in enumerate(found) if row["id"] in before), default=0)


def _moved_since(found: list[dict[str, Any]], left: list[str]) -> bool:
    kept = [row["id"] for row in found if row["id"] in left]
    return kept != [row_id for row_id in left if row_id in kept]
