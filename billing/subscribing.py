"""A firm's subscription through its life: trial, plan, change, missing payment, end, and back again.

Nothing else writes `subscriptions`: every change goes through `change()`, which keeps the firm's copy (`billing.copying`)
and tells whoever asked to be told. A payment provider that keeps the periods itself calls the same functions with its own.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from billing import copying, counting
from billing.models import Subscription, SubscriptionPlan
from billing.periods import midnight, months_on
from billing.terms import plan_in_force, smallest_plan, subscription_of_firm, trial_plan
from organizations.models import Organization

Status, Span = Subscription.Status, Subscription.Period
#: So long all goes on although a payment is missing.
GRACE = timedelta(days=14)
MONTHS = {Span.MONTH: 1, Span.YEAR: 12}

#: Told of a subscription that has changed, in the same transaction.
on_change: list[Callable[[Subscription], None]] = []
#: Told when a period of a plan that costs something begins, so that somebody asks for the money.
on_period_begun: list[Callable[[Subscription], None]] = []
#: Told when no such period follows: what was to be asked for with the next invoice has none to wait for.
on_nothing_to_follow: list[Callable[[Subscription], None]] = []


class NotPossible(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def begin_trial(plan: SubscriptionPlan | None = None) -> Subscription:
    """A new firm's first days, on the largest plan that may be tried. Asked again, it is the same subscription."""
    if known := subscription_of_firm():
        return known
    firm, plan, now = Organization.objects.get(), plan or trial_plan(), timezone.now()
    ends = midnight(firm.today + timedelta(days=plan.trial_days + 1), firm.zone)
    subscription = Subscription.objects.create(
        plan=plan, status=Status.TRIALING, currency=plan.currency, unit_price=plan.price_month, trial_ends_at=ends,
        anchor_day=firm.today.day, current_period_start=now, current_period_end=ends,
    )  # fmt: skip
    return _told(subscription)


@transaction.atomic
def change(subscription: Subscription, **values: Any) -> Subscription:
    """Store these columns, copy them to the firm, and tell."""
    for name, value in values.items():
        setattr(subscription, name, value)
    subscription.save(update_fields=[*values])
    if "anchor_day" in values:
        counting.begin_month(subscription)
    return _told(subscription)


def _told(subscription: Subscription) -> Subscription:
    copying.copy_to_firm(subscription)
    for tell in on_change:
        tell(subscription)
    return subscription


def held() -> Subscription:
    """The firm's, held until the end of the transaction: of two who change it one waits."""
    begin_trial()
    subscription = subscription_of_firm(locked=True)
    assert subscription is not None  # noqa: S101
    return subscription


def is_current(subscription: Subscription, plan: SubscriptionPlan, billing_period: str) -> bool:
    """Whether the firm has this plan, paid in this way, already. What costs nothing is paid in no way."""
    goes_on = subscription.status in (Status.ACTIVE, Status.PAST_DUE)
    return goes_on and plan == subscription.plan and (plan.is_free or billing_period == subscription.billing_period)


def has_pending(subscription: Subscription) -> bool:
    """Whether something else, or the end, waits for the period to be over."""
    return subscription.cancel_at_period_end or subscription.pending_plan_id is not None


def is_smaller(plan: SubscriptionPlan, subscription: Subscription) -> bool:
    return plan.position < plan_in_force(subscription).position


def waits_for_period(subscription: Subscription, plan: SubscriptionPlan, billing_period: str) -> bool:
    """Whether a change comes with the next period: what was paid for is not taken away before.

    So it is with another way to pay for the same plan: to begin anew in the middle of a month would give its credits twice.
    """
    if subscription.status not in (Status.ACTIVE, Status.PAST_DUE) or subscription.plan.is_free:
        return False
    is_other_span = plan == subscription.plan and billing_period != subscription.billing_period
    return is_smaller(plan, subscription) or is_other_span


@transaction.atomic
def choose(plan: SubscriptionPlan, billing_period: str = Span.MONTH) -> Subscription:
    """Change to this plan: a larger one at once, a smaller one when the period ends that has been paid for.

    The one the firm has goes on as it is: however often somebody presses, no new period begins, and none is invoiced.
    """
    subscription = held()
    if is_current(subscription, plan, billing_period):
        return keep_plan() if has_pending(subscription) else subscription
    if waits_for_period(subscription, plan, billing_period):
        return change(
            subscription, pending_plan=plan, pending_billing_period=billing_period, cancel_at_period_end=False
        )
    return activate(plan, billing_period)


