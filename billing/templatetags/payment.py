"""The parts of the billing page that are about money, and amounts in templates."""

from typing import Any

from django import template
from django.conf import settings

from billing import amounts, paying
from billing.models import Invoice, InvoiceLine, StripeCustomer, Subscription
from billing.payment import checkout
from billing.terms import subscription_of_firm

register = template.Library()
#: So many invoices stand on the billing page; the others are on their own.
SHOWN = 4
MOST_WAITING = 10


@register.filter
def money(minor: int, currency: str) -> str:
    return amounts.money(int(minor), currency)


@register.filter
def quantity(value: Any) -> str:
    return amounts.number(value)


@register.inclusion_tag("billing/_payment.html", takes_context=True)
def payment_part(context: dict[str, Any]) -> dict[str, Any]:
    subscription = subscription_of_firm()
    customer = StripeCustomer.objects.first()
    pays = subscription is not None and subscription.status in (
        Subscription.Status.ACTIVE,
        Subscription.Status.PAST_DUE,
    )
    return {
        "subscription": subscription, "card": customer.card if customer else {}, "by_card": paying.by_card(),
        "is_at_stripe": subscription is not None and checkout.is_paid_at_stripe(subscription), "pays": pays,
        "due_days": settings.INVOICING["due_days"], "organization": context["organization"], "may": context["may"],
        "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


@register.inclusion_tag("billing/_invoices.html", takes_context=True)
def invoices_part(context: dict[str, Any]) -> dict[str, Any]:
    newest = list(Invoice.objects.shown().order_by("-issued_at", "-id")[:SHOWN])
    return {
        "invoices": newest,
        "today": context["organization"].today,
        "waiting": InvoiceLine.objects.filter(invoice=None).order_by("created_at", "id")[:MOST_WAITING],
        "currency": context["subscription"].currency,
    }


@register.filter
def state_of(invoice: Invoice, today: Any) -> str:
    """What the chip says: an open invoice is due, or overdue."""
    return "overdue" if invoice.is_overdue(today) else invoice.status
