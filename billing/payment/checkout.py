"""Paying: off to Stripe's page and back, the customer's own portal there, and changes of what was bought."""

from typing import Any

from django.conf import settings

from billing import subscribing
from billing.models import Subscription, SubscriptionPlan
from billing.payment import customers, following, prices, seats
from billing.payment.gateway import StripeRefused, asked, client
from organizations.models import Organization

AT_ONCE = {"proration_behavior": "always_invoice", "billing_cycle_anchor": "now"}
LIVING = ("active", "trialing", "past_due", "unpaid")


def begin(organization: Organization, plan: SubscriptionPlan, period: str, *, success_url: str, cancel_url: str) -> str:
    """The address at which the firm pays. Two presses lead to one page, so that nobody pays twice."""
    row = following.locked()
    held = following.follow_subscription()
    if held is not None and held["status"] in LIVING:
        raise StripeRefused("The firm pays for a plan already. Change it instead.")
    quantity, price = seats.to_pay(), prices.price_of(plan, period)
    about = {"organization": str(organization.pk), "plan": plan.code}
    session = asked(
        client().v1.checkout.sessions.create,
        key=f"checkout-{row.pk}-{row.updated_at:%Y%m%d%H%M%S%f}-{price}-{quantity}",
        mode="subscription", customer=customers.ensure(organization), client_reference_id=str(organization.pk),
        line_items=[{"price": price, "quantity": quantity}], success_url=success_url, cancel_url=cancel_url,
        subscription_data={"metadata": about, **_tax()},
    )  # fmt: skip
    return session["url"]


def _tax() -> dict[str, Any]:
    return {"default_tax_rates": settings.STRIPE["tax_rates"]} if settings.STRIPE["tax_rates"] else {}


def came_back(session_id: str) -> bool:
    """Whether the firm has paid, asked of Stripe itself: its event may come later, or never."""
    if not session_id.startswith("cs_"):
        raise StripeRefused("Nothing was paid here. The plan is as it was.")
    session = customers.own(asked(client().v1.checkout.sessions.retrieve, session_id))
    following.follow_subscription()
    following.follow_newest_invoices()
    return session["status"] == "complete"


def portal(*, return_url: str) -> str:
    """Stripe's own pages for cards and invoices."""
    if not (customer := customers.known()):
        raise StripeRefused("The firm has not paid by card yet.")
    return asked(client().v1.billing_portal.sessions.create, customer=customer, return_url=return_url)["url"]


def change_plan(plan: SubscriptionPlan, period: str, *, at_renewal: bool) -> None:
    """At once: a new period begins, less what is left of the old one. Or from the next period on."""
    row, held = following.locked(), _living()
    item, price = held["items"]["data"][0], prices.price_of(plan, period)
    if at_renewal:
        subscribing.change(row, pending_plan=plan, pending_billing_period=period)
    how = {"proration_behavior": "none"} if at_renewal else AT_ONCE
    wanted = [{"id": item["id"], "price": price, "quantity": seats.to_pay()}]
    _update(held, items=wanted, cancel_at_period_end=False, **how)


def set_ending(*, is_ending: bool) -> None:
    """Cancel at the end of what is paid for, or come back before it."""
    following.locked()
    _update(_living(), cancel_at_period_end=is_ending)


def _update(held: dict[str, Any], **values: Any) -> None:
    asked(client().v1.subscriptions.update, held["id"], **values)
    following.follow_subscription()


def _living() -> dict[str, Any]:
    held = following.held_subscription()
    if held is None or held["status"] not in LIVING:
        raise StripeRefused("There is no subscription at Stripe to change. Choose a plan and pay for it.")
    return held


def is_paid_at_stripe(row: Subscription) -> bool:
    return bool(row.stripe_subscription_id) and not row.is_canceled


def keep_plan(row: Subscription) -> None:
    """What the firm has now goes on, at its own price."""
    held = _living()
    item, price = held["items"]["data"][0], prices.price_of(row.plan, row.billing_period)
    subscribing.keep_plan()
    again = {} if item["price"]["id"] == price else {"items": [{"id": item["id"], "price": price}]}
    _update(held, **again, cancel_at_period_end=False, proration_behavior="none")
