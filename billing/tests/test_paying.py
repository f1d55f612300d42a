"""Paying by card, from the trial to the end and back, through the pages and a Stripe of our own."""

import urllib.request
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser
from django.utils import timezone

from billing import paying, subscribing
from billing.invoicing import issuing
from billing.models import Invoice, Subscription, SubscriptionPlan
from billing.payment import checkout
from billing.payment.jobs import settle_payment
from organizations.models import Membership
from tests.cast import Cast, Firm, signed_in
from tests.stripe_double import StripeDouble

pytestmark = pytest.mark.django_db


def plan(code: str) -> SubscriptionPlan:
    return SubscriptionPlan.objects.get(code=code)


@pytest.fixture(autouse=True)
def on_trial(cast: Cast) -> None:
    for firm in (cast.ours, cast.theirs):
        with firm.inside():
            Subscription.objects.update(status="trialing", trial_ends_at=timezone.now() + timedelta(days=9))


def pay(browser: Browser, firm: Firm, code: str = "practice", period: str = "month") -> Any:
    """Choose, pay at Stripe, come back. None of Stripe's events has come."""
    page = browser.post(firm.url("billing_plan", code=code), {"period": period})
    address = page.headers["Refresh"].partition("url=")[2]
    assert address in page.content.decode()
    with urllib.request.urlopen(address, data=b"card=4242") as answer:  # noqa: S310
        back = answer.read().decode().partition("url=")[2].partition('"')[0]
    return browser.get(back.partition("testserver")[2])


def now(firm: Firm) -> Subscription:
    with firm.inside():
        return Subscription.objects.select_related("plan", "pending_plan").get()


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_from_trial_to_paid_before_any_event_has_come(cast: Cast, stripe: StripeDouble) -> None:
    browser = signed_in(cast.ours.members["billing"])
    answer = pay(browser, cast.ours)
    assert answer.status_code == 302 and said(answer) == ["Paid. The firm is on the Practice plan"]
    row, [held] = now(cast.ours), stripe.world.all("subscription")
    assert (row.status, row.plan.code, row.unit_price) == ("active", "practice", 2_900)
    assert row.stripe_subscription_id == held["id"]
    with cast.ours.inside():
        seats = paying.checkout.seats.to_pay()
        assert held["items"]["data"][0]["quantity"] == seats
        assert Invoice.objects.get(source="stripe", status="paid").subtotal == 2_900 * seats
    asked = len(stripe.asked)
    again = browser.post(cast.ours.url("billing_plan", code="practice"), {"period": "month"})
    assert said(again)[-1] == "You are on the Practice plan" and stripe.asked[asked:] == [], "nothing is bought again"
    portal = browser.post(cast.ours.url("payment_portal"))
    assert "/portal/bps_" in portal.headers["Refresh"]


def test_two_presses_lead_to_one_page_to_pay_at(cast: Cast, stripe: StripeDouble) -> None:
    browser = signed_in(cast.ours.owner)
    pages = [browser.post(cast.ours.url("billing_plan", code="firm"), {"period": "year"}) for _ in range(2)]
    assert len({page.headers["Refresh"] for page in pages}) == len(stripe.world.all("checkout.session")) == 1
    browser.post(cast.ours.url("billing_plan", code="practice"), {"period": "month"})
    pay(browser, cast.ours, "firm", "year")
    assert [session["status"] for session in stripe.world.all("checkout.session")] == ["complete", "expired", "expired"]


def test_of_two_subscriptions_paid_for_at_once_one_goes_on(cast: Cast, stripe: StripeDouble) -> None:
    """Two people on two pages, in the same moment: Stripe took both."""
    pay(signed_in(cast.ours.owner), cast.ours)
    [first] = stripe.world.all("subscription")
    stripe.world.pass_time(days=1)
    second = stripe.world.subscribe(first["customer"], first["items"]["data"][0]["price"]["id"], 1)
    settle(cast.ours)
    assert (first["status"], second["status"]) == ("canceled", "active")
    assert now(cast.ours).stripe_subscription_id == second["id"] and now(cast.ours).status == "active"


def test_nobody_comes_back_with_what_another_firm_has_paid(cast: Cast, stripe: StripeDouble) -> None:
    pay(signed_in(cast.theirs.owner), cast.theirs)
    [session] = stripe.world.all("checkout.session")
    before = now(cast.ours)
    mine = signed_in(cast.ours.owner)
    mine.post(cast.ours.url("billing_plan", code="firm"), {"period": "month"})
    assert mine.get(cast.ours.url("checkout_return"), {"session": session["id"]}).status_code == 404
    for none in ("cs_000000", "", "../customers"):
        assert mine.get(cast.ours.url("checkout_return"), {"session": none}).status_code == 302
    assert now(cast.ours).plan == before.plan and now(cast.ours).stripe_subscription_id is None


