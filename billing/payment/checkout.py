"""Paying: off to Stripe's page and back, the customer's own portal there, and changes of what was bought."""

from typing import Any

from billing import subscribing
from billing.models import Subscription, SubscriptionPlan
from billing.payment import account_credit, credits, customers, following, prices, schedules, seats, sessions
from billing.payment.gateway import StripeRefused, asked, client
from organizations.models import Organization

AT_ONCE = {"proration_behavior": "always_invoice", "billing_cycle_anchor": "now"}
LIVING = ("active", "trialing", "past_due", "unpaid")
PAYS = "The firm pays for a plan already. Change it instead."
OWES = "A payment is missing at Stripe. Make it under Payment, with the card there, and the plan goes on."


def begin(organization: Organization, plan: SubscriptionPlan, period: str, *, success_url: str, cancel_url: str) -> str:
    """The address at which the firm pays. At any time there is one such page, so that nobody pays twice."""
    held = following.follow_subscription()
    if held is not None and held["status"] in LIVING:
        raise StripeRefused(OWES if following.locked().is_canceled else PAYS)
    quantity, price, customer = seats.to_pay(), prices.price_of(plan, period), customers.ensure(organization)
    wanted = {"price": price, "seats": str(quantity)}
    if address := sessions.open_page(customer, wanted):
        return address
    account_credit.carry(customer)
    about = {"organization": str(organization.pk), "plan": plan.code}
    session = asked(
        client().v1.checkout.sessions.create,
        mode="subscription", customer=customer, client_reference_id=str(organization.pk),
        line_items=[{"price": price, "quantity": quantity}], success_url=success_url, cancel_url=cancel_url,
        subscription_data={"metadata": about, **prices.tax()}, metadata=wanted,
    )  # fmt: skip
    return session["url"]


def came_back(session_id: str) -> str:
    """What the firm has paid for, asked of Stripe itself: its event may come later, or never. Empty: nothing."""
    session = sessions.own(session_id)
    bought = credits.follow(session)
    following.follow_subscription()
    following.follow_newest_invoices()
    if session["status"] != "complete" or session["mode"] == "payment":
        return bought
    return f"The firm is on the {Subscription.objects.select_related('plan').get().plan} plan"


def portal(*, return_url: str) -> str:
    """Stripe's own pages for cards and invoices."""
    if not (customer := customers.known()):
        raise StripeRefused("The firm has not paid by card yet.")
    return asked(client().v1.billing_portal.sessions.create, customer=customer, return_url=return_url)["url"]


def change_plan(plan: SubscriptionPlan, period: str, *, at_renewal: bool) -> None:
    """At once: a new period begins, less what is left of the old one. Or from the next period on."""
    row, held = following.locked(), _living()
    item, price = held["items"]["data"][0], prices.price_of(plan, period)
    if not at_renewal:
        wanted = [{"id": item["id"], "price": price, "quantity": seats.to_pay()}]
        _update(held, items=wanted, cancel_at_period_end=False, **AT_ONCE)
        return
    if held.get("schedule") or held["cancel_at_period_end"]:
        _update(held, cancel_at_period_end=False)
    schedules.plan_ahead(held, price=price, period=period, seats=seats.to_pay(), tax=prices.tax())
    subscribing.change(row, pending_plan=plan, pending_billing_period=period, cancel_at_period_end=False)
    following.follow_subscription()


def set_ending(*, is_ending: bool) -> None:
    """Cancel at the end of what is paid for, or come back before it."""
    following.locked()
    _update(_living(), cancel_at_period_end=is_ending)


def _update(held: dict[str, Any], **values: Any) -> None:
    schedules.release(held)
    asked(client().v1.subscriptions.update, held["id"], **values)
    following.follow_subscription()


def _living() -> dict[str, Any]:
    held = following.held_subscription()
    if held is None or held["status"] not in LIVING:
        raise StripeRefused("There is no subscription at Stripe to change. Choose a plan and pay for it.")
    return held


def is_paid_at_stripe(row: Subscription) -> bool:
    return bool(row.stripe_subscription_id) and not row.is_canceled


def keep_plan() -> None:
    """What the firm has now goes on: neither an end nor another plan waits for the period."""
    following.locked()
    _update(_living(), cancel_at_period_end=False)
