"""The prose of a paper: Markdown in which [[C-2.1]] names a paper and [[tick a]] a mark of the legend.

Both are kept by id, so a renumbered paper or a mark with a new key is named rightly everywhere without a change of text.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from workspaces.models import Tickmark, Workpaper

TYPED_TICK = re.compile(r"\[\[\s*tick\s+([^\]\s]{1,20})\s*\]\]", re.IGNORECASE)
TYPED_PAPER = re.compile(r"\[\[\s*([A-Za-z]{1,3}(?:-[0-9.]{1,24})?)\s*\]\]")
KEPT = re.compile(r"\[\[(paper|tick):([0-9a-f-]{36})\]\]")
#: Where a mark or a reference is to stand in the sanitised page; never typed by a person.
PLACE = re.compile("\ue000(paper|tick):([0-9a-f-]{36})\ue001")
TAGS = {
    "p", "br", "h3", "h4", "h5", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "hr", "a", "table",
    "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
TEXTS = ("purpose", "work", "conclusion")


def kept(text: str, papers: Iterable[Workpaper], ticks: Iterable[Tickmark]) -> str:
    """As typed, with ids in the place of the references and keys that are known; the others stay as they are."""
    by_reference = {paper.reference: paper.pk for paper in papers}
    by_code = {tick.code.lower(): tick.pk for tick in ticks}

    def tick(found: re.Match[str]) -> str:
        pk = by_code.get(found[1].lower())
        return f"[[tick:{pk}]]" if pk else found[0]

    def paper(found: re.Match[str]) -> str:
        pk = by_reference.get(found[1].upper())
        return f"[[paper:{pk}]]" if pk else found[0]

    return TYPED_PAPER.sub(paper, TYPED_TICK.sub(tick, text))


def typed(text: str, papers: Iterable[Workpaper], ticks: Iterable[Tickmark]) -> str:
    """For editing: references and keys in the place of ids."""
    references = {str(paper.pk): paper.reference for paper in papers}
    codes = {str(tick.pk): tick.code for tick in ticks}

    def said(found: re.Match[str]) -> str:
        if found[1] == "paper":
            return f"[[{references[found[2]]}]]" if found[2] in references else found[0]
        return f"[[tick {codes[found[2]]}]]" if found[2] in codes else found[0]

    return KEPT.sub(said, text)


def ticks_in(text: str) -> set[str]:
    return {pk for kind, pk in KEPT.findall(text) if kind == "tick"}


def papers_in(text: str) -> set[str]:
    return {pk for kind, pk in KEPT.findall(text) if kind == "paper"}


def unknown_in(text: str) -> list[str]:
    """What was typed as a mark or a reference and is none."""
    return [found[0] for found in [*TYPED_TICK.finditer(text), *TYPED_PAPER.finditer(text)]]


def tokens(text: str) -> list[Token]:
    """The parsed text, without what stands in a text for a place and was typed by a person."""
    return _markdown.parse(_plain(text))


def _plain(text: str) -> str:
    return text.replace("\ue000", "").replace("\ue001", "")


def drawn(text: str, draw: Callable[[str, str], str]) -> SafeString:
    """Sanitised HTML; `draw(kind, id)` makes what stands for a paper or a mark."""
    clean = nh3.clean(
        _markdown.render(_plain(text)), tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}}, url_schemes={"http", "https", "mailto"},
    )  # fmt: skip
    return mark_safe(PLACE.sub(lambda found: draw(found[1], found[2]), clean))  # noqa: S308


def _place(state: StateInline, silent: bool) -> bool:
    found = KEPT.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.push("text", "", 0).content = f"\ue000{found[1]}:{found[2]}\ue001"
    state.pos = found.end()
    return True


def _lower_headings(state: Any) -> None:
    """The paper has h1 and h2 of its own."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 5)}"


_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_markdown.inline.ruler.before("link", "paper_place", _place)
_markdown.core.ruler.push("lower_headings", _lower_headings)
