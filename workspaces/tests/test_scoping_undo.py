"""Undo of rows and figures: one's own, step by step, and never over what somebody else has written since."""

from typing import Any

import pytest

from tests.cast import Cast, Firm, signed_in
from workspaces.tests.test_scoping import page, save, stored


def press(firm: Firm, browser: Any, name: str, part: str = "loe", **data: Any) -> Any:
    return browser.post(page(firm, part, name), {"version": stored(firm).version, **data})


def rows_of(firm: Firm) -> list[tuple[str, str]]:
    return [(row["id"], row["likely"]) for row in stored(firm).loe_objects["lines"]]


@pytest.mark.django_db
def test_rows_and_figures_are_undone_and_done_again_one_by_one(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    press(ours, browser, "scoping_row_addition", place="loe.lines|l1|hours|p1", new_id="l2")
    save(browser, ours, stored(ours).version, **{"loe.lines.l2.likely": "4", "structuring.problem": "Typed beside it."})
    press(ours, browser, "scoping_row_move", place="loe.lines|l2|up")
    press(ours, browser, "scoping_row_removal", place="loe.lines|l1")
    seen = [rows_of(ours)]
    for _ in range(4):
        press(ours, browser, "scoping_undo")
        seen.append(rows_of(ours))
    assert seen == [
        [("l2", "4")], [("l2", "4"), ("l1", "10")], [("l1", "10"), ("l2", "4")], [("l1", "10"), ("l2", "")], [("l1", "10")],
    ]  # fmt: skip
    assert stored(ours).session_objects["problem"] == "Typed beside it.", "Words are the browser's to undo."
    nothing = browser.post(page(ours, "loe", "scoping_undo"), {"version": 9}, follow=True)
    assert "There is nothing of yours to undo." in nothing.text
    for _ in range(4):
        press(ours, browser, "scoping_redo")
    assert rows_of(ours) == [("l2", "4")], "What was undone by mistake is done again, all of it."

    press(ours, browser, "scoping_row_removal", "structuring", place="structuring.nodes|n1")
    press(ours, browser, "scoping_undo")
    assert stored(ours).session_objects["nodes"] == [], "A page undoes what it shows."
    press(ours, browser, "scoping_undo", "structuring")
    assert stored(ours).session_objects["nodes"][0]["text"] == "One stock figure"


@pytest.mark.django_db
def test_undo_takes_nothing_from_somebody_else(cast: Cast) -> None:
    ours, browser, other = cast.ours, signed_in(cast.ours.member), signed_in(cast.ours.admin)
    typed = {"loe.lines.l1.likely": "20", "loe.lines.l1.high": "30"}
    save(browser, ours, 1, **typed)
    press(ours, browser, "scoping_row_addition", place="loe.lines|l1|hours|p1", new_id="l2")
    save(other, ours, 3, **{"loe.lines.l1.likely": "25", "loe.lines.l2.title": "Mine now"})
    press(ours, other, "scoping_undo", place="")
    press(ours, other, "scoping_redo", place="")
    for _ in range(2):
        press(ours, browser, "scoping_undo")
    line, added = stored(ours).loe_objects["lines"]
    assert (line["likely"], line["high"], added["title"]) == ("25", "15", "Mine now")
    assert signed_in(ours.viewer).post(page(ours, "loe", "scoping_undo"), {"version": 1}).status_code == 403
