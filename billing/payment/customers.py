"""Which customer at Stripe a firm is. We make the customer, and only then does anything about it reach a firm."""

from typing import Any
from uuid import UUID

from django.db import connections

from billing.models import StripeCustomer
from billing.payment.gateway import StripeRefused, asked, client
from organizations.models import Organization
from tenancy.context import alias_for, current


class ForeignObject(StripeRefused):
    """Stripe named an object of another customer: nothing of it is kept."""


def firm_of(customer: str) -> UUID | None:
    """Asked before any firm is known."""
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute("SELECT organization_id FROM app.firm_by_stripe_customer(%s)", [customer])
        row = cursor.fetchone()
    return row[0] if row else None


def known() -> str:
    """The firm's customer; empty where it has none."""
    return StripeCustomer.objects.values_list("customer_id", flat=True).first() or ""


def ensure(organization: Organization) -> str:
    """The firm's customer, made now if it has none. The key makes Stripe answer twice with the same one."""
    if customer := known():
        return customer
    made = asked(
        client().v1.customers.create, key=f"customer-{organization.pk}",
        name=organization.name, metadata={"organization": str(organization.pk)},
        **({"email": organization.billing_email} if organization.billing_email else {}),
    )  # fmt: skip
    StripeCustomer.objects.create(customer_id=made["id"], organization_id=organization.pk)
    return made["id"]


def own(held: dict[str, Any]) -> dict[str, Any]:
    """What Stripe holds, if it is this firm's. Raises ForeignObject."""
    customer = held.get("customer")
    named = customer["id"] if isinstance(customer, dict) else customer
    if not named or named != known():
        raise ForeignObject(f"Stripe answered with {held.get('id')}, which is not of this firm. Tell Tickmark.")
    return held


def remember_card(held: dict[str, Any]) -> None:
    """What of the card may be shown: Stripe keeps the rest."""
    method = held.get("default_payment_method")
    card = (method.get("card") if isinstance(method, dict) else None) or {}
    shown = {part: card[part] for part in ("brand", "last4", "exp_month", "exp_year") if card.get(part)}
    StripeCustomer.objects.exclude(card=shown).update(card=shown)
