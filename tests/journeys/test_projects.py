"""Projects in the browser: a board by keyboard and by form, and what somebody else's window sees of it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.test_workpapers import enter

PROJECTS = "/o/harcourt-pell/projects/"


def make_project(page: Page, name: str) -> str:
    page.goto(f"{PROJECTS}new/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Client").select_option(label="Kestrel Robotics Ltd")
    page.get_by_role("button", name="Make project").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    return page.url


def add_tasks(page: Page, *titles: str) -> None:
    page.get_by_role("link", name="Add task", exact=True).click()
    for title in titles:
        page.get_by_label("What is to be done?").fill(title)
        page.get_by_role("button", name="Add and write another").click()
        expect(page.get_by_label("What is to be done?")).to_have_value("")


def lane(page: Page, name: str) -> object:
    return page.locator(".tk-lane", has=page.get_by_role("heading", name=name))


def test_a_board_is_worked_by_keyboard_and_another_window_sees_it(person: Callable[..., Page]) -> None:
    maya, tomasz = enter(person, "maya"), enter(person, "tomasz")
    board = make_project(maya, "Kestrel, by keyboard")
    add_tasks(maya, "Count the robots", "Value the robots")
    maya.goto(board)
    tomasz.goto(board)
    expect(tomasz.locator("body[data-live-state=open]")).to_be_attached()
    check_accessibility(maya)

    maya.get_by_role("link", name="Count the robots").focus()
    maya.keyboard.press("Alt+ArrowDown")
    expect(maya.locator("[data-board-said]")).to_have_text("T-1 is in To do, place 2 of 2")
    expect(maya.get_by_role("link", name="Count the robots")).to_be_focused()
    expect(lane(tomasz, "To do").locator(".tk-ref").first).to_have_text("T-2")
    maya.keyboard.press("m")
    maya.keyboard.press("Enter")  # the first other column
    expect(lane(maya, "In progress").get_by_role("link", name="Count the robots")).to_be_focused()
    expect(lane(tomasz, "In progress").get_by_role("link", name="Count the robots")).to_be_visible()

    lane(maya, "In progress").get_by_role("link", name="Count the robots").drag_to(lane(maya, "To do"))
    expect(maya.get_by_role("link", name="Count the robots")).to_be_focused()  # drawn anew with the answer
    expect(lane(tomasz, "To do").get_by_role("link", name="Count the robots")).to_be_visible()

    # What somebody is choosing is not taken from under their hands; the drawer is filled from the same page.
    tomasz.get_by_role("link", name="Value the robots").click()
    drawer = tomasz.locator("#task-drawer")
    drawer.get_by_label("Waits for").select_option(label="T-1 Count the robots")
    maya.get_by_role("link", name="Value the robots").focus()
    maya.keyboard.press("m")
    maya.keyboard.press("Enter")
    expect(drawer.get_by_role("button", name="Something changed here. Show it")).to_be_visible()
    drawer.get_by_role("button", name="Add", exact=True).click()
    expect(tomasz.get_by_text("T-2 waits for T-1")).to_be_visible()
    expect(lane(maya, "Blocked").get_by_role("link", name="Value the robots")).to_be_visible()

    # What is said in the drawer stays there, and the card of whoever has not read it says so.
    drawer.get_by_label("Message", exact=True).fill("Counted twice.")
    drawer.get_by_role("button", name="Send", exact=True).click()
    expect(drawer.get_by_text("Counted twice.")).to_be_visible()
    expect(drawer.get_by_label("Message", exact=True)).to_have_value("")
    expect(lane(maya, "Blocked").locator(".tk-news")).to_contain_text("1 unread")


def test_a_task_is_finished_without_scripts_and_time_is_kept(person: Callable[..., Page]) -> None:
    page = enter(person, "tomasz", java_script_enabled=False)
    board = make_project(page, "Kestrel, without scripts")
    add_tasks(page, "Write to the bank")
    page.goto(board)
    page.get_by_role("link", name="Write to the bank").click()
    page.get_by_role("button", name="Start timer").click()
    page.get_by_role("button", name="Stop timer").click()
    expect(page.get_by_text("0:01 recorded")).to_be_visible()
    page.get_by_role("button", name="Mark done").click()
    page.goto(board)
    page.locator(".tk-task").get_by_label("Move T-1").click()
    page.locator(".tk-task").get_by_role("button", name="To do").click()
    expect(lane(page, "To do").get_by_role("link", name="Write to the bank")).to_be_visible()
    page.goto("/o/harcourt-pell/time/")
    expect(page.get_by_text("T-1 Write to the bank")).to_be_visible()


def test_where_the_line_is_cut_the_page_asks_every_half_minute(person: Callable[..., Page]) -> None:
    maya, tomasz = enter(person, "maya"), enter(person, "tomasz")
    board = make_project(maya, "Kestrel, by asking")
    add_tasks(maya, "Count the spares")
    tomasz.route("**/live/**", lambda route: route.fulfill(status=404))
    tomasz.clock.install()
    maya.goto(board)
    maya.get_by_role("link", name="Count the spares").focus()
    tomasz.goto(board)  # whose clock goes on: what follows takes less than half a minute
    maya.keyboard.press("m")
    maya.keyboard.press("Enter")
    expect(lane(maya, "In progress").get_by_role("link", name="Count the spares")).to_be_visible()

    moved = lane(tomasz, "In progress").get_by_role("link", name="Count the spares")
    expect(lane(tomasz, "To do").get_by_role("link", name="Count the spares")).to_be_visible()
    for _ in range(30):  # three tries to open the line, and then half a minute
        tomasz.clock.run_for(5_000)
        if moved.count():
            break
    expect(moved).to_be_visible()
    expect(tomasz.locator("body[data-live-state=open]")).to_have_count(0)
