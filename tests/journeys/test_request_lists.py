"""Request lists from their beginning to the next year: template to publish, return and resubmit, roll-forward."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site, come_in

FIRM = "/o/harcourt-pell"
PASSWORD = "a-demo-everyone-may-enter"
ROWS = b"Account,Amount\nTrade,48117.20\n"


def make_list(page: Page, title: str) -> None:
    page.goto(f"{FIRM}/requests/templates/")
    check_accessibility(page)
    page.get_by_role("link", name="Make a list from Review of financial statements").click()
    page.get_by_role("combobox", name="Client").select_option(label="Northwind Bakeries Ltd")
    page.get_by_role("textbox", name="Title").fill(title)
    page.get_by_role("textbox", name="Period").fill("FY2025")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Final trial balance for FY2025", exact=True)).to_be_visible()
    check_accessibility(page)
    page.get_by_label("Select all requests").uncheck()
    page.get_by_role("checkbox", name="Final trial balance for FY2025").check()
    page.get_by_role("checkbox", name="Draft financial statements").check()
    page.get_by_role("button", name="Make the list").click()
    expect(page.get_by_text("2 drafts made")).to_be_visible()
    expect(page.get_by_text("Waits for REV-001")).to_be_visible()


def test_from_template_to_publish_return_and_next_year(person: Callable[..., Page], site: Site) -> None:
    staff = person()
    come_in(staff, "maya@harcourtpell.example")
    make_list(staff, "Review journey")
    where = staff.url
    staff.get_by_role("button", name="Publish all 2 drafts").click()
    expect(staff.get_by_text("2 requests published")).to_be_visible()
    check_accessibility(staff)

    site.forget_mail()
    staff.get_by_role("button", name="More actions").click()
    staff.get_by_role("button", name="Send portal link to Ana Ruiz").click()
    link = site.latest_mail("ana.ruiz@northwind.example", pattern=r"https?://\S+/enter/\S+")
    contact = person(java_script_enabled=False)
    contact.goto(link)
    contact.locator("main form button[type=submit]").first.click()
    answer(contact, "Final trial balance for FY2025")

    staff.goto(where)
    staff.get_by_role("link", name="Final trial balance for FY2025").click()
    drawer = staff.locator("#request-drawer")
    drawer.get_by_text("Return", exact=True).click()
    drawer.get_by_label("What is missing?").fill("Add last year’s balances.")
    drawer.get_by_role("button", name="Return to client").click()
    expect(staff.get_by_text("REV-001 returned")).to_be_visible()
    contact.reload()
    answer(contact, "Final trial balance for FY2025", "Add last year’s balances.")

    staff.goto(f"{where}?status=submitted")
    staff.get_by_role("button", name="Accept REV-001").click()
    expect(staff.get_by_text("REV-001 accepted")).to_be_visible()
    assert "status=submitted" in staff.url
    roll_forward(staff, where)


def answer(contact: Page, title: str, reason: str = "") -> None:
    contact.goto(re.sub(r"(/portal/[^/]+/).*", r"\1requests/", contact.url))
    link = contact.locator("details", has_text=title).first.locator("a", has_text="Open on its own page")
    contact.goto(link.get_attribute("href") or "")
    if reason:
        expect(contact.get_by_text(reason).first).to_be_visible()
    contact.locator("input[type=file]").first.set_input_files(
        [{"name": "listing.csv", "mimeType": "text/csv", "buffer": ROWS + reason.encode()}]
    )
    contact.get_by_role("button", name=re.compile("^Send to")).click()
    expect(contact.get_by_text("Sent.").first).to_be_visible()


def roll_forward(staff: Page, where: str) -> None:
    staff.goto(where)
    staff.get_by_role("button", name="More actions").click()
    staff.get_by_role("link", name="Roll forward").click()
    expect(staff.get_by_role("textbox", name="Period")).to_have_value("FY2026")
    check_accessibility(staff)
    staff.get_by_role("button", name="Make the new list").click()
    expect(staff.get_by_text("2 drafts made from Review journey")).to_be_visible()
    staff.wait_for_load_state("load")
    staff.get_by_role("link", name="Final trial balance for FY2026").click()
    expect(staff.locator("#request-drawer").get_by_role("region", name="Last time")).to_contain_text("Provided")


def test_a_list_is_arranged_by_keyboard(person: Callable[..., Page]) -> None:
    staff = person()
    come_in(staff, "maya@harcourtpell.example")
    staff.goto(f"{FIRM}/requests/")
    staff.get_by_role("link", name="First audit: opening documents").first.click()
    staff.get_by_role("button", name="More actions").click()
    staff.get_by_role("link", name="Arrange").click()
    check_accessibility(staff)
    first = staff.locator("[data-arrange-row]").first
    first.locator("[data-move]").last.focus()
    staff.keyboard.press("Alt+ArrowDown")
    staff.get_by_role("button", name="Save order").click()
    expect(staff.get_by_text("Order saved")).to_be_visible()
    expect(staff.locator("tbody tr .tk-name").first).to_have_text("Register of members and persons with control")
