"""Clients come in with mistakes in the file, the file is mended, the import undone; many are changed at once; a view is kept."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import come_in

FIRM = "/o/harcourt-pell"
ROWS = "Client,Code,YE,Lead\nQuill Ltd,QUI,31/12,Maya Okafor\nRaven Ltd,RAV,05/06,\nSwift Ltd,SWI,30/06,\n"


def choose(page: Page, content: str) -> None:
    page.goto(f"{FIRM}/clients/import/")
    file = {"name": "clients.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Check the import")).to_be_visible()


def mended(path: Path) -> str:
    """The downloaded rows, with the year end written so that nobody can mistake it."""
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Client", "Raven Ltd"]
    rows[1][2] = "5 June"
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def test_from_a_file_with_mistakes_to_an_import_undone(person: Callable[..., Page]) -> None:
    page = person()
    come_in(page, "maya@harcourtpell.example")
    choose(page, ROWS)
    expect(page.get_by_text("“05/06” is no year end such as 12-31.")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name="Import 2 clients").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the rows to correct").click()
    choose(page, mended(download.value.path()))
    page.get_by_role("button", name="Import 1 client").click()
    expect(page.get_by_role("link", name="Raven Ltd")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("Import undone: 1 taken out again")).to_be_visible()
    page.goto(f"{FIRM}/clients/?q=raven")
    expect(page.get_by_text("No client matches")).to_be_visible()
    page.goto(f"{FIRM}/clients/?q=quill")
    expect(page.get_by_role("link", name="Quill Ltd")).to_be_visible()


def test_many_clients_are_tagged_at_once_and_kept_as_a_view(person: Callable[..., Page]) -> None:
    page = person()
    come_in(page, "maya@harcourtpell.example")
    page.goto(f"{FIRM}/clients/?year_end=03")
    page.get_by_label("Select all clients on this page").check()
    page.locator("summary", has_text="Tag").click()
    page.get_by_label("Tag", exact=True).last.fill("Spring close")
    check_accessibility(page)
    page.get_by_role("button", name="Add tag").click()
    expect(page.get_by_text(re.compile("clients tagged"))).to_be_visible()
    page.wait_for_load_state("load")

    page.locator("summary", has_text="More filters").focus()
    page.locator("select#tag").select_option(label="Spring close")
    expect(page).to_have_url(re.compile("tag="))
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name").fill("Spring")
    check_accessibility(page)
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("link", name=re.compile("^Spring"))).to_have_attribute("aria-current", "page")
