"""Operators in real browsers: every page of theirs, and a firm that lets them look, is closed and opened again."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, check_accessibility, come_in
from tests.journeys.test_signing_in_safely import code_of, confirm, enter

OPERATOR, OWNER, OFFICE = "olga.marsh@tickmark.example", "ngozi@okafor.example", "/o/okafor-bookkeeping"
known: dict[str, Any] = {}


@pytest.fixture
def operator(person: Callable[..., Page]) -> Iterator[Page]:
    """Signed in with a second factor, which the first visit sets up."""
    if "state" in known:
        yield person(storage_state=known["state"])
        return
    page = person()
    enter(page, OPERATOR)
    page.wait_for_url("**/firms/**")
    page.goto("/admin/")
    page.get_by_role("link", name="Set up an authenticator app").click()
    confirm(page)
    secret = page.locator("code").inner_text()
    page.get_by_label("6-digit code").fill(code_of(secret))
    page.get_by_role("button", name="Set up app").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/admin/")  # having a second factor is not yet having shown it
    page.get_by_label("Code", exact=True).fill(code_of(secret, 1))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/admin/")
    known["state"] = page.context.storage_state()
    yield page


def test_every_page_of_the_operators_opens(operator: Page) -> None:
    """Each list, and the first row of each; the browser complains of none."""
    operator.goto("/admin/")
    expect(operator.get_by_role("heading", name="Background jobs")).to_be_visible()
    check_accessibility(operator)
    lists = operator.locator(".app-list th a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    pages = sorted({href for href in lists if re.fullmatch(r"/admin/\w+/\w+/", href)})
    assert len(pages) > 12
    for href in pages:
        assert operator.goto(href).status == 200, href  # type: ignore[union-attr]
        row = operator.locator("#result_list th a").first
        if row.count():
            address = str(row.get_attribute("href"))
            assert operator.goto(address).status == 200, address  # type: ignore[union-attr]


def test_a_firm_lets_support_look_and_is_closed_and_opened(
    operator: Page, person: Callable[..., Page], site: Site
) -> None:
    operator.goto("/admin/organizations/organization/?q=okafor")
    operator.get_by_role("link", name="Okafor Bookkeeping").click()
    operator.get_by_role("button", name="Take the question back").click()  # the demo's own
    expect(operator.get_by_role("link", name="Ask for support access")).to_be_visible()
    firm = operator.url
    operator.get_by_role("link", name="Ask for support access").click()
    operator.get_by_label("Reason").fill("Your list of requests is empty since this morning.")
    operator.get_by_role("button", name="Ask the owners").click()
    expect(operator.get_by_text("Until one of them consents, you see nothing")).to_be_visible()

    owner = come_in(person(), OWNER)
    owner.goto(site.latest_mail(OWNER, pattern=r"https?://\S+/firm/support/"))
    expect(owner.get_by_text("Your list of requests is empty since this morning.")).to_be_visible()
    check_accessibility(owner)
    owner.get_by_role("button", name="Let Olga Marsh look").click()
    expect(owner.get_by_role("button", name="End it now")).to_be_visible()

    operator.reload()
    operator.get_by_role("link", name="Look into the firm").click()
    expect(operator.get_by_text("Support mode.")).to_be_visible()
    check_accessibility(operator)
    there = f"/admin/support{OFFICE.removeprefix('/o')}"
    for place in ("clients/", "requests/", "documents/", "workpapers/", "projects/", "scoping/", "members/"):
        assert operator.goto(f"{there}/{place}").status == 200, place  # type: ignore[union-attr]
        expect(operator.get_by_text("Support mode.")).to_be_visible()
    answer = operator.goto(f"{there}/clients/export/csv/")
    assert answer and answer.status == 403

    owner.get_by_role("button", name="End it now").click()
    expect(owner.get_by_text("Ended early")).to_be_visible()
    operator.goto(f"{there}/clients/")
    expect(operator.get_by_role("heading", name="has not opened itself to you")).to_be_visible()

    operator.goto(firm)
    operator.get_by_role("link", name="Suspend").click()
    operator.get_by_label("What members read").fill("Your trial has ended. Write to us to go on.")
    operator.get_by_role("button", name="Suspend the firm").click()
    expect(operator.get_by_text("is suspended: its pages, portals, programs and mails are closed")).to_be_visible()
    owner.goto(f"{OFFICE}/clients/")
    expect(owner.get_by_text("Your trial has ended. Write to us to go on.")).to_be_visible()
    check_accessibility(owner)
    operator.get_by_role("button", name="Reactivate").click()
    expect(operator.get_by_text("is open again")).to_be_visible()
    owner.goto(f"{OFFICE}/clients/")
    expect(owner.get_by_role("heading", name="Clients", exact=True)).to_be_visible()
