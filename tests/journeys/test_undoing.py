"""What is undone is not saved once more. The script alone, on a page that answers what the server would, but late."""

from pathlib import Path

from playwright.sync_api import Browser, Route

JS = Path(__file__).resolve().parents[2] / "static" / "js"
PAGE = """<!doctype html><body><div id="document" data-rows=""></div><p data-save-state><span data-words></span></p>
<p data-put-back hidden></p><button data-throw-away>Throw away</button>
<form data-document data-keep="1" data-part="loe" data-merged="" data-figures="/figures/" action="/saving/" method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="x"><input type="hidden" name="version" value="1">
<input name="at.likely" value="1" aria-label="Likely"><button name="place" formaction="/undo/">Undo</button></form>
<script type="module" src="/scoping.js"></script>"""


def test_what_is_being_undone_is_not_saved_however_long_the_answer_takes(browser: Browser) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        path = route.request.url.partition("firm.test/")[2].partition("?")[0]
        asked.append(path)
        if path.endswith(".js"):
            route.fulfill(content_type="text/javascript", body=(JS / path).read_text())
        elif path == "figures/":
            route.fulfill(content_type="application/json", body='{"figures": {}}')
        elif not path:
            route.fulfill(content_type="text/html", body=PAGE)

    page = browser.new_page()
    page.route("**/*", answer)
    page.goto("http://firm.test/")
    page.get_by_label("Likely").fill("400")
    page.get_by_role("button", name="Undo").click(no_wait_after=True)
    page.wait_for_timeout(3_000)  # longer than the pause in typing after which all saves itself
    assert "undo/" in asked and "saving/" not in asked[asked.index("undo/") :]
    page.close()
