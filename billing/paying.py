"""Choosing, ending and keeping a plan, whichever way the firm pays: Stripe is told where it takes the money."""

from billing import subscribing
from billing.models import Subscription, SubscriptionPlan
from billing.payment import checkout, gateway
from organizations.models import Organization


def by_card() -> bool:
    """Whether firms that choose a plan now pay by card."""
    return gateway.is_configured()


def choose(
    plan: SubscriptionPlan, billing_period: str, *, success_url: str, cancel_url: str, seats: int | None = None
) -> str:
    """The address to pay at; empty where the plan has been taken, or waits for the period. Raises StripeRefused."""
    row = subscribing.held()
    if not by_card():
        _leave_stripe(row)
        subscribing.choose(plan, billing_period, seats=seats)
        return ""
    if not checkout.is_paid_at_stripe(row):
        if plan.is_free:
            subscribing.choose(plan, billing_period)
            return ""
        firm = Organization.objects.get()
        return checkout.begin(firm, plan, billing_period, success_url=success_url, cancel_url=cancel_url)
    if plan.is_free:
        checkout.set_ending(is_ending=True)
    else:
        checkout.change_plan(plan, billing_period, at_renewal=subscribing.waits_for_period(row, plan, billing_period))
    return ""


def cancel() -> None:
    """At the end of what is paid for."""
    if checkout.is_paid_at_stripe(subscribing.held()):
        checkout.set_ending(is_ending=True)
    else:
        subscribing.cancel()


def keep_plan() -> None:
    """Take back an end, or a smaller plan, that waits for the period."""
    row = subscribing.held()
    if checkout.is_paid_at_stripe(row):
        checkout.keep_plan(row)
    else:
        subscribing.keep_plan()


def _leave_stripe(row: Subscription) -> None:
    """Of a subscription that has ended there, where Stripe is no longer asked: periods are kept here again."""
    if row.stripe_subscription_id:
        subscribing.change(row, stripe_subscription_id=None)