def test_stripe_away_is_a_sentence_and_changes_nothing(cast: Cast, stripe: StripeDouble) -> None:
    stripe.fails += [503] * 2
    answer = signed_in(cast.ours.owner).post(cast.ours.url("billing_plan", code="firm"), {"period": "month"})
    assert said(answer) == ["Stripe had an error. Nothing was changed; try again in a minute."]
    assert signed_in(cast.ours.member).post(cast.ours.url("billing_plan", code="firm"), {}).status_code == 403


def test_larger_at_once_smaller_with_the_period_and_back(cast: Cast, stripe: StripeDouble) -> None:
    browser = signed_in(cast.ours.owner)
    pay(browser, cast.ours)
    [held] = stripe.world.all("subscription")
    with cast.ours.inside():
        seats = checkout.seats.to_pay()
    stripe.world.pass_time(days=10)
    browser.post(cast.ours.url("billing_plan", code="firm"), {"period": "month"})
    assert now(cast.ours).plan.code == "firm"
    upgrade = stripe.world.all("invoice")[0]
    back, forth = (line["amount"] for line in upgrade["lines"]["data"])
    assert forth == 4_900 * seats and -2_900 * seats < back < -2_900 * seats // 2
    row = now(cast.ours)
    assert upgrade["subtotal"] == back + forth and row.current_period_start > timezone.now() + timedelta(days=9)
    assert row.anchor_day == row.current_period_start.astimezone(cast.ours.organization.zone).day, "credits begin anew"

    browser.post(cast.ours.url("billing_plan", code="practice"), {"period": "month"})
    row = now(cast.ours)
    assert (row.plan.code, row.pending_plan and row.pending_plan.code, row.unit_price) == ("firm", "practice", 4_900)
    with cast.ours.inside():
        paying.keep_plan()
    assert now(cast.ours).pending_plan is None and held["items"]["data"][0]["price"]["unit_amount"] == 4_900
    browser.post(cast.ours.url("billing_plan", code="practice"), {"period": "month"})
    renewed = stripe.world.renew(held)
    settle(cast.ours)
    assert (now(cast.ours).plan.code, now(cast.ours).pending_plan) == ("practice", None)
    assert (
        stripe.world.all("invoice")[0]["subtotal"] == 2_900 * seats == 2_900 * renewed["items"]["data"][0]["quantity"]
    )


def test_months_instead_of_a_year_wait_for_the_year_to_end(cast: Cast, stripe: StripeDouble) -> None:
    """Stripe begins a new period at once where the interval of a subscription's price changes."""
    browser = signed_in(cast.ours.owner)
    pay(browser, cast.ours, "firm", "year")
    [held], bought = stripe.world.all("subscription"), now(cast.ours)
    browser.post(cast.ours.url("billing_plan", code="practice"), {"period": "month"})
    browser.post(cast.ours.url("billing_keeping"))
    assert now(cast.ours).pending_plan is None and held["schedule"] is None
    browser.post(cast.ours.url("billing_plan", code="firm"), {"period": "month"})
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.viewer.pk).update(role="billing")
    settle(cast.ours)
    row = now(cast.ours)
    assert (row.billing_period, row.pending_billing_period, row.unit_price) == ("year", "month", 49_000)
    assert row.current_period_end == bought.current_period_end and len(stripe.world.all("invoice")) == 1
    stripe.world.renew(held)
    settle(cast.ours)
    row, [item] = now(cast.ours), held["items"]["data"]
    assert (row.billing_period, row.pending_billing_period, row.unit_price) == ("month", "", 4_900)
    assert row.current_period_start == bought.current_period_end
    with cast.ours.inside():
        assert item["quantity"] == checkout.seats.to_pay()
    assert stripe.world.all("invoice")[0]["subtotal"] == 4_900 * item["quantity"]


def settle(firm: Firm) -> None:
    settle_payment.run(organization_id=str(firm.organization.pk))


