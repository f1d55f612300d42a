"""A year of a ledger in the browser: from the client's trial balance to the locked file, and to the next year's binder."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.test_workpapers import PAPERS, enter

LEDGER = b"""\xef\xbb\xbfaccount,account_type,debit,credit
Cash,Asset,"12,500.50",0
Accounts Receivable,Asset,8200,0
Common Stock,Equity,0,5000
Sales Revenue,Revenue,0,"21,700.50"
Rent Expense,Expense,6000,0
"""


def new_binder(page: Page) -> str:
    page.goto(f"{PAPERS}new/")
    page.get_by_label("Client").select_option(label="Kestrel Robotics Ltd")
    page.get_by_label("Name of the new project").fill("Kestrel, a year of its ledger")
    page.get_by_label("Period end").fill("2025-12-31")
    page.get_by_label("A partner signs every paper").uncheck()
    page.get_by_role("button", name="Make binder").click()
    expect(page.get_by_text("No papers yet")).to_be_visible()
    return page.url


def take_ledger(page: Page, binder: str, ledger: bytes) -> None:
    page.goto(f"{binder}trial-balance/import/")
    page.get_by_label("File").set_input_files({"name": "kestrel.csv", "mimeType": "text/csv", "buffer": ledger})
    page.get_by_role("button", name="Check the file").click()


def propose_and_post(page: Page, binder: str) -> None:
    page.goto(f"{binder}journal-entries/new/")
    page.get_by_label("Description").fill("Sales of January that belong to December")
    for at, (code, side, amount) in enumerate(
        [("Accounts Receivable", "Debit", "300"), ("Sales Revenue", "Credit", "300")], 1
    ):
        page.get_by_label(f"Code of line {at}").fill(code)
        page.get_by_label(f"{side} of line {at}").fill(amount)
    page.get_by_role("button", name="Save entry").click()
    page.get_by_role("button", name="Post the entry").click()
    expect(page.get_by_text("AJE 1 posted; the leads show it")).to_be_visible()


def open_and_sign(page: Page, binder: str, role: str) -> None:
    page.goto(binder)
    for href in [link.get_attribute("href") or "" for link in page.locator("main a.tk-name").all()]:
        page.goto(href, wait_until="commit")
    page.goto(binder)
    page.get_by_label("Choose every paper").check()
    page.get_by_role("button", name=f"Sign as {role}").click()
    expect(page.get_by_text(re.compile("5 papers signed"))).to_be_visible()


def test_a_ledger_becomes_a_locked_file_and_the_next_years_binder(person: Callable[..., Page]) -> None:
    preparer, reviewer, partner = (enter(person, who) for who in ("tomasz", "maya", "eleanor"))
    binder = new_binder(preparer)
    take_ledger(preparer, binder, LEDGER.replace(b"8200", b"8201"))
    expect(preparer.get_by_text("Debits are more by 1.00")).to_be_visible()
    take_ledger(preparer, binder, LEDGER)
    check_accessibility(preparer)
    preparer.get_by_role("button", name="Import 5 accounts").click()
    preparer.get_by_role("button", name="Accept every proposal").click()
    expect(preparer.get_by_text("5 accounts mapped; the leads show them")).to_be_visible()
    check_accessibility(preparer)
    propose_and_post(preparer, binder)
    for page, role in ((preparer, "preparer"), (reviewer, "reviewer")):
        open_and_sign(page, binder, role)

    partner.goto(f"{binder}settings/")
    partner.get_by_label("Report released on").fill("2026-03-01")
    partner.get_by_role("button", name="Save binder").click()
    partner.goto(f"{binder}lock-down/")
    partner.get_by_role("button", name="Lock the file").click()
    expect(partner.get_by_text("The file is locked", exact=True).first).to_be_visible()

    preparer.goto(binder)
    preparer.get_by_role("link", name="Roll forward").click()
    check_accessibility(preparer)
    preparer.get_by_role("button", name="Roll forward").click()
    expect(preparer.get_by_text("5 papers carried forward. Nothing of them is signed")).to_be_visible()
    expect(preparer.get_by_text("Carried forward", exact=True)).to_have_count(5)
    preparer.get_by_role("link", name="Accounts receivable").or_(
        preparer.get_by_role("link", name="Receivables")
    ).first.click()
    expect(preparer.locator(".tk-total .num").last).to_have_text("8,500")
    preparer.goto(binder)
    expect(preparer.get_by_role("link", name="Next period")).to_be_visible()
