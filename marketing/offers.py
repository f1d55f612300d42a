"""Plans as the site shows them: a copy of what the application sells, made when an operator asks for it.

The site's role cannot read the application's database. Whoever holds both credentials copies (`manage.py refresh_plans`).
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from marketing.models import PlanOffer

SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}
GB = 1024**3


def replace(plans: Iterable[dict[str, Any]]) -> int:
    """All of them or none; what is not offered any more is gone from the site."""
    plans = list(plans)
    with transaction.atomic("marketing"):
        PlanOffer.objects.exclude(code__in=[plan["code"] for plan in plans]).delete()
        for plan in plans:
            PlanOffer.objects.update_or_create(code=plan["code"], defaults=plan)
    return len(plans)


def money(amount: int, currency: str) -> str:
    whole, part = divmod(amount, 100)
    return f"{SIGNS.get(currency, currency + ' ')}{whole:,}" + (f".{part:02}" if part else "")


def tried(offers: list[PlanOffer]) -> PlanOffer | None:
    """The plan on which a new firm begins: the largest that may be tried (`billing.terms` says the same)."""
    return next((offer for offer in reversed(offers) if offer.trial_days), None)


def months_free(offers: list[PlanOffer]) -> int:
    """How many months a year paid at once costs nothing for; 0 where that is not the same for every plan."""
    paid = [offer for offer in offers if offer.price_month]
    free = {divmod(12 * offer.price_month - offer.price_year, offer.price_month) for offer in paid}
    months, rest = free.pop() if len(free) == 1 else (0, 0)
    return months if months > 0 and not rest else 0


def cards(offers: list[PlanOffer], period: str) -> list[dict[str, Any]]:
    """Each plan says what it has beyond the one before it."""
    lines = [[line for feature in offer.features if (line := line_of(feature))] for offer in offers]
    return [
        {
            "offer": offer,
            "price": money(offer.price_year if period == "year" else offer.price_month, offer.currency),
            "per": f"per seat and {period}" if offer.price_month else "for as long as you like",
            "lines": more_than(offers[number - 1].name, lines[number - 1], lines[number]) if number else lines[0],
            "is_last": offer is offers[-1],
            "is_tried": offer is tried(offers),
            "is_free": not offer.price_month,
        }
        for number, offer in enumerate(offers)
    ]


def more_than(name: str, theirs: list[str], ours: list[str]) -> list[str]:
    return [f"Everything in {name}", *(line for line in ours if line not in theirs)]


def line_of(feature: dict[str, Any]) -> str:
    """What a plan's card says of a feature: “2 seats”, “Single sign-on”; nothing for what the plan does not have."""
    if not feature["enabled"]:
        return ""
    if feature["kind"] == "boolean":
        return str(feature["name"])
    if feature["unit"] in ("bytes", "days"):
        return f"{feature['name']}: {amount(feature)}"
    if feature["limit"] is None:
        return f"{feature['unit'].capitalize()} without limit"
    unit = feature["unit"][:-1] if feature["limit"] == 1 else feature["unit"]
    return f"{feature['limit']:,} {unit}" + (" a month" if feature["kind"] == "metered" else "")


def amount(feature: dict[str, Any]) -> str:
    """The same in a cell of the table; “yes” and “” are drawn as marks."""
    if not feature["enabled"]:
        return ""
    if feature["kind"] == "boolean":
        return "yes"
    limit = feature["limit"]
    if limit is None:
        return "No limit"
    if feature["unit"] == "bytes":
        return f"{limit / GB:,.3g} GB"
    if feature["unit"] == "days":
        return f"{limit} days" if limit < 365 else f"{round(limit / 365.25)} year{'s' if limit > 700 else ''}"
    return f"{limit:,}" + (" a month" if feature["kind"] == "metered" else "")


def matrix(offers: list[PlanOffer]) -> list[dict[str, Any]]:
    """A row a feature, a cell a plan; features in the order of the plan that has most of them."""
    named: dict[str, str] = {}
    for offer in sorted(offers, key=lambda offer: -len(offer.features)):
        for feature in offer.features:
            named.setdefault(feature["key"], feature["name"])
    held = [{feature["key"]: amount(feature) for feature in offer.features} for offer in offers]
    return [{"name": name, "cells": [plan.get(key, "") for plan in held]} for key, name in named.items()]


#: Reads the plans where they are sold. Whoever knows both sides sets it; the site itself does not.
source: list[Callable[[], list[dict[str, Any]]]] = []


def refresh() -> int:
    """Only where both databases can be reached: by an operator, or by the command."""
    return replace(plan for read in source for plan in read())
