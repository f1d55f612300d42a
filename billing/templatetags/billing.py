"""Amounts of a firm's plan in templates."""

from decimal import Decimal

from django import template

from billing.amounts import number
from billing.features import PRICES

register = template.Library()


@register.filter
def credits(value: Decimal) -> str:
    """3,870, and 3,870.50 where there are hundredths."""
    return number(value)


@register.simple_tag
def credits_of(act: str) -> str:
    """What an act costs, where somebody is about to do it: “5 credits”."""
    cost = PRICES[act]
    return f"{cost} credit{'' if cost == 1 else 's'}"