def test_cancelled_kept_cancelled_and_bought_again(cast: Cast, stripe: StripeDouble) -> None:
    browser = signed_in(cast.ours.owner)
    pay(browser, cast.ours)
    [held] = stripe.world.all("subscription")
    with cast.ours.inside():
        paying.cancel()
    assert now(cast.ours).cancel_at_period_end and held["cancel_at_period_end"] and now(cast.ours).status == "active"
    with cast.ours.inside():
        paying.keep_plan()
    assert not now(cast.ours).cancel_at_period_end and not held["cancel_at_period_end"]
    browser.post(cast.ours.url("billing_plan", code="starter"), {"period": "month"})  # which costs nothing
    stripe.world.renew(held)
    settle(cast.ours)
    assert now(cast.ours).status == "canceled" and now(cast.ours).canceled_at
    browser.post(cast.ours.url("billing_plan", code="starter"), {"period": "month"})
    settle(cast.ours)
    assert (now(cast.ours).status, now(cast.ours).plan.code) == ("active", "starter"), "the old end is history"
    stripe.world.pass_time(days=1)
    pay(browser, cast.ours, "firm", "year")
    row = now(cast.ours)
    assert (row.status, row.plan.code, row.billing_period) == ("active", "firm", "year")
    assert row.stripe_subscription_id == stripe.world.all("subscription", status="active")[0]["id"]


def test_a_refused_card_leaves_days_of_grace_and_a_paid_invoice_ends_them(cast: Cast, stripe: StripeDouble) -> None:
    browser = signed_in(cast.ours.owner)
    pay(browser, cast.ours)
    [held] = stripe.world.all("subscription")
    with stripe.declining():
        stripe.world.renew(held)
    settle(cast.ours)
    late = now(cast.ours)
    assert late.status == "past_due" and late.past_due_since
    settle(cast.ours)
    assert now(cast.ours).past_due_since == late.past_due_since
    with cast.ours.inside():
        assert subscribing.go_on(late.past_due_since + subscribing.GRACE).status == "canceled"
    settle(cast.ours)
    assert now(cast.ours).status == "canceled", "however long Stripe still asks for the money"
    answer = browser.post(cast.ours.url("billing_plan", code="practice"), {"period": "month"})
    assert "A payment is missing at Stripe" in said(answer)[-1]
    stripe.world.collect(stripe.world.all("invoice", status="open")[0])
    settle(cast.ours)
    assert (now(cast.ours).status, now(cast.ours).past_due_since) == ("active", None)


def test_seats_at_stripe_follow_the_people_of_the_firm(cast: Cast, stripe: StripeDouble) -> None:
    pay(signed_in(cast.ours.owner), cast.ours)
    [held] = stripe.world.all("subscription")
    before = held["items"]["data"][0]["quantity"]
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.viewer.pk).update(status="suspended")
        Membership.objects.filter(pk=cast.ours.viewer.pk).update(role="billing")
    settle(cast.ours)
    assert held["items"]["data"][0]["quantity"] == before - 1
    asked = len(stripe.asked)
    settle(cast.ours)
    assert {verb for verb, _ in stripe.asked[asked:]} == {"GET"}


def test_a_firm_that_pays_by_card_gets_no_invoice_of_ours(cast: Cast, stripe: StripeDouble) -> None:
    with cast.ours.inside():
        before = Invoice.objects.filter(source="manual").count()
    pay(signed_in(cast.ours.owner), cast.ours)
    settle(cast.ours)
    with cast.ours.inside():
        assert Invoice.objects.filter(source="manual").count() == before
        Invoice.objects.create(number="TM-OLD", status="open", due_on=timezone.localdate() - timedelta(days=9))
        assert issuing.see_to_payment().status == "active", "Stripe says whether it is late"


def test_a_price_of_no_plan_is_a_sentence(cast: Cast, stripe: StripeDouble) -> None:
    browser = signed_in(cast.ours.owner)
    pay(browser, cast.ours)
    [held] = stripe.world.all("subscription")
    strange = {"currency": "gbp", "unit_amount": 1, "recurring": {"interval": "month"}, "nickname": "Strange"}
    held["items"]["data"][0]["price"] = stripe.world.make("price", **strange)
    [session] = stripe.world.all("checkout.session")
    answer = browser.get(cast.ours.url("checkout_return"), {"session": session["id"]})
    assert "which is the price of no plan" in said(answer)[-1]
    assert "which is the price of no plan" in said(browser.post(cast.ours.url("billing_cancellation")))[-1]


def test_who_pays_by_invoice_goes_on_to(cast: Cast, stripe: StripeDouble) -> None:
    with cast.ours.inside():
        subscribing.activate(plan("practice"))
    answer = signed_in(cast.ours.owner).post(cast.ours.url("billing_plan", code="firm"), {"period": "month"})
    assert said(answer) == ["You are on the Firm plan"] and stripe.asked == []
    with cast.ours.inside():
        assert Invoice.objects.filter(source="manual", status="open").count() == 2
