"""The texts of a statement of work as blocks: headings, paragraphs, points, numbered points and tables, with words in bold.

They are written with the marks of Markdown, and nothing of them is ever HTML.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

#: Bounded, for texts of many opening marks and no closing one.
BOLD = re.compile(r"\*\*(?=\S)(.{1,1000}?)(?<=\S)\*\*")
#: The first that fits decides what a line is; what is not its mark is what it says.
LINES = (
    ("heading", re.compile(r"\s*#{1,6}\s+(.*)")), ("points", re.compile(r"\s*[-•]\s+(.*)")),
    ("numbers", re.compile(r"\s*(\d{1,3}[.)]\s+.*)")), ("table", re.compile(r"\s*\|(.*?)\|?\s*")),
)  # fmt: skip
#: What stands below the head of a table, and says nothing.
RULE = frozenset("-|: ")

Run = dict[str, Any]
Block = dict[str, Any]


def blocks(text: str) -> list[Block]:
    """Each with `lines` of runs; those of a table have `rows` of cells of runs, the first of them its head."""
    found = (_line(line) for line in text.splitlines())
    grouped = groupby(found, lambda pair: pair[0])
    made = (_block(kind, [said for _, said in lines]) for kind, lines in grouped if kind)
    return [block for block in made if block["lines"] or block.get("rows")]


def _line(line: str) -> tuple[str, str]:
    for kind, mark in LINES:
        if (said := mark.fullmatch(line)) and said[1].strip():
            return kind, said[1].strip()
    return ("text" if line.strip() else ""), line.strip()


def _block(kind: str, lines: list[str]) -> Block:
    if kind == "numbers":
        return _numbered(lines)
    if kind != "table":
        return {"kind": kind, "lines": [runs(line) for line in lines]}
    rows = [[runs(cell.strip()) for cell in line.split("|")] for line in lines if not RULE.issuperset(line)]
    width = max((len(row) for row in rows), default=0)
    return {"kind": kind, "lines": [], "rows": [[*row, *[[]] * (width - len(row))] for row in rows]}


def _numbered(lines: list[str]) -> Block:
    """Each line keeps its number, for it may be the day of a date; where all have the same they are counted."""
    numbers = [int(re.split(r"[.)]", line)[0]) for line in lines]
    if len(set(numbers)) == 1:
        numbers = [numbers[0] + at for at in range(len(lines))]
    said = [runs(re.split(r"[.)]", line, maxsplit=1)[1].strip()) for line in lines]
    return {"kind": "numbers", "lines": said, "items": list(zip(numbers, said, strict=True))}


def runs(line: str) -> list[Run]:
    return list(_runs(line))


def _runs(line: str) -> Iterator[Run]:
    """`BOLD` splits into what is plain and what is bold, by turns."""
    for at, piece in enumerate(BOLD.split(line)):
        if piece:
            yield {"text": piece, "is_bold": at % 2 == 1}


def is_marked(text: str) -> bool:
    """Whether it reads otherwise than it stands in a field: words for figures, and marks."""
    return "[[" in text or any(
        block["kind"] != "text" or any(run["is_bold"] for line in block["lines"] for run in line)
        for block in blocks(text)
    )


def words(text: str) -> int:
    """As a person counts them: marks alone are none."""
    return sum(1 for word in text.split() if any(letter.isalnum() for letter in word))
