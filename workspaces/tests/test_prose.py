"""The marks of a statement of work: what they make of a text, and that a text of nothing but marks is read at once."""

import time

from workspaces.scoping import prose


def plain(block: prose.Block) -> list[str]:
    return ["".join(f"*{run['text']}*" if run["is_bold"] else run["text"] for run in line) for line in block["lines"]]


def test_a_text_is_read_as_headings_points_numbers_tables_and_paragraphs() -> None:
    text = (
        "## What we do\nWe move **the stock**.\nAll of it.\n\n- one\n- **two\n1. first\n2) second\n"
        "| No. | What |\n|---|---|\n| D1 | **Maps** | more |\n<b>5 * 3</b>"
    )
    found = prose.blocks(text)
    assert [(block["kind"], plain(block)) for block in found if block["kind"] != "table"] == [
        ("heading", ["What we do"]), ("text", ["We move *the stock*.", "All of it."]), ("points", ["one", "**two"]),
        ("numbers", ["first", "second"]), ("text", ["<b>5 * 3</b>"]),
    ]  # fmt: skip
    assert [number for number, _ in prose.blocks("1. a\n1. b\n1. c")[0]["items"]] == [1, 2, 3]
    assert [number for number, _ in prose.blocks("5. März\n12. April")[0]["items"]] == [5, 12], "Days of dates."
    assert prose.blocks("|---|") == []
    (table,) = (block for block in found if block["kind"] == "table")
    rows = [["".join(run["text"] for run in cell) for cell in row] for row in table["rows"]]
    assert rows == [["No.", "What", ""], ["D1", "Maps", "more"]], "Every row is as wide as the widest."
    assert prose.words("- Two words, [[fee]] – **three**") == 4
    assert prose.is_marked("- a") and prose.is_marked("[[fee]]") and not prose.is_marked("We do\nit.")


def test_a_text_of_nothing_but_marks_is_read_at_once() -> None:
    begun = time.monotonic()
    for text in ("**a " * 5000, "-" * 20_000, "|" * 20_000, "| - " * 5000 + "x", "#" * 20_000):
        prose.blocks(text)
    assert time.monotonic() - begun < 2
