"""What axe is shown: a part it has found nothing in no second time, and whatever differs from it in more than its words."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import accessibility
from tests.journeys.accessibility import check_accessibility

ROW = '<tr><td><a href="/{0}">Client {0}</a></td><td><label for="{0}">Choose</label><input type="checkbox" id="{0}"></td></tr>'
PAGE = """<!doctype html><html lang="en"><head><title>Clients</title><style>a {{ color: {colour}; }}</style></head>
<body style="background: #fff"><nav aria-label="Main"><a href="/">Home</a> <a href="/clients/">Clients</a></nav>
<main><h1>Clients</h1><table><tbody>{rows}</tbody></table></main></body></html>"""


@pytest.fixture
def page(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.setattr(accessibility, "sound", set())
    page = browser.new_page()
    show(page, *map(ROW.format, "abc"))
    check_accessibility(page)
    yield page
    page.close()


def show(page: Page, *rows: str, colour: str = "#00f") -> None:
    page.set_content(PAGE.format(rows="".join(rows), colour=colour))


def test_rows_like_those_seen_are_not_looked_at_again(page: Page) -> None:
    before = set(accessibility.sound)
    show(page, *map(ROW.format, "xyz"))
    check_accessibility(page)
    assert accessibility.sound == before
    show(page, *map(ROW.format, "wxyz"))
    check_accessibility(page)
    assert len(accessibility.sound) > len(before)


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("image-alt", lambda row: row.replace("<td>", '<td><img src="data:," width="30" height="30">', 1)),
        ("link-name", lambda row: row.replace("Client d", "")),
        ("label", lambda row: row.replace('for="d"', 'for="nobody"')),
        ("label", lambda row: row.replace("Choose", "")),
        ("color-contrast", lambda row: row.replace("<a ", '<a style="color: #ddd" ')),
        ("aria-allowed-attr", lambda row: row.replace("<a ", '<a aria-checked="true" ')),
    ],
)
def test_a_fault_beside_what_was_sound_is_found_each_time(page: Page, fault: str, change) -> None:  # type: ignore[no-untyped-def]
    show(page, *map(ROW.format, "abc"), change(ROW.format("d")))
    for _ in range(2):
        with pytest.raises(AssertionError, match=fault):
            check_accessibility(page)


def test_the_same_in_another_colour_or_on_another_width_is_looked_at(page: Page) -> None:
    show(page, *map(ROW.format, "abc"), colour="#ccc")
    with pytest.raises(AssertionError, match="color-contrast"):
        check_accessibility(page)
    show(page, *map(ROW.format, "abc"))
    page.set_viewport_size({"width": 390, "height": 800})
    before = len(accessibility.sound)
    check_accessibility(page)
    assert len(accessibility.sound) > before
