"""Where the parts of a session do not say the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from workspaces.scoping import statement
from workspaces.scoping.pricing import Priced
from workspaces.scoping.shape import Document
from workspaces.scoping.written_amounts import WRITTEN_AMOUNT


@dataclass(frozen=True)
class Finding:
    """`page` is where it can be mended: the end of a page's name. `is_grave` keeps a session from being sent."""

    words: str
    page: str
    is_grave: bool = False


def findings(
    document: Document, priced: Priced, words: dict[str, str], drawn_from: dict[str, str] | None = None
) -> list[Finding]:
    """`drawn_from` has a digest of the text that each picture shows, and an empty one for those uploaded."""
    of_pictures = _of_pictures(document, drawn_from or {})
    return [*_of_text(document, words), *_of_loe(document, priced), *_of_structuring(document), *of_pictures]


def _of_pictures(document: Document, drawn_from: dict[str, str]) -> Iterator[Finding]:
    for row in document["visuals"]["pictures"]:
        name = f"“{row['title']}”" if row["title"] else "A picture without a title"
        if row["id"] not in drawn_from:
            if row["text"]:
                yield Finding(f"{name} is not drawn yet. Open Visuals, and see what its text lacks.", "visuals")
            continue
        if not row["alt"]:
            yield Finding(f"{name} is not told in words, for who cannot see it.", "visuals", is_grave=True)
        if row["text"] and drawn_from[row["id"]] not in ("", sha256(row["text"].encode()).hexdigest()):
            yield Finding(f"{name} shows an earlier text than the one beside it.", "visuals")


def _of_text(document: Document, words: dict[str, str]) -> Iterator[Finding]:
    known = {re.sub(r"\s", "", value) for value in words.values()}
    for section in statement.sections(document):
        if not section.text:
            yield Finding(f"“{section.title}” says nothing yet.", "sow")
        if section.is_stale:
            yield Finding(
                f"“{section.title}” was written by hand, and what it was drawn from has changed since. Read it again, or "
                "have it computed.", "sow",
            )  # fmt: skip
        for word in statement.WORD.findall(section.text):
            if word not in words:
                yield Finding(f"“{section.title}” names [[{word}]], which is nothing any more.", "sow", is_grave=True)
        for amount in WRITTEN_AMOUNT.findall(section.text):
            if re.sub(r"\s", "", amount) not in known:
                yield Finding(
                    f"“{section.title}” says {amount}, which the level of effort does not. Write [[fee]] instead.",
                    "sow",
                )


def _of_loe(document: Document, priced: Priced) -> Iterator[Finding]:
    yield from (Finding(problem, "loe", is_grave=True) for problem in priced.problems)
    if not priced.lines:
        yield Finding("There are no lines in the level of effort.", "loe", is_grave=True)
    for phase in priced.phases:
        if not phase.lines:
            yield Finding(f"“{phase.title or 'A phase without a name'}” has no lines.", "loe")
    if (left := priced.below_limit) is not None and left < 0:
        yield Finding("The fee is above the limit agreed.", "loe")
    if priced.total and priced.gain < 0:
        yield Finding("It costs more than it is sold for.", "loe")


def _of_structuring(document: Document) -> Iterator[Finding]:
    nodes = document["structuring"]["nodes"]
    open_ones = sum(1 for node in nodes if node["kind"] == "question" and node["state"] != "confirmed")
    unsure = sum(1 for node in nodes if node["kind"] == "assumption" and node["state"] != "confirmed")
    if open_ones:
        yield Finding(f"{open_ones} question{' is' if open_ones == 1 else 's are'} open.", "structuring")
    if unsure:
        yield Finding(f"{unsure} assumption{' is' if unsure == 1 else 's are'} to be confirmed.", "structuring")
    source = " ".join(document["structuring"]["source"].split())
    for node in nodes:
        if node["quote"] and source and " ".join(node["quote"].split()) not in source:
            yield Finding(f"The source sentence of “{node['text'][:60]}” is not in the notes.", "structuring")
