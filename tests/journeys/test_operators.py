"""Operators in real browsers: every page of theirs, and a firm that lets them look, is closed and opened again."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site, come_in
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


#: An id in an address; a page of each kind is opened, of the first row that is met.
IDS = re.compile(r"/(?:[0-9a-f]{8}-[0-9a-f-]{27}|\d+|[^/]+(?=/(?:change|history|delete)/))(?=/)")
#: No pages: a file, and a firm's own pages, which are looked into elsewhere.
ELSEWHERE = re.compile(r"/export/$|^/admin/support/")


def test_every_page_of_the_operators_opens(operator: Page) -> None:
    """Whatever a link leads to from the first page on: lists, rows, forms, histories. The browser complains of none."""
    operator.goto("/admin/")
    expect(operator.get_by_role("heading", name="Background jobs")).to_be_visible()
    check_accessibility(operator)
    seen, waiting = {"/admin/"}, ["/admin/"]
    while waiting:
        address = waiting.pop()
        answer = operator.goto(address, wait_until="domcontentloaded")
        assert answer and answer.status == 200, address
        for path in operator.locator("a[href]").evaluate_all("links => links.map(link => link.pathname)"):
            kind = IDS.sub("/…", path)
            if path.startswith("/admin/") and kind not in seen and not ELSEWHERE.search(path):
                seen.add(kind)
                waiting.append(path)
    rows = {kind.removesuffix("change/") for kind in seen if kind.endswith("/…/change/")}
    assert len(rows) > 15 and {f"{row}history/" for row in rows} <= seen
    firm = "/admin/organizations/organization/…/"
    assert seen >= {f"{firm}suspension/", "/admin/marketing/blogpost/add/", "/admin/marketing/blogpost/…/revisions/"}


def test_a_text_is_shown_by_a_link_dated_and_moved(operator: Page, person: Callable[..., Page]) -> None:
    operator.goto("/admin/marketing/blogpost/add/")
    words = {
        "Title": "Counting the cash box",
        "Slug": "cash",
        "Summary": "Twice.",
        "Author name": "Ida",
        "Body": "Count it.",
    }
    for label, typed in words.items():
        operator.get_by_label(label).fill(typed)
    save = operator.get_by_role("button", name="Save and continue editing")
    save.click()
    expect(operator.get_by_text("No: it is a draft")).to_be_visible()
    form = operator.url
    operator.get_by_role("link", name="Show, make or end links").click()
    operator.get_by_role("button", name="Make a link").click()
    check_accessibility(operator)
    visitor = person()
    visitor.goto(str(operator.locator("td a[href*='/preview/']").get_attribute("href")))
    expect(visitor.get_by_text("A preview.")).to_be_visible()
    check_accessibility(visitor)
    operator.get_by_role("button", name="End this link").click()
    expect(operator.get_by_text("The link no longer works.")).to_be_visible()
    visitor.reload()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("This preview has ended")

    def publish(moment: datetime, slug: str = "cash") -> None:
        operator.goto(form)
        operator.get_by_label("Slug").fill(slug)
        operator.get_by_label("Status").select_option("published")
        operator.get_by_label("Date:").fill(f"{moment:%Y-%m-%d}")
        operator.get_by_label("Time:").fill(f"{moment:%H:%M:%S}")
        save.click()

    publish(datetime.now(UTC) + timedelta(days=1))
    expect(operator.get_by_text(re.compile(r"From .+ UTC; it is"))).to_be_visible()
    visitor.goto("/blog/cash/")
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Nothing is filed here")
    check_accessibility(visitor)
    soon = datetime.now(UTC) + timedelta(seconds=2)
    publish(soon)
    while visitor.goto("/blog/cash/").status == 404:  # type: ignore[union-attr]
        assert datetime.now(UTC) < soon + timedelta(seconds=30), "Its time has come and nobody sees it."
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Counting the cash box")
    publish(soon, slug="cash-box")
    expect(operator.get_by_text(re.compile("was changed successfully"))).to_be_visible()
    visitor = person()  # the other browser keeps the page for a minute
    visitor.goto("/blog/cash/")
    assert visitor.url.endswith("/blog/cash-box/")


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
