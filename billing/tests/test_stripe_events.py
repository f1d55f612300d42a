"""What Stripe tells: kept if it is signed, acted on once, in whatever order it comes, and for one firm alone."""

import json
import time
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from billing.models import Invoice, InvoiceLine, StripeEvent, Subscription, SubscriptionPlan
from billing.payment import customers, prices
from billing.payment.jobs import settle_payment
from tests.cast import Cast, Firm
from tests.jobs import run_jobs
from tests.stripe_double import StripeDouble
from tests.stripe_double.world import Thing

pytestmark = pytest.mark.django_db
URL = "/webhooks/stripe/"


def plan(code: str) -> SubscriptionPlan:
    return SubscriptionPlan.objects.get(code=code)


def paying(stripe: StripeDouble, firm: Firm, code: str = "practice") -> Thing:
    """The firm's subscription at Stripe, of which it has not heard yet."""
    with firm.inside():
        customer = customers.ensure(firm.organization)
        return stripe.world.subscribe(customer, prices.price_of(plan(code), "month"), 4)


def kept() -> Any:
    return StripeEvent.objects.exclude(type="invoice.paid", attempts=0, payload__data__object={})


def send(stripe: StripeDouble, event: Thing, **signing: Any) -> int:
    body, signature = stripe.signed(event, **signing)
    return (
        Browser().post(URL, body, content_type="application/json", headers={"Stripe-Signature": signature}).status_code
    )


def state(firm: Firm) -> Any:
    """All that Stripe decides of the firm."""
    names = ("plan__code", "status", "billing_period", "unit_price", "current_period_start", "current_period_end",
             "cancel_at_period_end", "canceled_at", "stripe_subscription_id")  # fmt: skip
    with firm.inside():
        invoices = Invoice.objects.filter(source="stripe").exclude(status="void").order_by("number")
        return (
            Subscription.objects.values(*names).get(),
            list(invoices.values_list("number", "status", "subtotal", "tax", "total", "amount_paid")),
            list(InvoiceLine.objects.filter(invoice__source="stripe").order_by("stripe_line_id", "amount").values_list("description", "amount")),
        )  # fmt: skip


def a_year_at_stripe(stripe: StripeDouble, firm: Firm) -> None:
    """Bought, made larger, refused by the bank, paid after all, cancelled, taken back, renewed."""
    held, world = paying(stripe, firm), stripe.world
    with firm.inside():
        larger = prices.price_of(plan("firm"), "month")
    world.change(held, {"items": [{"price": larger}], "proration_behavior": "always_invoice"})
    with stripe.declining():
        world.renew(held)
    world.collect(world.all("invoice", status="open")[0])
    world.change(held, {"cancel_at_period_end": True})
    world.change(held, {"cancel_at_period_end": False})
    world.renew(held)


def test_a_storm_of_events_ends_where_the_events_in_order_end(cast: Cast, stripe: StripeDouble) -> None:
    """Twice each or so, in no order, and each job only when it comes to it: Stripe's present decides."""
    theirs = state(cast.theirs)
    a_year_at_stripe(stripe, cast.ours)
    ends = []
    for events in (stripe.world.events, stripe.storm(1), stripe.storm(2)):
        assert {send(stripe, event) for event in events} == {204}
        run_jobs()
        ends.append(state(cast.ours))
        with cast.ours.inside():
            assert kept().count() == len(stripe.world.events)
            StripeEvent.objects.update(processed_at=None)
            Subscription.objects.update(status="canceled", canceled_at="2026-01-01T00:00Z", unit_price=1)
            InvoiceLine.objects.filter(invoice__source="stripe").delete()
            Invoice.objects.filter(source="stripe", status="paid").delete()
    assert ends[0] == ends[1] == ends[2]
    subscription, invoices, lines = ends[0]
    assert (subscription["plan__code"], subscription["status"], len(invoices)) == ("firm", "active", 4)
    assert {status for _, status, *_ in invoices} == {"paid"}
    assert sum(amount for _, amount in lines) == sum(subtotal for _, _, subtotal, *_ in invoices)
    assert state(cast.theirs) == theirs


