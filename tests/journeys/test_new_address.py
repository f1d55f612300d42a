"""A person's new main address, over the real connections of two roles."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from config.demo.people import PASSWORD
from tests.journeys.conftest import Site, come_in

NEW = "lena.brandt@okafor.example"


def test_a_new_main_address_is_what_the_firm_shows(person: Callable[..., Page], site: Site) -> None:
    page = come_in(person(), "lena@okafor.example")
    page.goto("/accounts/email/")
    page.get_by_label("Another address").fill(NEW)
    page.locator("button[name=action_add]").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Not confirmed")).to_be_visible()
    page.goto(site.latest_mail(NEW, pattern=r"https?://\S+/accounts/confirm-email/\S+"))
    page.locator("main form button[type=submit]").first.click()
    page.goto("/accounts/email/")
    page.get_by_role("button", name="Make main").last.click()
    expect(page.get_by_text("main address").first).to_be_visible()
    page.goto("/o/okafor-bookkeeping/members/")
    expect(page.locator("main").get_by_text(NEW)).to_be_visible()
