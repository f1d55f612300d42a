"""What comes late says how things stood before. The scripts alone, on a page that answers what the server would."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, expect

NOON = datetime(2026, 11, 20, 12)
JS = Path(__file__).resolve().parents[2] / "static" / "js"
DOCUMENT = """<div id="document" data-rows=""><input type="hidden" name="version" value="{version}"><input type="hidden" name="new_id">
<input name="at.likely" value="{likely}" aria-label="Likely"><b data-figure="total">{total}</b></div>"""
PAGE = """<!doctype html><body><p data-save-state><span data-words></span></p><p data-put-back hidden></p>
<button data-throw-away>Throw away</button><p id="session-saved"><span data-version="2"></span></p><ul data-findings></ul>
<form data-document data-keep="1" data-part="loe" data-merged="" data-figures="/figures/" action="/saving/" method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="x">{document}
<button name="place" value="|" formaction="/undo/">Undo</button></form><script type="module" src="/scoping-rows.js"></script>"""
BEFORE = {"version": 1, "likely": "1", "total": "£54"}
AFTER = BEFORE | {"version": 3}
SAVED = {
    "version": 2, "theirs": {"likely": "400"}, "writers": {}, "figures": {"total": "£115"}, "findings": "<ul data-findings></ul>",
    "errors": {}, "rows": "",
}  # fmt: skip


def open_at_a_standstill(page: Page) -> None:
    """Its timers wait to be let on: a busy machine is no slow person."""
    page.clock.install(time=NOON)
    page.goto("http://firm.test/")
    page.clock.pause_at(NOON + timedelta(hours=1))


def test_what_was_undone_stays_undone_however_late_the_answers_of_before_come(browser: Browser) -> None:
    late: list[Route] = []

    def answer(route: Route) -> None:
        path = route.request.url.partition("firm.test/")[2].partition("?")[0]
        if path.endswith(".js"):
            route.fulfill(content_type="text/javascript", body=(JS / path).read_text())
        elif path in ("saving/", "figures/"):
            late.append(route)
        else:
            shown = AFTER if path == "undo/" else BEFORE
            body = PAGE.replace("{document}", DOCUMENT.format(**shown))
            route.fulfill(content_type="text/html", body=body)

    page = browser.new_page()
    page.route("**/*", answer)
    open_at_a_standstill(page)
    likely, total = page.get_by_label("Likely"), page.locator("[data-figure]")
    with page.expect_request("**/figures/"):
        likely.fill("400")
        page.clock.run_for(500)
    with page.expect_request("**/saving/"):  # somebody else's page would ask in the same way
        page.locator("#session-saved").dispatch_event("live:drawn")
    page.get_by_role("button", name="Undo").click(no_wait_after=True)
    expect(likely).to_have_value("1")
    for route in late:
        route.fulfill(content_type="application/json", body=json.dumps(SAVED))
    page.wait_for_timeout(300)
    assert len(late) == 2
    assert (likely.input_value(), total.inner_text()) == ("1", "£54")
    page.close()


def test_whoever_types_on_while_a_row_is_moved_has_seen_their_own_words(browser: Browser) -> None:
    """Else they would be asked which of their own words to keep."""
    moved: list[Route] = []

    def answer(route: Route) -> None:
        path = route.request.url.partition("firm.test/")[2].partition("?")[0]
        if path.endswith(".js"):
            route.fulfill(content_type="text/javascript", body=(JS / path).read_text())
        elif path == "undo/":
            moved.append(route)
        else:
            body = PAGE.replace("{document}", DOCUMENT.format(**BEFORE)) if not path else '{"figures": {}}'
            route.fulfill(content_type="application/json" if path else "text/html", body=body)

    page = browser.new_page()
    page.route("**/*", answer)
    open_at_a_standstill(page)
    likely = page.get_by_label("Likely")
    likely.fill("400")
    with page.expect_request("**/undo/"):
        page.get_by_role("button", name="Undo").click(no_wait_after=True)
    likely.fill("4001")
    stored = DOCUMENT.format(version=2, likely="400", total="£115")
    with page.expect_request("**/saving/") as sent:
        moved[0].fulfill(content_type="text/html", body=PAGE.replace("{document}", stored))
        page.locator("input[name=version][value='2']").wait_for(state="attached")
        page.clock.run_for(3_000)
    assert likely.input_value() == "4001"
    assert '{"likely":2}' in (sent.value.post_data or "")
    page.close()


PAPER = """<!doctype html><body><p data-save-state hidden><span data-words></span></p>
<form method="post" action="/paper/" data-autosave="/autosave/"><input type="hidden" name="revision" value="{revision}">
<label>Work <input name="work"></label><button>Save</button></form><script type="module" src="/autosave.js"></script>"""


def test_a_paper_is_saved_once_at_a_time_and_its_button_waits(browser: Browser) -> None:
    """Else the second save would be one of somebody who has not seen the first."""
    saves: list[Route] = []
    pressed: list[str] = []

    def answer(route: Route) -> None:
        path = route.request.url.partition("firm.test/")[2]
        if path.endswith(".js"):
            return route.fulfill(content_type="text/javascript", body=(JS / path).read_text())
        if path == "autosave/":
            return saves.append(route)
        pressed.append(route.request.post_data or "")
        return route.fulfill(content_type="text/html", body=PAPER.format(revision=1))

    def saved(revision: int) -> None:
        said = {"revision": revision, "saved": "now"}
        saves[-1].fulfill(content_type="application/json", body=json.dumps(said))

    def wait_for(sent: list[Any], count: int) -> None:
        for _ in range(1_000):
            if len(sent) >= count:
                return
            page.wait_for_timeout(20)
        raise AssertionError(f"The page sent {len(sent)}.")

    page = browser.new_page()
    page.route("**/*", answer)
    page.goto("http://firm.test/")
    work = page.get_by_label("Work")
    work.fill("Counted")
    wait_for(saves, 1)
    work.fill("Counted twice")
    page.wait_for_timeout(3_000)  # longer than it waits after a key
    assert len(saves) == 1
    saved(2)
    wait_for(saves, 2)
    assert 'name="revision"\r\n\r\n2' in (saves[1].request.post_data or "")
    page.get_by_role("button", name="Save").click(no_wait_after=True)
    page.wait_for_timeout(200)
    assert len(pressed) == 1  # the page itself
    saved(3)
    wait_for(pressed, 2)
    assert pressed[1] == "revision=3&work=Counted+twice"
    page.close()
