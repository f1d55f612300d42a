"""An engagement is scoped by two at once, over a line that is cut, priced, shared and accepted with a double click."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site, come_in

FIRM = "/o/harcourt-pell"
TITLE = "ERP selection and data migration"


def open_session(page: Page, name: str) -> str:
    come_in(page, f"{name}@harcourtpell.example")
    page.goto(f"{FIRM}/scoping/?q=ERP")
    page.locator(".tk-name", has_text=TITLE).first.click()
    expect(page.get_by_label("Problem")).to_be_visible()
    return page.url.rsplit("/structuring/", 1)[0]


def saved(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_contain_text(re.compile(r"Saved \d+ (s|min) ago"))


def test_two_people_a_cut_line_and_one_price(person: Callable[..., Page]) -> None:
    maya, priya = person(), person()
    session = open_session(maya, "maya")
    open_session(priya, "priya")
    check_accessibility(maya)
    expect(maya.get_by_role("group", name="Looking at this scoping session now: Priya Raman")).to_be_visible()

    # Different places: both stand, and each sees the other's.
    maya.get_by_label("Outcome").fill("One system, live by spring.")
    saved(maya)
    expect(priya.get_by_label("Outcome")).to_have_value("One system, live by spring.")
    priya.get_by_label("What was said").fill("Nothing new.")
    saved(priya)
    expect(priya.locator("#by-structuring-outcome")).to_have_text("Maya Okafor")

    # The same place: the second decides, and nothing is lost.
    held: list[Route] = []
    priya.route("**/saving/", lambda route: held.append(route))
    with priya.expect_request("**/saving/"):
        priya.get_by_label("Problem").fill("Stock is never right.")
    maya.get_by_label("Problem").fill("Three systems disagree.")
    saved(maya)
    held[0].continue_()
    priya.unroute("**/saving/")
    expect(priya.get_by_role("heading", name="Two people changed the same")).to_be_visible()
    check_accessibility(priya)
    expect(priya.get_by_text("Maya Okafor saved while you were typing.")).to_be_visible()
    priya.get_by_role("button", name="Keep both").click()
    expect(priya.get_by_label("Problem")).to_have_value("Stock is never right.\n\nThree systems disagree.")

    # The line is cut, the page closed: what was typed is still there.
    maya.goto(f"{session}/structuring/")
    maya.route("**/saving/", lambda route: route.abort("connectionreset"))
    maya.get_by_label("Outcome").fill("Typed without a line.")
    expect(maya.locator("[data-save-state]")).to_contain_text("kept in this browser")
    maya.unroute("**/saving/")
    maya.goto(f"{session}/structuring/")
    expect(maya.get_by_text("had not reached us")).to_be_visible()
    saved(maya)
    maya.reload()
    expect(maya.get_by_label("Outcome")).to_have_value("Typed without a line.")

    # By keyboard: a line below, its words, and further in.
    maya.get_by_label("Text").first.press("Enter")
    expect(maya.get_by_label("Text").nth(1)).to_be_focused()
    maya.keyboard.type("Fewer late closes")
    maya.keyboard.press("Alt+ArrowRight")
    saved(maya)
    maya.reload()
    expect(maya.get_by_label("Text").nth(1)).to_have_value("Fewer late closes")


def test_web_and_database_die_between_the_keys_and_the_save(person: Callable[..., Page], site: Site) -> None:
    maya = person(expects_faults=True)
    session = open_session(maya, "maya")
    beside = maya.context.new_page()
    beside.goto(f"{session}/loe/")
    beside.wait_for_load_state("load")

    site.kill_database()
    maya.get_by_label("Outcome").fill("Typed while the database was gone.")
    expect(maya.locator("[data-save-state]")).to_contain_text("kept in this browser")
    site.kill_servers()
    beside.get_by_label("Limit agreed with the client").fill("61,000")
    beside.get_by_role("button", name="Save", exact=True).click()
    expect(beside.locator("[data-save-state]")).to_contain_text("kept in this browser")
    maya.get_by_label("Outcome").press_sequentially(" And the web.")
    maya.close()  # as a laptop is

    site.start()
    saved(beside)  # tried again by itself
    back = beside.context.new_page()
    back.goto(f"{session}/structuring/")
    expect(back.get_by_text("had not reached us")).to_be_visible()
    saved(back)
    back.reload()
    expect(back.get_by_label("Outcome")).to_have_value("Typed while the database was gone. And the web.")
    expect(back.get_by_text("had not reached us")).to_be_hidden()
    back.goto(f"{session}/loe/")
    expect(back.get_by_label("Limit agreed with the client")).to_have_value("61,000")


def test_a_price_to_the_cent_is_shared_and_accepted_once(person: Callable[..., Page]) -> None:
    maya = person()
    session = open_session(maya, "maya")
    maya.goto(f"{session}/loe/")
    check_accessibility(maya)
    maya.get_by_label("Contingency", exact=True).fill("7.5")
    # 50,245.43 + 7.5 % = 3,768.41 (rounded half up)
    expect(maya.locator('td[data-figure="total"]')).to_have_text("£54,013.84")
    saved(maya)
    maya.get_by_label("Likely").first.fill("400")
    expect(maya.locator('td[data-figure="total"]')).not_to_have_text("£54,013.84")
    maya.get_by_role("button", name="Undo").click()
    expect(maya.locator('td[data-figure="total"]')).to_have_text("£54,013.84")
    maya.get_by_role("link", name="Share").click()
    check_accessibility(maya)
    maya.get_by_label("Make a link for").fill("Rowan Pike, again")
    maya.get_by_role("button", name="Freeze and send").click()
    link = maya.get_by_label("Link", exact=True).input_value()

    # To somebody else without prices: the hours are there, and no amount of money is anywhere in what they get.
    maya.get_by_label("Make a link for").fill("Works council, again")
    maya.get_by_label("Prices", exact=True).uncheck()
    maya.get_by_label("They may accept it").uncheck()
    maya.get_by_role("button", name="Freeze and send").click()
    expect(maya.get_by_label("Link", exact=True)).not_to_have_value(link)
    council = person()
    answer = council.goto(maya.get_by_label("Link", exact=True).input_value())
    expect(council.get_by_role("heading", name="Level of effort")).to_be_visible()
    assert answer and "£" not in answer.text() and "54,013" not in answer.text()
    check_accessibility(council)
    council.close()

    rowan = person()
    rowan.goto(link)
    expect(rowan.get_by_text("£54,013.84").first).to_be_visible()
    check_accessibility(rowan)
    rowan.get_by_label("Your full name").fill("Rowan Pike")
    rowan.get_by_label(re.compile("I may accept this")).check()
    rowan.get_by_role("button", name="Accept statement of work").dblclick()
    expect(rowan.get_by_text("Rowan Pike accepted this on")).to_be_visible()
    maya.goto(f"{FIRM}/projects/?q=ERP")
    expect(maya.locator(".tk-name", has_text=TITLE)).to_have_count(1)

    # What was said after the first meeting is read beside what is said now, and comes back.
    maya.goto(f"{session}/sow/")
    maya.get_by_role("link", name="History").click()
    expect(maya.locator("#history-drawer")).to_contain_text("After the first meeting")
    check_accessibility(maya)
    maya.get_by_role("link", name="Older versions, and names").or_(
        maya.get_by_role("link", name="Name a version")
    ).click()
    maya.get_by_role("link", name="Named only").click()
    maya.get_by_role("link", name="After the first meeting").click()
    maya.get_by_label("Compare with").select_option("Now")
    maya.get_by_role("button", name="Compare").click()
    expect(maya.get_by_text("becomes £54,013.84")).to_be_visible()
    check_accessibility(maya)
    maya.get_by_role("button", name="Bring this version back").click()
    expect(maya.get_by_text("What stood there until now is in the history.")).to_be_visible()
    maya.goto(f"{session}/loe/")
    expect(maya.locator('td[data-figure="total"]')).to_have_text("£50,245.43")


def test_a_diagram_is_drawn_mended_and_told_and_help_is_taken_in_pieces(person: Callable[..., Page]) -> None:
    maya = person()
    outside: list[str] = []
    maya.on(
        "request",
        lambda asked: (
            outside.append(asked.url)
            if "127.0.0.1" not in asked.url and "localhost" not in asked.url and not asked.url.startswith("data:")
            else None
        ),
    )
    session = open_session(maya, "maya")
    maya.goto(f"{session}/visuals/")
    picture, text = maya.locator("img[data-drawn]").first, maya.get_by_label("Diagram text").first
    expect(picture).to_be_visible()
    check_accessibility(maya)
    drawn = picture.get_attribute("src")
    text.fill("flowchart LR\n  Till --> Ledger\n  Ledger --> --> Board")
    expect(maya.get_by_text(re.compile("Line 3 cannot be read: “Ledger --> --> Board”"))).to_be_visible()
    assert picture.get_attribute("src") == drawn
    text.fill("flowchart LR\n  Till --> Ledger\n  Ledger --> Board")
    expect(picture).not_to_have_attribute("src", drawn or "")
    expect(maya.locator("[data-problem]").first).to_be_hidden()
    expect(maya.get_by_text("No errors").first).to_be_visible()
    before = picture.bounding_box() or {}
    maya.get_by_role("button", name="Zoom in").first.click()
    assert (picture.bounding_box() or {})["width"] > before["width"]
    saved(maya)
    assert outside == []
    maya.reload()
    expect(text).to_have_value(re.compile("Ledger --> Board"))

    maya.goto(f"{session}/structuring/")
    maya.get_by_label("What was said").fill("Ana: invoices are typed twice. The stock count must be done by March.")
    saved(maya)
    maya.get_by_role("link", name="Drafting help").click()
    expect(maya.get_by_text("They are sent nowhere.")).to_be_visible()
    maya.get_by_role("button", name="Suggest").click()
    pain = maya.get_by_label("Take “Invoices are typed twice.”", exact=True).first
    expect(pain).to_be_visible()
    check_accessibility(maya)
    maya.locator("input[type=checkbox][name=piece]").last.check()
    maya.get_by_role("button", name="Take what is checked").click()
    expect(maya.get_by_text("1 suggestion taken into the session")).to_be_visible()
    maya.goto(f"{session}/sow/")
    scope = maya.get_by_label("Scope", exact=True)
    scope.fill("The stock, counted")
    scope.select_text()
    maya.get_by_role("button", name="Bold").click()
    expect(scope).to_have_value("**The stock, counted**")
    expect(maya.locator("[data-word-count]")).to_have_text(re.compile(r"^\d+ words$"))
    check_accessibility(maya)
    saved(maya)
    maya.goto(f"{session}/structuring/")
    expect(maya.get_by_label("Text").last).to_have_value("The stock count must be done by March.")
