"""Forty files dropped on a list and matched; a package of the evidence taken away and verified."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from config.demo.files import pdf
from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site, come_in

DROP = """([zone, files]) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name, { lastModified: 1 }));
  zone.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
}"""


def signed_in(person: Callable[..., Page]) -> Page:
    return come_in(person(), "maya@harcourtpell.example")


def open_list(staff: Page) -> str:
    staff.goto("/o/harcourt-pell/clients/?q=northwind")
    staff.get_by_role("link", name=re.compile("Northwind")).first.click()
    staff.get_by_role("main").get_by_role("link", name="Year-end audit requests").first.click()
    staff.wait_for_url("**/requests/*/")
    return staff.url


def test_forty_files_are_dropped_on_a_list_matched_and_taken_away_as_evidence(
    person: Callable[..., Page], site: Site, tmp_path: Path
) -> None:
    staff = signed_in(person)
    list_url = open_list(staff)
    staff.get_by_role("button", name="More actions").click()
    staff.get_by_role("link", name="Add many files").click()
    expect(staff.get_by_role("heading", name="Add many files")).to_be_visible()
    staff.wait_for_load_state("load")
    references = [3, 5, 7]
    names = [f"PBC-{references[n % 3]:03d} paper {n}.pdf" if n < 30 else f"scan {n}.pdf" for n in range(40)]
    files = [[name, pdf(name, "Northwind").decode("cp1252")] for name in names]
    staff.evaluate(DROP, [staff.locator("[data-drop]").element_handle(), files])
    expect(staff.get_by_role("heading", name="30 of 40 matched by name")).to_be_visible()
    check_accessibility(staff)
    staff.get_by_label("Request for scan 39.pdf").select_option("none")
    staff.get_by_role("button", name="Confirm", exact=True).click()
    expect(staff.get_by_text("30 matched, 1 kept with the client's documents")).to_be_visible()

    staff.goto(f"{list_url}evidence/")
    check_accessibility(staff)
    with staff.expect_download() as taken:
        staff.get_by_role("button", name="Download package").click()
    package = tmp_path / "package.zip"
    taken.value.save_as(package)
    staff.get_by_role("link", name="Verify a package").click()
    staff.locator("input[type=file]").set_input_files(package)
    staff.get_by_role("button", name="Verify").click()
    expect(staff.get_by_text("This package is yours, whole and unchanged")).to_be_visible()
    check_accessibility(staff)
    package.write_bytes(package.read_bytes().replace(b"paper 1.pdf", b"paper X.pdf"))
    staff.locator("input[type=file]").set_input_files(package)
    staff.get_by_role("button", name="Verify").click()
    expect(staff.get_by_text("not as it was made")).to_be_visible()


def test_an_upload_goes_on_by_itself_after_the_connection_dropped(person: Callable[..., Page], site: Site) -> None:
    staff = signed_in(person)
    staff.goto("/o/harcourt-pell/clients/?q=northwind")
    staff.get_by_role("link", name=re.compile("Northwind")).first.click()
    staff.get_by_role("navigation", name="Client", exact=True).get_by_role("link", name="Documents").click()
    staff.get_by_role("link", name="Add documents").first.click()
    expect(staff.get_by_role("heading", name="Add documents")).to_be_visible()
    staff.wait_for_load_state("load")  # from here on the page's scripts are attached
    failed: list[str] = []

    def drop_once(route) -> None:  # type: ignore[no-untyped-def]
        if failed:
            route.continue_()
        else:
            failed.append(route.request.url)
            route.abort("connectionreset")

    staff.route("**/pieces/", drop_once)
    staff.locator("input[type=file]").set_input_files(
        {"name": "Lease.pdf", "mimeType": "application/pdf", "buffer": pdf("Quarry lease", "Northwind")}
    )
    expect(staff.get_by_role("link", name="Lease.pdf")).to_be_visible()
    assert failed
    staff.get_by_role("link", name="Lease.pdf").click()
    check_accessibility(staff)
