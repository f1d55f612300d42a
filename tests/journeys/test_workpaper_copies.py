"""Workpapers in the browser: cells from a spreadsheet, a note that turns up by itself, and copies to take away."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.test_workpapers import add_schedule, enter, make_binder

PASTE = """([field, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def paste(page: Page, cell: str, text: str) -> None:
    field = page.locator(f"input[name=cell-{cell}]")
    field.focus()
    page.evaluate(PASTE, [field.element_handle(), text])


def test_cells_are_pasted_and_taken_back_and_a_note_turns_up_by_itself(person: Callable[..., Page]) -> None:
    preparer, reviewer = enter(person, "tomasz"), enter(person, "maya")
    add_schedule(preparer, make_binder(preparer, "Kestrel, pasted"))
    first = preparer.locator("input[name=cell-r1-c1]")
    paste(preparer, "r1-c1", "Flour\t1,200.50\nSalt\t(20)")
    expect(preparer.locator("input[name=cell-r2-c2]")).to_have_value("(20)")
    preparer.keyboard.press("Control+z")
    expect(first).to_have_value("")
    first.press("Enter")
    expect(preparer.locator("input[name=cell-r2-c1]")).to_be_focused()
    paste(preparer, "r1-c1", "\n".join(f"Line {n}\t{n}" for n in range(1, 7)))  # more than there are rows
    expect(preparer.get_by_text("12 cells pasted")).to_be_visible()
    check_accessibility(preparer)
    preparer.get_by_role("link", name="Done").click()
    expect(preparer.locator(".tk-total")).to_contain_text("21")
    expect(preparer.locator("body")).to_have_attribute("data-live-state", "open")

    reviewer.goto(preparer.url.partition("#")[0])
    reviewer.get_by_text("Add note").click()
    reviewer.get_by_label("Note on the paper").fill("Which ledger is this?")
    reviewer.get_by_role("button", name="Raise note").click()
    expect(preparer.get_by_text("Which ledger is this?")).to_be_visible()


def test_a_binder_is_taken_away_as_a_pdf(person: Callable[..., Page]) -> None:
    page = enter(person, "maya")
    page.goto("/o/harcourt-pell/workpapers/?q=Northwind")
    page.locator("tbody a.tk-name").first.click()
    page.get_by_role("link", name="Print and copies").click()
    check_accessibility(page)
    page.get_by_role("button", name="Make the PDF").click()
    ready = page.locator("li", has_text="PDF of the binder").first.get_by_role("link", name="Download")
    expect(ready).to_be_visible()
    with page.expect_download() as download:
        ready.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