def test_every_line_of_a_long_invoice_is_copied(cast: Cast, stripe: StripeDouble) -> None:
    paying(stripe, cast.ours)
    [invoice] = stripe.world.all("invoice")
    [seats] = invoice["lines"]["data"]
    many = [{**seats, "id": f"il_{number:06d}", "amount": number} for number in range(230)]
    invoice["lines"]["data"] = many
    for _ in range(2):
        assert send(stripe, next(event for event in stripe.world.events if event["type"] == "invoice.paid")) == 204
        run_jobs()
        with cast.ours.inside():
            copied = InvoiceLine.objects.filter(invoice__stripe_invoice_id=invoice["id"]).order_by("position")
            assert list(copied.values_list("stripe_line_id", flat=True)) == [line["id"] for line in many]
    asked = [path for _, path in stripe.asked if path.endswith("/lines")]
    assert len(asked) == 3


@pytest.mark.parametrize("wrong", ["old", "secret", "body", "none"])
def test_what_is_not_signed_is_neither_kept_nor_answered(cast: Cast, stripe: StripeDouble, wrong: str) -> None:
    paying(stripe, cast.ours)
    event = stripe.world.events[-1]
    signing: Any = {"old": {"at": time.time() - 301}, "secret": {"secret": "whsec_another"}}.get(wrong, {})
    body, signature = stripe.signed(event, **signing)
    headers = {"Stripe-Signature": "" if wrong == "none" else signature}
    answer = Browser().post(URL, body + b" " * (wrong == "body"), content_type="application/json", headers=headers)
    assert answer.status_code == 400
    with cast.ours.inside():
        assert not kept().exists()


def test_too_much_and_too_often_is_refused(cast: Cast, stripe: StripeDouble, settings: Any) -> None:
    settings.STRIPE = {**settings.STRIPE, "webhook_limit": "2/m"}
    assert Browser().post(URL, b"x" * 600_000, content_type="application/json").status_code == 413
    answers = [Browser().post(URL, b"{}", content_type="application/json").status_code for _ in range(3)]
    assert answers == [400, 400, 429]
    assert Browser().get(URL).status_code == 405


def test_an_event_names_what_it_is_about_and_no_more(cast: Cast, stripe: StripeDouble) -> None:
    """Signed with our secret, about our customer, naming their invoice: it is the account that answers, and refuses."""
    paying(stripe, cast.ours)
    paying(stripe, cast.theirs)
    theirs = stripe.world.all("invoice")[0]
    mixed = json.loads(json.dumps(next(e for e in stripe.world.events if e["type"] == "invoice.paid")))
    mixed["data"]["object"]["id"] = theirs["id"]
    before = state(cast.theirs)
    assert send(stripe, mixed) == 204
    with pytest.raises(customers.ForeignObject):
        run_jobs()
    with cast.ours.inside():
        assert not Invoice.objects.filter(stripe_invoice_id=theirs["id"]).exists()
        assert "ForeignObject" in kept().get().error
    assert state(cast.theirs) == before


def test_an_event_of_nobodys_customer_reaches_no_firm(cast: Cast, stripe: StripeDouble) -> None:
    stranger = stripe.world.make("customer")
    stripe.world.tell("customer.updated", stranger)
    assert send(stripe, stripe.world.events[-1]) == 204
    assert StripeEvent.objects.get().organization_id is None
    with cast.ours.inside():
        assert not kept().exists()


def test_what_failed_is_told_and_can_be_played_again(cast: Cast, stripe: StripeDouble) -> None:
    paying(stripe, cast.ours)
    send(stripe, stripe.world.events[-1])
    stripe.fails += [500] * 4
    with pytest.raises(Exception, match="Stripe had an error"):
        run_jobs()
    with cast.ours.inside():
        row = kept().get()
    assert (row.processed_at, row.attempts) == (None, 1) and "StripeSilent" in row.error
    stripe.fails.clear()
    call_command("replay_stripe_events", row.event_id)
    settle_payment.run(organization_id=str(cast.ours.organization.pk))  # which finds it waiting, too
    run_jobs()
    with cast.ours.inside():
        row.refresh_from_db()
        assert row.processed_at and not row.error and row.attempts == 3
        assert Subscription.objects.get().plan.code == "practice"
        assert Invoice.objects.filter(source="stripe", status="paid").count() == 1
