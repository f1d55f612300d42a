"""Amounts of a firm's plan in templates."""

from decimal import Decimal

from django import template

from billing.amounts import number

register = template.Library()


@register.filter
def credits(value: Decimal) -> str:
    """3,870, and 3,870.50 where there are hundredths."""
    return number(value)
