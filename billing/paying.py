"""Choosing, ending and keeping a plan, whichever way the firm pays: Stripe is told where it takes the money."""

from billing import subscribing
from billing.invoicing import issuing
from billing.models import Subscription, SubscriptionPlan
from billing.payment import checkout, gateway
from billing.subscribing import NotPossible
from organizations.models import Organization


def by_card() -> bool:
    """Whether firms that choose a plan now pay by card."""
    return gateway.is_configured()


def choose(plan: SubscriptionPlan, billing_period: str, *, success_url: str, cancel_url: str) -> str:
    """The address to pay at; empty where the plan has been taken, or waits for the period. Raises NotPossible."""
    row = subscribing.held()
    if subscribing.is_current(row, plan, billing_period):
        if subscribing.has_pending(row):
            keep_plan()
    elif checkout.is_paid_at_stripe(row):
        _change_at_stripe(row, plan, billing_period)
    elif by_card() and not plan.is_free and not pays_by_invoice(row):
        _refuse_who_owes(row)
        firm = Organization.objects.get()
        return checkout.begin(firm, plan, billing_period, success_url=success_url, cancel_url=cancel_url)
    else:
        _take_on_account(row, plan, billing_period)
    return ""


def _take_on_account(row: Subscription, plan: SubscriptionPlan, billing_period: str) -> None:
    """A new plan is no new grace: what is overdue stays so."""
    if not plan.is_free:
        _refuse_who_owes(row)
    _leave_stripe(row)
    subscribing.choose(plan, billing_period)
    issuing.see_to_payment()


def _refuse_who_owes(row: Subscription) -> None:
    """Who lost a plan over an invoice pays it first, whichever way the next one is paid."""
    if row.is_canceled and (owed := issuing.oldest_overdue()):
        raise NotPossible(f"Invoice {owed} is overdue. When it is paid, the firm can take a plan again.")


def pays_by_invoice(row: Subscription) -> bool:
    """Whoever does goes on to, although others pay by card meanwhile."""
    goes_on = row.status in (Subscription.Status.ACTIVE, Subscription.Status.PAST_DUE)
    return goes_on and bool(row.unit_price) and not row.stripe_subscription_id


def _change_at_stripe(row: Subscription, plan: SubscriptionPlan, billing_period: str) -> None:
    if plan.is_free:
        checkout.set_ending(is_ending=True)
    else:
        checkout.change_plan(plan, billing_period, at_renewal=subscribing.waits_for_period(row, plan, billing_period))


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
        checkout.keep_plan()
    else:
        subscribing.keep_plan()


def _leave_stripe(row: Subscription) -> None:
    """Of a subscription that has ended there, and is taken up here: its periods are kept here again."""
    if row.stripe_subscription_id:
        subscribing.change(row, stripe_subscription_id=None)
