"""What is marked between two wordings: the words that differ, and at once, however long and alike the texts are."""

import time

from workspaces.scoping import comparing, shape
from workspaces.scoping.marking import marked


def test_in_a_long_text_the_one_word_that_differs_is_marked() -> None:
    words = [f"word{number % 90} of the work" for number in range(100)]
    before, after = " ".join([*words, "seven files", *words]), " ".join([*words, "nine files", *words])
    cut, come = marked(before, after)
    assert (cut.count("<del>"), come.count("<ins>")) == (1, 1)
    assert "<del>seven</del> files" in cut and "<ins>nine</ins> files" in come


def test_texts_that_repeat_themselves_are_compared_at_once() -> None:
    begun = time.monotonic()
    marked("a " * 1400, "b a " * 700)
    old, new = shape.blank(), shape.blank()
    old["structuring"]["source"], new["structuring"]["source"] = "\n" * 40_000, "x\n" + "\n" * 20_000 + "y"
    assert [change.after for change in comparing.changes(old, new)] == ["x", "y"]
    assert time.monotonic() - begun < 4
