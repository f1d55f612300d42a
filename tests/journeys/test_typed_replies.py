"""What is typed in a part of the page that keeps itself fresh, and in a form without a draft on the server."""

from pathlib import Path

from playwright.sync_api import Browser, Route, expect

JS = Path(__file__).resolve().parents[2] / "static" / "js"
PART = """<div id="comments" data-live="request:1"><p>{said}</p><form data-draft-key="reply:1" action="/say">
<textarea id="reply-1" name="body"></textarea></form><form data-draft-key="reply:2" action="/say">
<textarea id="reply-2" name="body"></textarea></form></div>"""
PAGE = """<!doctype html><body data-live-url="/live">{part}
<script type="module" src="/live.js"></script><script type="module" src="/composer.js"></script>"""
CHANGED = 'retry: 100000\n\nevent: changed\ndata: ["request:1"]\n\n'
ENDED = "retry: 100000\n\nevent: end\ndata: {}\n\n"


def test_half_typed_replies_outlive_news_and_a_closed_tab_and_a_line_that_ends_is_opened_once(browser: Browser) -> None:
    """The scripts alone, on a page that answers what the server would."""
    said, lines = ["First"], []

    def answer(route: Route) -> None:
        path = route.request.url.partition("firm.test/")[2].partition("?")[0]
        if path == "live":
            lines.append(path)
            route.fulfill(content_type="text/event-stream", body=ENDED if len(lines) == 1 else CHANGED)
        elif path.endswith(".js"):
            route.fulfill(content_type="text/javascript", body=(JS / path).read_text())
        else:
            route.fulfill(content_type="text/html", body=PAGE.format(part=PART.format(said=said[-1])))

    page = browser.new_context().new_page()
    page.route("**/*", answer)
    with page.expect_request(lambda request: "/live?" in request.url and bool(lines)):  # the second line
        page.goto("http://firm.test/")
    page.locator("#reply-1").fill("Half a sen")
    page.locator("#reply-2").fill("Another")
    said.append("Second")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.get_by_role("button", name="Something changed here").click()
    expect(page.get_by_text("Second")).to_be_visible()
    expect(page.locator("#reply-1")).to_have_value("Half a sen")
    expect(page.locator("#reply-2")).to_have_value("Another")
    page.reload()
    expect(page.locator("#reply-1")).to_have_value("Half a sen")
    page.context.close()


def test_what_was_done_before_the_line_was_open_is_seen_all_the_same(browser: Browser) -> None:
    """The page is drawn while a job is under way; it is done before anybody listens, and nothing is told of it."""
    asked = []

    def answer(route: Route) -> None:
        path = route.request.url.partition("firm.test/")[2].partition("?")[0]
        if path == "live":
            listening = "retry: 100000\nevent: listening\ndata: {}\n\n"
            route.fulfill(content_type="text/event-stream", body=listening)
        elif path.endswith(".js"):
            route.fulfill(content_type="text/javascript", body=(JS / path).read_text())
        else:
            asked.append(path)
            state = "<progress></progress>" if len(asked) == 1 else "Download"
            part = f'<div id="copies" data-live="binder:1">{state}</div>'
            route.fulfill(content_type="text/html", body=PAGE.format(part=part))

    page = browser.new_context().new_page()
    page.route("**/*", answer)
    page.goto("http://firm.test/")
    expect(page.get_by_text("Download")).to_be_visible()
    page.context.close()


COMPOSER = """<!doctype html><body><form data-composer="/talk" data-draft="/draft" action="/say" method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="x"><input type="hidden" name="submission" value="1">
<input type="radio" name="audience" value="client" checked><textarea name="body" aria-label="Message">{draft}</textarea>
<span data-draft-state></span></form><script type="module" src="/composer.js"></script>"""


def test_what_was_typed_since_the_server_kept_a_draft_is_there_again(browser: Browser) -> None:
    stored, answers = ["Good day"], ["cut", "page of signing in", ""]

    def answer(route: Route) -> None:
        path = route.request.url.partition("firm.test/")[2]
        if path.endswith(".js"):
            route.fulfill(content_type="text/javascript", body=(JS / path).read_text())
        elif path == "draft":
            if answers[0] == "cut":
                route.abort()
            else:
                route.fulfill(status=200 if answers[0] else 204, body=answers[0])
        else:
            route.fulfill(content_type="text/html", body=COMPOSER.format(draft=stored[0]))

    page = browser.new_context().new_page()
    page.route("**/*", answer)
    page.goto("http://firm.test/")
    message = page.get_by_label("Message")
    with page.expect_request("**/draft"):
        message.fill("Good day to you")
    page.reload()
    expect(message).to_have_value("Good day to you")
    stored[0] = "Hello from my other machine"
    page.reload()
    expect(message).to_have_value("Hello from my other machine\n\nGood day to you")
    answers.pop(0)
    with page.expect_response("**/draft"):
        message.press_sequentially("!")
    page.reload()
    expect(message).to_have_value("Hello from my other machine\n\nGood day to you!")
    answers.pop(0)
    expect(page.locator("[data-draft-state]")).to_have_text("Draft saved")
    stored[0] = ""  # sent from the other machine
    page.reload()
    expect(message).to_have_value("")
    page.context.close()
