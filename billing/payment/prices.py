"""A plan's price at Stripe: the one operators named, or one made from the plan's own price."""

from typing import Any

from django.conf import settings

from billing.models import SubscriptionPlan
from billing.payment.gateway import StripeRefused, asked, client


class UnknownPrice(StripeRefused):
    """Stripe charges a price that belongs to no plan: operators write it at one, or change the subscription at Stripe."""


def price_of(plan: SubscriptionPlan, period: str) -> str:
    """When the plan's price changes, the key changes with it: Stripe's prices never do."""
    if named := plan.stripe_price_year if period == "year" else plan.stripe_price_month:
        return named
    key = f"{plan.code}-{period}-{plan.currency}-{plan.price(period)}".lower()
    found = asked(client().v1.prices.list, lookup_keys=[key], limit=1)["data"]
    return found[0]["id"] if found else _made(plan, period, key)


def _made(plan: SubscriptionPlan, period: str, key: str) -> str:
    return asked(
        client().v1.prices.create, key=f"price-{key}",
        currency=plan.currency.lower(), unit_amount=plan.price(period), recurring={"interval": period},
        nickname=f"{plan.name}, a seat for a {period}", lookup_key=key, tax_behavior="exclusive",
        product_data={"name": f"Tickmark {plan.name}"}, metadata={"plan": plan.code},
    )["id"]  # fmt: skip


def tax() -> dict[str, Any]:
    """What goes with a price: the rates of tax that operators named, where they did."""
    return {"default_tax_rates": settings.STRIPE["tax_rates"]} if settings.STRIPE["tax_rates"] else {}


def plan_of(price: dict[str, Any]) -> SubscriptionPlan:
    """The plan that a price is for. Raises UnknownPrice."""
    code = (price.get("metadata") or {}).get("plan", "")
    for plan in SubscriptionPlan.objects.all():
        if price["id"] in (plan.stripe_price_month, plan.stripe_price_year) or plan.code == code:
            return plan
    raise UnknownPrice(
        f"Stripe charges {price['id']}, which is the price of no plan. Tell Tickmark: they put it right."
    )
