"""How a table goes onto paper: upright, on its side, or in pieces side by side that repeat its first column."""

from dataclasses import dataclass, field

from workspaces.grids import Column
from workspaces.sheet import Sheet

#: Letters that fit beside each other on a page.
UPRIGHT, ON_ITS_SIDE = 114, 176
WIDEST_TEXT, MARK = 34, 3
REFERENCES = 16


@dataclass
class Band:
    """Columns that stand beside each other, each with the letters it takes."""

    is_wide: bool = False
    widths: dict[str, int] = field(default_factory=dict)

    @property
    def column_ids(self) -> set[str]:
        return set(self.widths)

    @property
    def width(self) -> int:
        return sum(self.widths.values())


def bands(sheet: Sheet) -> list[Band]:
    columns = sheet.grid.columns
    if not columns:
        return []
    widths = {column.id: _letters(sheet, at, column) for at, column in enumerate(columns)}
    room = REFERENCES if sheet.has_ties else 0
    if sum(widths.values()) + room <= UPRIGHT:
        return [Band(False, widths)]
    first = columns[0].id
    found = [Band(True, {first: widths[first]})]
    for column in columns[1:]:
        if found[-1].width + widths[column.id] + room > ON_ITS_SIDE and len(found[-1].widths) > 1:
            found.append(Band(True, {first: widths[first]}))
        found[-1].widths[column.id] = widths[column.id]
    return found


def _letters(sheet: Sheet, at: int, column: Column) -> int:
    cells = [row.cells[at] for row in sheet.rows]
    longest = max((len(cell.value) for cell in cells), default=0)
    title = max((len(word) for word in column.title.split()), default=0)
    ticks = max((len(cell.ticks) for cell in cells), default=0) * MARK
    said = max(longest, title, 4) if column.is_figure else min(max(longest, title, 4), WIDEST_TEXT)
    return said + ticks + 3
