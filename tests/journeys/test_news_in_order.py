"""What a page shows is the newest it was told of, in whatever order the answers come. The scripts alone, with htmx."""

from collections.abc import Callable, Iterator
from pathlib import Path

import django_htmx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

JS = Path(__file__).resolve().parents[2] / "static" / "js"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-4.min.js"
BOARD = """<div id="board" data-live="project:{topic}"><p>{said}</p>
<form hx-post="/move" hx-target="#board" hx-swap="outerHTML" method="post"><button>Move</button></form></div>"""
PAGE = """<!doctype html><body data-live-url="/live">{board}
<script src="/htmx.js"></script><script type="module" src="/live.js"></script>"""
# A line that says what the test says, and whether it was hung up.
LINES = """window.lines = []; window.EventSource = class extends EventTarget {
  constructor(url) { super(); this.url = url; window.lines.push(this); }
  close() { this.isClosed = true; }
  say(name, data) { if (!this.isClosed) this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) })); }
};"""


class Firm:
    """What the server would answer, now or when the test lets it."""

    def __init__(self) -> None:
        self.said, self.topic, self.is_slow = "First", "1", False
        self.late: list[Callable[[], None]] = []

    def answer(self, route: Route) -> None:
        path = route.request.url.partition("firm.test/")[2]
        if path.endswith(".js"):
            script = HTMX if path == "htmx.js" else JS / path
            return route.fulfill(content_type="text/javascript", body=script.read_text())
        board = BOARD.format(said=self.said, topic=self.topic)
        body = board if path == "move" else PAGE.format(board=board)
        if self.is_slow:
            return self.late.append(lambda: route.fulfill(content_type="text/html", body=body))
        return route.fulfill(content_type="text/html", body=body)


@pytest.fixture
def firm() -> Firm:
    return Firm()


@pytest.fixture
def page(browser: Browser, firm: Firm) -> Iterator[Page]:
    page = browser.new_page()
    page.add_init_script(LINES)
    page.route("**/*", firm.answer)
    page.goto("http://firm.test/")
    say(page, "listening")
    yield page
    page.close()


def say(page: Page, name: str, *topics: str, line: int = -1) -> None:
    page.evaluate("([line, name, topics]) => window.lines.at(line).say(name, topics)", [line, name, topics])


def wait_until_held(page: Page, firm: Firm, questions: int = 1) -> None:
    for _ in range(1_000):
        if len(firm.late) >= questions:
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"The page asked {len(firm.late)} times.")


def test_news_that_comes_while_the_page_asks_is_asked_for_afterwards(page: Page, firm: Firm) -> None:
    """The answer to the first question took the place that the second would have come to."""
    firm.said, firm.is_slow = "Second", True
    say(page, "changed", "project:1")
    wait_until_held(page, firm)
    firm.said = "Third"
    say(page, "changed", "project:1")
    page.wait_for_timeout(400)
    firm.is_slow = False
    for answer in firm.late:
        answer()
    expect(page.get_by_text("Third")).to_be_visible()


def test_an_answer_to_what_somebody_did_does_not_hide_what_was_done_since(page: Page, firm: Firm) -> None:
    firm.said, firm.is_slow = "Moved by me", True
    page.get_by_role("button", name="Move").click()
    wait_until_held(page, firm)
    firm.said, firm.is_slow = "Moved by somebody else", False
    say(page, "changed", "project:1")
    page.wait_for_timeout(400)
    firm.late.pop()()
    expect(page.get_by_text("Moved by somebody else")).to_be_visible()


def test_an_answer_to_what_somebody_did_finds_its_place_however_late_the_page_asked(page: Page, firm: Firm) -> None:
    firm.said, firm.is_slow = "Older", True
    say(page, "changed", "project:1")
    wait_until_held(page, firm)
    firm.said = "You may not move this."
    page.get_by_role("button", name="Move").click()
    wait_until_held(page, firm, 2)
    asked, moved = firm.late
    asked()
    page.wait_for_timeout(100)
    moved()
    expect(page.get_by_text("You may not move this.")).to_be_visible()


def test_no_news_is_missed_while_a_page_begins_to_listen_to_something_else(page: Page, firm: Firm) -> None:
    firm.topic = "2"
    page.get_by_role("button", name="Move").click()
    page.wait_for_function("window.lines.length === 2")
    firm.said = "Second"
    say(page, "changed", "project:2", line=0)
    expect(page.get_by_text("Second")).to_be_visible()
    say(page, "listening")
    assert page.evaluate("window.lines.map(({ isClosed }) => isClosed ?? false)") == [True, False]


def test_after_a_line_has_ended_the_page_looks_for_what_it_missed(page: Page, firm: Firm) -> None:
    say(page, "end")
    page.wait_for_function("window.lines.length === 2")
    firm.said = "Second"
    say(page, "listening")
    expect(page.get_by_text("Second")).to_be_visible()
