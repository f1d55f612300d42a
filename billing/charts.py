"""Charts as SVG drawn here: no script, good on paper; a reader of the screen has the title, the finding and a table beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from billing.amounts import number

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 720, 52, 12, 22, 30
#: How the lines of a grid may lie: 1, 2 or 5 times a power of ten, about four of them.
STEPS, LINES = (1, 2, 5), 4


@dataclass(frozen=True)
class Bar:
    label: str
    parts: Sequence[Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.parts, Decimal(0))


@dataclass(frozen=True)
class Scale:
    """From values to places on the page."""

    top: int
    step: int
    height: int

    @classmethod
    def to(cls, most: Decimal, height: int) -> "Scale":
        step, power = 1, 1
        while step * LINES < most:
            step = next((s * power for s in STEPS if s * power * LINES >= most), 0)
            if not step:
                power, step = power * 10, STEPS[-1] * power
        return cls((int(most / step) + 1) * step, step, height)

    def y(self, value: Decimal | int) -> str:
        room = self.height - TOP - BOTTOM
        return f"{TOP + room - room * Decimal(value) / self.top:.1f}"

    def grid(self) -> SafeString:
        values = range(0, self.top + 1, self.step)
        return format_html_join(
            "",
            '<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
            (
                ("axis" if value == 0 else "grid", LEFT, WIDTH - RIGHT, self.y(value), self.y(value), LEFT - 8,
                 f"{float(self.y(value)) + 4:.1f}", number(value))
                for value in values
            ),
        )  # fmt: skip

    def limit(self, value: int, words: str) -> SafeString:
        return format_html(
            '<line class="limit" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="limit-t" x="{}" y="{}">{}</text>',
            LEFT, WIDTH - RIGHT, self.y(value), self.y(value), LEFT + 6, f"{float(self.y(value)) - 6:.1f}", words,
        )  # fmt: skip


def _chart(id: str, height: int, title: str, finding: str, *content: SafeString) -> SafeString:
    return format_html(
        '<svg class="tk-chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
        WIDTH, height, id, id, id, title, id, finding, format_html_join("", "{}", ((each,) for each in content)),
    )  # fmt: skip


def bars(
    id: str, rows: Sequence[Bar], names: Sequence[str], *, title: str, finding: str, pace: int | None
) -> SafeString:
    """Stacked, one bar a week; `pace` is a line across."""
    height = 240
    scale = Scale.to(max([row.total for row in rows] + [Decimal(pace or 0), Decimal(1)]), height)
    wide = Decimal(WIDTH - LEFT - RIGHT) / len(rows)
    drawn = [_bar(row, names, scale, LEFT + index * wide + wide / 5, wide * 3 / 5) for index, row in enumerate(rows)]
    labels = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        ((f"{LEFT + index * wide + wide / 2:.1f}", height - 10, row.label) for index, row in enumerate(rows)),
    )
    line = [scale.limit(pace, f"Weekly pace of the plan, {number(pace)}")] if pace else []
    return _chart(id, height, title, finding, scale.grid(), *drawn, labels, *line)


def _bar(row: Bar, names: Sequence[str], scale: Scale, x: Decimal, width: Decimal) -> SafeString:
    pieces, under = [], Decimal(0)
    for place, (name, part) in enumerate(zip(names, row.parts, strict=True), start=1):
        if part:
            top = scale.y(under + part)
            high = f"{float(scale.y(under)) - float(top):.1f}"
            pieces.append((place, f"{x:.1f}", top, f"{width:.1f}", high, row.label, name, number(part)))
        under += part
    rect = '<rect class="bar k{}" x="{}" y="{}" width="{}" height="{}"><title>{}: {} {}</title></rect>'
    return format_html_join("", rect, pieces)


def rising(
    id: str, points: Sequence[tuple[int, Decimal]], days: int, marks: Sequence[tuple[int, str]], *,
    title: str, finding: str, limit: int | None,
) -> SafeString:  # fmt: skip
    """What adds up from the first day to today; on from there, dotted, at the same pace, as far as the paper goes."""
    height, (day, used) = 220, points[-1]
    scale = Scale.to(max(used * Decimal("1.2"), Decimal(limit or 0) * Decimal("1.2"), Decimal(1)), height)

    def x(at: int | Decimal) -> str:
        return f"{LEFT + Decimal(WIDTH - LEFT - RIGHT) * at / days:.1f}"

    path = "M" + " L".join(f"{x(at)} {scale.y(value)}" for at, value in points)
    is_over = limit is not None and used >= limit
    said = f"{number(used)}{', limit reached' if is_over else ' today'}"
    anchor = "start" if day < days / 8 else "end" if day > days * 7 / 8 else "middle"
    here = format_html(
        '<path class="line" d="{}"/><circle class="bar" cx="{}" cy="{}" r="4"/>'
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        path, x(day), scale.y(used), x(day), f"{min(float(scale.y(used)) + 20, height - BOTTOM - 6):.1f}", anchor, said,
    )  # fmt: skip
    labels = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        ((x(at), height - 10, "start" if at == 0 else "end" if at == days else "middle", text) for at, text in marks),
    )
    line = [scale.limit(limit, f"Plan limit {number(limit)}")] if limit else []
    return _chart(
        id, height, title, finding, scale.grid(), *line, *_onwards(scale, day, used, days, x, is_over), here, labels
    )


def _onwards(scale: Scale, day: int, used: Decimal, days: int, x: object, is_over: bool) -> list[SafeString]:
    if is_over or not used or day == 0 or day >= days or not callable(x):
        return []
    end, at = used / day * days, Decimal(days)
    if end > scale.top:
        at = Decimal(day) + (Decimal(scale.top) - used) * day / used
        end = Decimal(scale.top)
    line = '<path class="line k2" stroke-dasharray="2 4" d="M{} {} L{} {}"/>'
    return [format_html(line, x(day), scale.y(used), x(at), scale.y(end))]
