"""The main job: a firm asks a client for documents, the client answers through the portal, the firm accepts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site

PASSWORD = "a long enough passphrase 7"
STATEMENT = {"name": "statement.csv", "mimeType": "text/csv", "buffer": b"Account,Amount\nCurrent,48117.20\n"}


def sign_up(page: Page, site: Site, email: str) -> None:
    page.goto("/accounts/signup/")
    check_accessibility(page)
    page.get_by_label("Your name").fill("Nora Newman")
    page.get_by_label(re.compile("email|e-mail", re.I)).first.fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.goto(site.latest_mail(email, pattern=r"https?://\S+/accounts/confirm-email/\S+"))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/firms/**")


def found_firm(page: Page, slug: str) -> None:
    page.goto("/firms/new/")
    check_accessibility(page)
    page.get_by_label("Firm name").fill("Newman Audit")
    page.get_by_label("Address").fill(slug)
    page.get_by_role("button", name="Create firm").click()
    page.wait_for_url(f"**/o/{slug}/")
    check_accessibility(page)


def add_client(page: Page, contact: str) -> None:
    page.get_by_role("link", name="Add client").first.click()
    page.get_by_label("Name", exact=True).fill("Kestrel Bakeries")
    page.get_by_role("button", name="Save client").click()
    page.get_by_role("link", name="Add contact").click()
    page.get_by_label("Name", exact=True).fill("Ana Ruiz")
    page.get_by_label("Email").fill(contact)
    page.get_by_role("button", name="Save contact").click()
    expect(page.get_by_text("Portal: never invited")).to_be_visible()
    check_accessibility(page)


def ask(page: Page) -> None:
    page.get_by_role("link", name="New request list").first.click()
    page.get_by_label("Title").fill("Year-end requests")
    page.locator("main form button[type=submit]").first.click()
    page.get_by_role("link", name="Add request").first.click()
    page.get_by_label("What do you need?").fill("Bank statements for December")
    page.get_by_label("Show it to the client now").check()
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text("Bank statements for December").first).to_be_visible()
    check_accessibility(page)


def test_from_sign_up_to_an_accepted_answer(person: Callable[..., Page], site: Site) -> None:
    staff = person()
    sign_up(staff, site, "nora@newman.example")
    found_firm(staff, "newman-audit")
    add_client(staff, "ana@kestrel.example")
    ask(staff)
    staff.goto("/o/newman-audit/clients/")
    staff.get_by_role("link", name="Kestrel Bakeries").click()
    staff.get_by_role("button", name="Send portal link to Ana Ruiz").click()
    link = site.latest_mail("ana@kestrel.example", pattern=r"https?://\S+/enter/\S+")

    # The client's browser runs no scripts: the essential path needs none.
    contact = person(java_script_enabled=False)
    contact.goto(link)
    contact.locator("main form button[type=submit]").first.click()
    expect(contact.get_by_text("Bank statements for December").first).to_be_visible()
    contact.locator("input[type=file]").first.set_input_files([STATEMENT])
    contact.get_by_role("button", name=re.compile("^Send")).first.click()
    expect(contact.get_by_text("Everything is with us, Ana")).to_be_visible()
    contact.get_by_role("link", name="See what you sent").click()
    expect(contact.get_by_text("statement.csv").first).to_be_visible()

    staff.goto("/o/newman-audit/?show=all")
    staff.get_by_role("link", name=re.compile("^Review")).first.click()
    expect(staff.get_by_text("statement.csv").first).to_be_visible()
    check_accessibility(staff)
    staff.get_by_role("button", name=re.compile("^Accept")).first.click()
    expect(staff.get_by_text("Accepted").first).to_be_visible()
    contact.go_back()
    contact.reload()
    expect(contact.get_by_text("Accepted").first).to_be_visible()
    sign_out(staff)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Your account, Nora Newman").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")
    page.goto("/o/newman-audit/")
    page.wait_for_url("**/accounts/login/**")


@pytest.mark.parametrize("path", ["/", "/blog/", "/accounts/login/", "/styleguide/"])
def test_pages_for_strangers_are_accessible(person: Callable[..., Page], path: str) -> None:
    page = person()
    page.goto(path)
    check_accessibility(page)
