"""What a client has typed survives the end of their session."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site, come_in

TYPED = "The March statement follows on Monday."
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('typed '))"


def mailed_link(staff: Page, site: Site, contact: str) -> str:
    """A member of the demo's first firm sends Ana her link."""
    come_in(staff, "maya@harcourtpell.example")
    staff.goto("/o/harcourt-pell/clients/?q=northwind")
    staff.get_by_role("link", name=re.compile("Northwind")).first.click()
    staff.get_by_role("link", name="Portal access of Ana Ruiz").click()
    check_accessibility(staff)
    site.forget_mail()
    staff.get_by_role("button", name="Send portal link").click()
    return site.latest_mail(contact, pattern=r"https?://\S+/enter/\S+")


def test_text_typed_before_the_session_ended_is_there_after_signing_in_again(
    person: Callable[..., Page], site: Site
) -> None:
    contact = person()
    contact.goto(mailed_link(person(), site, "ana.ruiz@northwind.example"))
    contact.locator("main form button[type=submit]").first.click()
    contact.wait_for_url("**/requests/")  # and everything the page loads
    # The first of all may be a table, which is filled in on a page of its own, or stand open already.
    item = contact.locator("details.tk-item", has=contact.get_by_label("It does not exist")).first
    item.evaluate("(details) => { details.open = true }")
    item.get_by_label("It does not exist").check()
    item.get_by_label("Note, or the reason").fill(TYPED)
    contact.context.clear_cookies(name="portal")
    item.get_by_role("button", name=re.compile("^Send")).click()
    expect(contact.get_by_text("so nothing was sent")).to_be_visible()

    site.forget_mail()
    contact.get_by_role("button", name="Email me a six-digit code").click()
    contact.get_by_label("Six-digit code").fill(site.latest_mail("ana.ruiz@northwind.example", pattern=r"\b\d{6}\b"))
    contact.get_by_role("button", name="Open my documents").click()
    expect(contact.get_by_label("Note, or the reason")).to_have_value(TYPED)
    expect(contact.get_by_label("It does not exist")).to_be_checked()
    assert len(contact.evaluate(KEPT)) == 1

    contact.get_by_role("button", name=re.compile("^Send to")).click()
    expect(contact.get_by_text("Sent. You hear from us")).to_be_visible()
    contact.wait_for_load_state()
    assert contact.evaluate(KEPT) == []
