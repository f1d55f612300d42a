"""The segmented bar: plain SVG from the server, so it needs no script and no inline style."""

from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ORDER = ("done", "firm", "client", "late")
Words = dict[str, "str | Promise"]
WORDS: dict[str, Words] = {
    "firm": {"done": "accepted", "firm": "to review", "client": "with client", "late": "overdue"},
    "portal": {
        "done": gettext_lazy("accepted"),
        "firm": gettext_lazy("being checked"),
        "client": gettext_lazy("to send"),
        "late": gettext_lazy("overdue"),
    },
}
GAP = 0.35


def parts_in_order(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(turn, counts[turn]) for turn in ORDER if counts.get(turn)]


def sentence(parts: Sequence[tuple[str, int]], words: Words) -> str:
    total = sum(count for _, count in parts)
    done = dict(parts).get("done", 0)
    rest = [f"{count} {words[turn]}" for turn, count in parts if turn != "done"]
    of_all = _("%(done)s of %(total)s") % {"done": done, "total": total}
    return ", ".join([f"{of_all} {words['done']}", *rest])


def bar(parts: Sequence[tuple[str, int]], label: str) -> SafeString:
    return format_html(
        '<svg class="tk-seg" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="bg" width="100" height="8"/>{}</svg>',
        label,
        format_html_join("", '<rect data-turn="{}" x="{}" width="{}" height="8"/>', _segments(parts)),
    )


def key(parts: Iterable[tuple[str, int]], words: Words) -> SafeString:
    rows = ((turn, count, words[turn]) for turn, count in parts)
    items = format_html_join("", '<li data-turn="{}">{} {}</li>', rows)
    return format_html('<ul class="tk-key mt-2">{}</ul>', items)


def _segments(parts: Sequence[tuple[str, int]]) -> Iterable[tuple[str, str, str]]:
    total, start = sum(count for _, count in parts), 0.0
    for turn, count in parts:
        width = 100 * count / total
        gap = GAP if start else 0
        yield turn, f"{start + gap:.2f}", f"{width - gap:.2f}"
        start += width
