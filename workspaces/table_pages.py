"""A long table a hundred rows at a time: from a row the address names, or those that hold some words. Its total, which is
of all rows, stands below every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from workspaces.grids import Grid, Row

PER_PAGE = 100
#: A table of this many rows is read as one.
WHOLE = 150


@dataclass(frozen=True)
class TablePage:
    """`places` of the rows to draw; the total's last. `count` and `matching` are without the total."""

    places: list[int]
    count: int
    matching: int
    first: int = 0
    is_part: bool = False
    find: str = ""
    previous: str = ""
    next: str = ""

    @property
    def words(self) -> str:
        if self.find:
            shown = f", the first {PER_PAGE} shown" if self.matching > PER_PAGE else ""
            return f"{self.matching:,} of {self.count:,} rows hold “{self.find}”{shown}"
        return f"Rows {self.first + 1:,} to {min(self.first + PER_PAGE, self.count):,} of {self.count:,}"


def table_page(grid: Grid, asked: Mapping[str, str]) -> TablePage:
    """`asked`: `row`, an id that is on the page; `find`, words of the rows."""
    total = [len(grid.rows) - 1] if grid.rows and grid.rows[-1].kind == "total" else []
    count = len(grid.rows) - len(total)
    if count <= WHOLE:
        return TablePage(list(range(len(grid.rows))), count, count)
    if find := asked.get("find", "").replace("\0", "").strip()[:80]:
        found = [at for at, row in enumerate(grid.rows[:count]) if _holds(row, find.casefold())]
        return TablePage([*found[:PER_PAGE], *total], count, len(found), is_part=True, find=find)
    first = _place(grid, asked.get("row", ""), count) // PER_PAGE * PER_PAGE
    last = min(first + PER_PAGE, count)
    return TablePage(
        [*range(first, last), *total], count, count, first, is_part=True,
        previous=_from(grid, first - PER_PAGE) if first else "", next=_from(grid, last) if last < count else "",
    )  # fmt: skip


def _holds(row: Row, words: str) -> bool:
    return any(words in cell.text.casefold() for cell in row.cells.values() if cell.text)


def _place(grid: Grid, row_id: str, count: int) -> int:
    """The total's page is the last one; a row that is gone is on the first."""
    return min(grid.row_ids.index(row_id), count - 1) if row_id in grid.row_ids else 0


def _from(grid: Grid, place: int) -> str:
    return f"?{urlencode({'row': grid.rows[place].id})}#sheet"
