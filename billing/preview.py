"""What a change of plan would mean for this firm: what it gains, and what can only be read from then on."""

from dataclasses import dataclass, field
from datetime import datetime

from billing import measures
from billing.models import Feature, Subscription, SubscriptionPlan
from billing.plan_words import AFTERWARDS, afterwards, promise
from billing.subscribing import is_current, is_smaller, waits_for_period
from billing.terms import Terms, all_terms


@dataclass
class Preview:
    plan: SubscriptionPlan
    billing_period: str
    #: None: at once.
    begins: datetime | None
    gains: list[str] = field(default_factory=list)
    #: (feature, what becomes of it).
    losses: list[tuple[str, str]] = field(default_factory=list)
    is_smaller: bool = False
    #: The firm has it already, paid in this way.
    is_current: bool = False


def preview(subscription: Subscription, plan: SubscriptionPlan, billing_period: str) -> Preview:
    waits = waits_for_period(subscription, plan, billing_period)
    shown = Preview(plan, billing_period, subscription.current_period_end if waits else None)
    shown.is_smaller = is_smaller(plan, subscription)
    shown.is_current = is_current(subscription, plan, billing_period)
    now, then = all_terms(subscription), all_terms(subscription, plan)
    for key, after in then.items():
        _compare(shown, now[key], after)
    return shown


def ending(subscription: Subscription, smallest: SubscriptionPlan) -> Preview:
    """The same for the end of a subscription."""
    shown = preview(subscription, smallest, subscription.billing_period)
    shown.begins = subscription.current_period_end
    return shown


def _compare(shown: Preview, before: Terms, after: Terms) -> None:
    if _holds_more(after, before):
        shown.gains.append(promise(after.feature, after.limit))
    elif after.feature.kind == Feature.Kind.BOOLEAN:
        if before.enabled and not after.enabled:
            shown.losses.append((after.feature.name, AFTERWARDS.get(after.feature.key, "It can be used no more.")))  # type: ignore[call-overload]
    elif _holds_more(before, after):
        shown.losses.append((promise(after.feature, after.limit if after.enabled else 0), _what_of_it(after)))


def _what_of_it(after: Terms) -> str:
    if after.feature.kind == Feature.Kind.METERED:
        return "Drafting and PDF exports wait for the next month once they are used."
    if after.feature.unit == "days":
        return "Older entries are kept, and not shown."
    if not measures.is_measured(after.feature.key):
        return ""
    used = measures.in_use(after.feature.key)
    return "You have no more than that." if after.allows(used) else afterwards(after, used)


def _holds_more(one: Terms, other: Terms) -> bool:
    if one.enabled != other.enabled:
        return one.enabled
    if one.feature.kind == Feature.Kind.BOOLEAN:
        return False
    return other.limit is not None and (one.limit is None or one.limit > other.limit)
