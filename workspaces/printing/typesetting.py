"""Pages of workpapers and of scoping sessions, from the templates in `typst/`."""

from pathlib import Path
from typing import Any

from look.typesetting import TypesettingFailed, set_pages

__all__ = ["TypesettingFailed", "pdf"]

TEMPLATES = Path(__file__).with_name("typst")
#: Tags tell a screen reader what is a heading and what a table. They cost memory for every cell of a table, so a book of
#: more cells is set without: 400 schedules of 60 lines are below it, the leads of 20,000 accounts above. Bookmarks lead to
#: every paper in both.
MOST_TAGGED = 60_000


def pdf(data: dict[str, Any], *, template: str = "pages") -> bytes:
    """`template` is the file in `typst/`; what it needs to know is in `data`."""
    return set_pages(data, TEMPLATES / f"{template}.typ", is_tagged=_cells(data) <= MOST_TAGGED)


def _cells(data: dict[str, Any]) -> int:
    tables = (table for paper in data.get("papers", ()) for table in paper["tables"])
    ledger = data.get("ledger") or {"sections": []}
    listed = sum(len(section["rows"]) * 6 for section in ledger["sections"])
    return listed + sum(len(table["columns"]) * len(table["rows"]) for table in tables)
