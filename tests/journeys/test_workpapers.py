"""Workpapers in the browser: from a grid with marks to three signatures, a change after review, and the locked file."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import come_in

PAPERS = "/o/harcourt-pell/workpapers/"


def enter(person: Callable[..., Page], who: str, **options: object) -> Page:
    return come_in(person(**options), f"{who}@harcourtpell.example")


def make_binder(page: Page, project: str, client: str = "Kestrel Robotics Ltd") -> str:
    page.goto(f"{PAPERS}new/")
    page.get_by_label("Client").select_option(label=client)
    page.get_by_label("Name of the new project").fill(project)
    page.get_by_label("Period end").fill("2025-12-31")
    page.get_by_role("button", name="Make binder").click()
    expect(page.get_by_text("No papers yet")).to_be_visible()
    return page.url


def add_schedule(page: Page, binder: str, reference: str = "B-1", title: str = "Bank reconciliation") -> None:
    page.goto(binder)
    page.get_by_role("link", name="Add workpaper").first.click()
    page.get_by_label("Reference").fill(reference)
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Add paper").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def sign(page: Page, role: str) -> None:
    page.reload()
    page.get_by_role("button", name=f"Sign as {role}").click()
    expect(page.get_by_text(f"B-1 signed as {role}")).to_be_visible()


def test_a_grid_with_marks_is_signed_by_three_people(person: Callable[..., Page]) -> None:
    preparer = enter(person, "tomasz")
    binder = make_binder(preparer, "Kestrel, signed by three")
    add_schedule(preparer, binder)
    preparer.locator("input[name=cell-r1-c2]").fill("1,200.50")
    with preparer.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        preparer.locator("input[name=cell-r2-c2]").fill("(200.50)")
    expect(preparer.locator("[data-save-state]")).to_contain_text("Saved")
    check_accessibility(preparer)
    preparer.get_by_role("link", name="Done").click()
    expect(preparer.locator(".tk-total")).to_contain_text("1,000")
    preparer.wait_for_load_state("load")

    # Marks by keyboard: walk to the total and press the key.
    preparer.locator("[data-cell-place='r2.c2']").focus()
    preparer.keyboard.press("ArrowDown")
    if preparer.evaluate("document.activeElement.dataset.cellPlace") != "r5.c2":
        preparer.locator("[data-cell-place='r5.c2']").focus()
    preparer.keyboard.press("f")
    preparer.keyboard.press("ArrowUp")
    preparer.keyboard.press("i")  # the mark before has no time to be drawn
    expect(preparer.locator(".tk-total").get_by_role("img", name="Footed")).to_be_visible()
    expect(preparer.locator("#row-r2").get_by_role("img", name="Inspected")).to_be_visible()
    expect(preparer.locator("[data-cell-place]:focus")).to_have_count(1)
    expect(preparer.locator("[data-tick-said]")).to_have_text("Inspected: placed, (200.50)")
    # Marks by pointer: take one, click the figure.
    preparer.locator("[data-tick=a]").click()
    preparer.locator("[data-cell-place='r1.c2']").click()
    expect(preparer.locator("#row-r1").get_by_role("img", name="Agreed to ledger")).to_be_visible()
    check_accessibility(preparer)
    sign(preparer, "preparer")
    for who, role in (("maya", "reviewer"), ("eleanor", "partner")):
        page = enter(person, who)
        page.goto(preparer.url.partition("#")[0])
        sign(page, role)
    expect(page.locator(".tk-title")).to_contain_text("Signed off")


def test_a_change_after_the_review_is_shown_and_a_stale_tab_loses_nothing(person: Callable[..., Page]) -> None:
    preparer, reviewer = enter(person, "tomasz"), enter(person, "maya")
    add_schedule(preparer, make_binder(preparer, "Kestrel, changed after review"))
    paper = preparer.url.partition("edit/")[0]
    preparer.goto(paper)
    sign(preparer, "preparer")
    reviewer.goto(paper)
    sign(reviewer, "reviewer")
    stale = enter(person, "tomasz")
    stale.goto(f"{paper}edit/")
    preparer.goto(f"{paper}edit/")
    preparer.get_by_label("Conclusion").fill("The bank agrees.")
    preparer.get_by_role("button", name="Save paper").click()
    reviewer.reload()
    expect(reviewer.locator(".tk-title")).to_contain_text("Modified since review")
    reviewer.get_by_role("link", name="See what has changed").first.click()
    expect(reviewer.locator("ins")).to_have_text("The bank agrees.")

    stale.get_by_label("Conclusion").fill("The bank does not agree.")
    stale.get_by_role("button", name="Save paper").click()
    expect(stale.get_by_role("heading", name="Somebody saved this paper meanwhile")).to_be_visible()
    expect(stale.locator("del")).to_have_text("The bank does not agree.")
    stale.get_by_role("button", name="Save mine over it").click()
    expect(stale.locator("#sheet")).to_contain_text("The bank does not agree.")


def test_a_file_is_locked_when_nothing_is_missing_and_then_only_grows(person: Callable[..., Page]) -> None:
    preparer = enter(person, "tomasz", java_script_enabled=False)  # every essential step works without scripts
    binder = make_binder(preparer, "Kestrel, closed")
    add_schedule(preparer, binder)
    paper = preparer.url.partition("edit/")[0]
    people = {"preparer": preparer, "reviewer": enter(person, "maya"), "partner": enter(person, "eleanor")}
    partner = people["partner"]
    partner.goto(f"{binder}lock-down/")
    expect(partner.get_by_text("Not prepared, not reviewed, not signed by a partner.")).to_be_visible()
    check_accessibility(partner)
    for role, page in people.items():
        page.goto(paper)
        sign(page, role)
    partner.goto(f"{binder}settings/")
    partner.get_by_label("Report released on").fill("2026-03-01")
    partner.get_by_role("button", name="Save binder").click()
    partner.goto(f"{binder}lock-down/")
    partner.get_by_role("button", name="Lock the file").click()
    expect(partner.get_by_text("The file is locked", exact=True).first).to_be_visible()
    preparer.goto(f"{paper}edit/")
    expect(preparer.get_by_text("Content cannot change")).to_be_visible()
    partner.get_by_role("link", name="Add a late paper").click()
    for label, words in (("Reference", "B-2"), ("Title", "Bank letter"), ("What it says", "It agrees.")):
        partner.get_by_label(label).fill(words)
    partner.get_by_label("Why it is added").fill("The letter came after the report.")
    partner.get_by_role("button", name="Add to the locked file").click()
    expect(partner.get_by_text("The letter came after the report.")).to_be_visible()


def test_a_document_is_read_beside_the_paper_and_a_paper_is_dragged_to_its_place(person: Callable[..., Page]) -> None:
    preparer = enter(person, "tomasz")
    binder = make_binder(preparer, "Northwind, read beside", "Northwind Bakeries Ltd")
    add_schedule(preparer, binder)
    paper = preparer.url.partition("edit/")[0]
    add_schedule(preparer, binder, "B-2", "Cash count")
    preparer.goto(f"{paper}citation/")
    check_accessibility(preparer)
    preparer.get_by_role("searchbox", name="Search names").fill("current account")
    preparer.get_by_role("button", name="Search", exact=True).click()
    preparer.locator("li", has_text=".pdf").first.get_by_role("button", name="Cite").click()
    expect(preparer.get_by_text("Cited document saved")).to_be_visible()
    preparer.get_by_role("link", name="Read it beside the paper").click()
    expect(preparer.locator("iframe.tk-cited")).to_be_visible()
    expect(preparer.locator("#sheet")).to_be_visible()

    preparer.goto(binder)
    count, bank = preparer.locator("tr", has_text="Cash count"), preparer.locator("tr", has_text="Bank reconciliation")
    count.drag_to(bank, target_position={"x": 300, "y": 4})
    expect(count).to_contain_text("B-1")
    expect(bank).to_contain_text("B-2")
    preparer.goto(f"{paper}?beside=1")
    expect(preparer.locator(".tk-title")).to_contain_text("B-2")
    expect(preparer.locator("iframe.tk-cited")).to_be_visible()
