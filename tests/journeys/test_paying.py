"""A firm on trial pays by card on Stripe's page, comes back, and finds its invoice; events come when they come."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import come_in
from tests.stripe_double import StripeDouble

FIRM = "/o/okafor-bookkeeping"


def test_from_trial_to_paid(person: Callable[..., Page], stripe: StripeDouble) -> None:
    page = come_in(person(), "ama@okafor.example")
    page.goto(f"{FIRM}/billing/")
    expect(page.get_by_text("Trial", exact=True)).to_be_visible()
    expect(page.get_by_text("No card yet")).to_be_visible()
    page.get_by_role("link", name="Change plan").click()
    page.get_by_role("link", name="Keep Firm").click()
    page.get_by_role("button", name="Keep Firm").click()

    # On Stripe's page: first back without paying, then paid.
    page.get_by_role("link", name="Go back").click()
    expect(page.get_by_text("Trial", exact=True)).to_be_visible()
    page.goto(f"{FIRM}/billing/plans/firm/")
    page.get_by_role("button", name="Keep Firm").click()
    page.get_by_role("button", name="Pay and subscribe").click()

    expect(page.get_by_text("Paid. The firm is on the Firm plan")).to_be_visible()
    expect(page.get_by_text("Visa ending 4242")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("link", name="All invoices").click()
    page.get_by_role("link", name=re.compile("^STRIPE-")).click()
    expect(page.get_by_role("table").first).to_contain_text("Firm, a seat for a month")
    check_accessibility(page)

    # Its events, and the same ones once more, change nothing of it.
    stripe.deliver(stripe.storm(3))
    page.goto(f"{FIRM}/billing/invoices/")
    expect(page.get_by_role("row")).to_have_count(2)
