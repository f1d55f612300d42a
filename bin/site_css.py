"""Stylesheets without what nobody uses: of Tabler's rules those whose classes are used, and of all rules the public site's.

A rule stays if every class in its selector is a word somewhere in what draws the pages, or begins as a class that is put
together there: rather one too many than one too few. `python -m bench.vitals` says what comes of it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

#: What a class that is put together begins with: `avatar-{{`, `f"tone-{`, `row-${`, `"item-" +`.
BEGINNING = re.compile(r"""([A-Za-z][A-Za-z0-9-]*-)(?:\$?\{|["'`]\s*\+)""")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
CLASS = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)")
NEGATED = re.compile(r":(?:not|where)\([^()]*(?:\([^()]*\)[^()]*)*\)")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
VARIABLE = re.compile(r"var\((--[\w-]+)")
#: Blocks that hold rules; the others (fonts, key frames) are kept or dropped whole.
NESTED = ("@media", "@supports", "@layer", "@container")
DROPPED = ("@keyframes", "@-webkit-keyframes", "@page")
#: Of Tabler, so far apart from our pages that their states need not be carried.
FOREIGN = ("[data-bs-theme-", "[dir=rtl]", "[data-bs-popper", "::-webkit-calendar", "[data-vc-", "[data-vc=")


class Used:
    """The words of some files, and the beginnings of words put together there."""

    def __init__(self, sources: list[Path]) -> None:
        texts = [path.read_text() for path in sources]
        self.words = {word for text in texts for word in WORD.findall(text)}
        self.beginnings = tuple({found for text in texts for found in BEGINNING.findall(text)})

    def __contains__(self, name: str) -> bool:
        return name in self.words or name.startswith(self.beginnings)


def site_css(css: str, sources: list[Path]) -> str:
    return without_idle_variables(used_css(css, sources))


def used_css(css: str, sources: list[Path]) -> str:
    return "".join(filtered(COMMENT.sub("", css), Used(sources)))


def filtered(css: str, used: Used) -> Iterator[str]:
    for head, body in blocks(css):
        if head.startswith(NESTED):
            if inner := "".join(filtered(body, used)):
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            if not head.startswith(DROPPED):
                yield f"{head}{{{body}}}" if body is not None else f"{head};"
        elif wanted := [one.strip() for one in parts(head) if is_used(one, used)]:
            yield f"{','.join(wanted)}{{{body.strip()}}}\n"


def is_used(selector: str, used: Used) -> bool:
    if any(foreign in selector for foreign in FOREIGN):
        return False
    return all(name in used for name in CLASS.findall(NEGATED.sub("", selector)))


def parts(selector: str) -> list[str]:
    """Split at commas, but for those inside brackets."""
    found, depth = [""], 0
    for letter in selector:
        depth += letter in "(["
        depth -= letter in ")]"
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return found


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """Each rule's head and what stands between its braces; strings may hold braces of their own."""
    at, end = 0, len(css)
    while at < end:
        opening = next_of(css, "{;", at)
        if opening < 0:
            return
        head = css[at:opening].strip()
        if css[opening] == ";":
            at = opening + 1
            continue
        depth, here = 1, opening + 1
        while depth:
            here = next_of(css, "{}", here)
            depth += 1 if css[here] == "{" else -1
            here += 1
        yield head, css[opening + 1 : here - 1]
        at = here


def next_of(css: str, wanted: str, at: int) -> int:
    quote = ""
    for here in range(at, len(css)):
        letter = css[here]
        if quote:
            quote = "" if letter == quote and css[here - 1] != "\\" else quote
        elif letter in "\"'":
            quote = letter
        elif letter in wanted:
            return here
    return -1


def without_idle_variables(css: str) -> str:
    """Custom properties nobody reads, again and again until none is left: Tabler declares hundreds."""
    while True:
        read = set(VARIABLE.findall(css))
        shorter = re.sub(
            r"(?<=[{;])\s*(--[\w-]+):(?:[^;{}\"']|\"[^\"]*\"|'[^']*')*(?:;|(?=\}))",
            lambda found: found[0] if found[1] in read else "",  # noqa: B023 (used at once)
            css,
        )
        if shorter == css:
            return css
        css = shorter
