"""What the firm's own row tells of its plan, so that every page knows it without asking further.

`usage_limits` has `features`, what each allows (a number, null for no limit, true or false), and `open_until`: of what
the firm has more of than its plan allows, the last one that is not read-only (`billing.frozen`).
"""

from collections.abc import Callable
from typing import Any

from billing import frozen
from billing.models import Feature, Subscription
from billing.terms import Terms, all_terms, plan_in_force, subscription_of_firm
from organizations.models import Organization

#: Told when operators have changed what is sold, by whoever shows it elsewhere: the answer is a sentence for them.
on_offer_changed: list[Callable[[], str]] = []


def copy_to_firm(subscription: Subscription | None = None) -> None:
    """After a change of the subscription, of an exception, of what a plan holds, or of what is read-only."""
    subscription = subscription or subscription_of_firm()
    plan, terms = plan_in_force(subscription), all_terms(subscription)
    limits: dict[str, Any] = {"features": {key: told(each) for key, each in terms.items()}}
    limits["seats"] = limits["features"].get("seats")
    if cut := frozen.edges(terms):
        limits["open_until"] = cut
    Organization.objects.update(
        plan_type=plan.code, subscription_tier=plan.name, usage_limits=limits, subscription_data=_data(subscription)
    )


def note_freed() -> None:
    """The firm has fewer of something than before: what came last may be open again. Nothing to do where all is open."""
    if frozen.something_is(Organization.objects.only("usage_limits").get()):
        copy_to_firm()


def told(terms: Terms) -> int | bool | None:
    if terms.feature.kind == Feature.Kind.BOOLEAN:
        return terms.enabled
    return terms.limit if terms.enabled else 0


def _data(subscription: Subscription | None) -> dict[str, Any]:
    if subscription is None:
        return {}
    end = subscription.current_period_end.isoformat()
    return {"status": subscription.status, "plan": subscription.plan.code, "billing_period": subscription.billing_period,
            "current_period_end": end, "cancel_at_period_end": subscription.cancel_at_period_end, "anchor_day": subscription.anchor_day}  # fmt: skip