@transaction.atomic
def activate(
    plan: SubscriptionPlan,
    billing_period: str = Span.MONTH,
    *,
    seats: int | None = None,
    period: tuple[datetime, datetime] | None = None,
    **stripe: str,
) -> Subscription:
    """On this plan from now on; `period` where somebody else keeps it. Also the way back after an end."""
    subscription, firm = held(), Organization.objects.get()
    anchor = _anchor(subscription, plan, firm) if period is None else period[0].astimezone(firm.zone).day
    start, end = period or (
        timezone.now(),
        midnight(months_on(firm.today, MONTHS[Span(billing_period)], anchor), firm.zone),
    )
    change(
        subscription, plan=plan, status=Status.ACTIVE, billing_period=billing_period, currency=plan.currency,
        seats=seats or subscription.seats,
        unit_price=plan.price(billing_period), anchor_day=anchor, trial_ends_at=None, current_period_start=start,
        current_period_end=end, cancel_at_period_end=False, past_due_since=None, canceled_at=None, **NOTHING_PENDING,
        **stripe,
    )  # fmt: skip
    return _begun(subscription)


def _anchor(subscription: Subscription, plan: SubscriptionPlan, firm: Organization) -> int:
    """Today, but for who comes back to the free plan they are on: its credits do not begin anew for that."""
    goes_on = plan.is_free and not subscription.is_trial and plan == plan_in_force(subscription)
    return subscription.anchor_day if goes_on else firm.today.day


NOTHING_PENDING: dict[str, Any] = {"pending_plan": None, "pending_billing_period": ""}


def _begun(subscription: Subscription) -> Subscription:
    goes_on = subscription.unit_price and not subscription.is_canceled
    for tell in on_period_begun if goes_on else on_nothing_to_follow:
        tell(subscription)
    return subscription


@transaction.atomic
def keep_plan() -> Subscription:
    """Take back a smaller plan or an end that waits for the period."""
    return change(held(), cancel_at_period_end=False, **NOTHING_PENDING)


@transaction.atomic
def cancel() -> Subscription:
    """At the end of the period; nothing is deleted, and the smallest plan is there for ever."""
    subscription = held()
    if subscription.is_canceled:
        raise NotPossible("The subscription has ended already.")
    return change(subscription, cancel_at_period_end=True, **NOTHING_PENDING)


@transaction.atomic
def end(at: datetime | None = None) -> Subscription:
    """It is over: what the smallest plan does not hold is there to be read."""
    ended = change(
        held(), status=Status.CANCELED, canceled_at=at or timezone.now(), past_due_since=None, trial_ends_at=None,
        cancel_at_period_end=False, **NOTHING_PENDING,
    )  # fmt: skip
    return _begun(ended)


@transaction.atomic
def payment_missing(since: datetime | None = None) -> Subscription:
    """All goes on for `GRACE`; told again, the first time counts."""
    subscription = held()
    if subscription.status != Status.ACTIVE:
        return subscription
    return change(subscription, status=Status.PAST_DUE, past_due_since=since or timezone.now())


@transaction.atomic
def payment_came() -> Subscription:
    subscription = held()
    if subscription.status != Status.PAST_DUE:
        return subscription
    return change(subscription, status=Status.ACTIVE, past_due_since=None)


@transaction.atomic
def go_on(now: datetime | None = None) -> Subscription:
    """Move the subscription to where it should be at this time; the job's work, right whenever it comes."""
    now, subscription = now or timezone.now(), held()
    while subscription.current_period_end <= now and not subscription.is_canceled:
        if subscription.stripe_subscription_id and not subscription.is_trial:
            break  # who takes the money also says when
        subscription = _next_period(subscription)
    if subscription.past_due_since and subscription.past_due_since + GRACE <= now:
        subscription = end(subscription.past_due_since + GRACE)
    return subscription


def _next_period(subscription: Subscription) -> Subscription:
    edge = subscription.current_period_end
    if subscription.cancel_at_period_end:
        return end(edge)
    if subscription.is_trial and subscription.pending_plan is None:
        subscription.pending_plan = smallest_plan()
    plan = subscription.pending_plan or subscription.plan
    span = Span(subscription.pending_billing_period or subscription.billing_period)
    firm = Organization.objects.get()
    first = edge.astimezone(firm.zone).date()
    anchor = first.day if subscription.is_trial else subscription.anchor_day
    price = plan.price(span) if subscription.pending_plan else subscription.unit_price
    change(
        subscription, plan=plan, billing_period=span, unit_price=price, anchor_day=anchor, trial_ends_at=None,
        status=Status.ACTIVE if subscription.is_trial else subscription.status, current_period_start=edge,
        current_period_end=midnight(months_on(first, MONTHS[span], anchor), firm.zone), **NOTHING_PENDING,
    )  # fmt: skip
    return _begun(subscription)


def grace_ends(subscription: Subscription) -> datetime | None:
    return subscription.past_due_since + GRACE if subscription.past_due_since else None
