"""A firm tries everything, meets the end of a small plan in the middle of an import, and looks before it leaps."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site
from tests.journeys.test_people import sign_up
from tests.stripe_double import StripeDouble

SLUG = "limit-and-sons"
FIRM = f"/o/{SLUG}"
NAMES = ["Alder Ltd", "Birch Ltd", "Cedar Ltd", "Dogwood Ltd", "Elm Ltd"]


def change_to(page: Page, plan: str, *, is_paid: bool = False) -> None:
    page.goto(f"{FIRM}/billing/plans/{plan.lower()}/")
    check_accessibility(page)
    page.get_by_role("button", name=plan).click()
    if is_paid:
        page.get_by_role("button", name="Pay and subscribe").click()
    expect(page.get_by_role("heading", name="Billing and usage")).to_be_visible()


def choose_file(page: Page) -> None:
    page.goto(f"{FIRM}/clients/import/")
    file = {"name": "clients.csv", "mimeType": "text/csv", "buffer": "\n".join(["Client", *NAMES]).encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Check the import")).to_be_visible()


def test_from_a_trial_to_a_limit_in_an_import_the_way_out_and_back(
    person: Callable[..., Page], site: Site, stripe: StripeDouble
) -> None:
    page = person()
    page.goto("/accounts/signup/")
    sign_up(page, site, "Lena Limit", "lena@limit.example")
    page.goto("/firms/new/")
    page.get_by_label("Firm name").fill("Limit & Sons")
    page.get_by_label("Address").fill(SLUG)
    page.get_by_role("button", name="Create firm").click()
    page.wait_for_url(f"**{FIRM}/")

    page.goto(f"{FIRM}/billing/")
    expect(page.get_by_text("Trial of the Firm plan until")).to_be_visible()
    check_accessibility(page)
    change_to(page, "Starter")

    choose_file(page)
    reason = (
        "Your plan has 3 clients; 0 are taken, and this needs 5 more. The Practice plan has more, and Lena Limit can"
    )
    expect(page.get_by_text(reason)).to_have_count(2)
    check_accessibility(page)
    page.get_by_role("button", name="Import 3 clients").click()
    expect(page.get_by_role("link", name="Cedar Ltd")).to_be_visible()
    expect(page.get_by_role("link", name="Dogwood Ltd")).to_have_count(0)
    expect(page.get_by_role("link", name="Download the rows to correct")).to_be_visible()

    change_to(page, "Practice", is_paid=True)
    choose_file(page)
    page.get_by_role("button", name="Import 2 clients").click()
    expect(page.get_by_role("link", name="Elm Ltd")).to_be_visible()

    page.goto(f"{FIRM}/billing/plans/starter/")
    expect(page.get_by_text("2 of 5 clients, those that came last, can be read and not changed.")).to_be_visible()
    expect(page.get_by_text("It begins with the next period")).to_be_visible()
    change_to(page, "Starter")
    expect(page.get_by_text("A change is waiting")).to_be_visible()

    [session, *_] = stripe.world.all("checkout.session", status="complete")
    stripe.world.renew(stripe.world.things[session["subscription"]])  # the month is over, and with it the plan
    page.goto(f"{FIRM}/billing/payment/return/?session={session['id']}")
    expect(page.get_by_text("The plan has ended")).to_be_visible()
    page.goto(f"{FIRM}/clients/")
    page.get_by_role("link", name="Elm Ltd").click()
    expect(page.get_by_role("heading", name="Elm Ltd")).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_text("Your plan has 3 clients, and the firm has 5")).to_be_visible()
    check_accessibility(page)
