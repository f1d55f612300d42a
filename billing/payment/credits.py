"""Credits bought by card: paid for once on a page at Stripe, and there as soon as Stripe says that the money came."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from billing.amounts import CENT, number
from billing.models import CreditGrant
from billing.packs import Pack
from billing.payment import customers, following, sessions
from billing.payment.gateway import asked, client
from organizations.models import Organization

BOUGHT = "Bought by card"


def begin(organization: Organization, pack: Pack, *, success_url: str, cancel_url: str) -> str:
    """The address at which the firm pays."""
    following.locked()
    customer = customers.ensure(organization)
    wanted = {"credits": str(pack.credits), "price": str(pack.price)}
    if address := sessions.open_page(customer, wanted):
        return address
    session = asked(
        client().v1.checkout.sessions.create,
        mode="payment", customer=customer, client_reference_id=str(organization.pk), line_items=[_line(pack)],
        success_url=success_url, cancel_url=cancel_url, metadata=wanted, invoice_creation={"enabled": True},
    )  # fmt: skip
    return session["url"]


def _line(pack: Pack) -> dict[str, Any]:
    rates = {"tax_rates": settings.STRIPE["tax_rates"]} if settings.STRIPE["tax_rates"] else {}
    price = {
        "currency": pack.currency.lower(), "unit_amount": pack.price, "tax_behavior": "exclusive",
        "product_data": {"name": pack.name},
    }  # fmt: skip
    return {"price_data": price, "quantity": 1, **rates}


def follow(session: dict[str, Any]) -> str:
    """What was bought with it, in words; empty where it sold no credits, or is not paid. Told again, it grants once."""
    bought = (session.get("metadata") or {}).get("credits")
    if session["mode"] != "payment" or not bought or session["payment_status"] != "paid":
        return ""
    following.locked()
    grant, _ = CreditGrant.objects.get_or_create(
        reference=session["id"],
        defaults={
            "amount": int(bought), "source": CreditGrant.Source.PURCHASE, "reason": BOUGHT,
            "granted_by": Organization.objects.get().name,
        },
    )  # fmt: skip
    _take_back(grant.pk, Decimal(bought), (session.get("payment_intent") or {}).get("latest_charge") or {})
    return f"{number(int(bought))} credits were added"


def _take_back(grant_id: UUID, bought: Decimal, charge: dict[str, Any]) -> None:
    """Where Stripe gave money back, as large a part of the credits goes; what is used already stays so."""
    if not (given_back := charge.get("amount_refunded")):
        return
    grant = CreditGrant.objects.select_for_update(of=("self",), no_key=True).get(pk=grant_id)
    paid = bought * (charge["amount"] - given_back) / charge["amount"]
    left = max(paid.quantize(CENT), grant.used)
    values: dict[str, Any] = {"reason": f"{BOUGHT}, {number(bought - left)} of {number(bought)} refunded"}
    if left:
        values["amount"] = left
    else:
        values["expires_at"] = grant.expires_at or timezone.now()
    if changed := following.differing(grant, values):
        CreditGrant.objects.filter(pk=grant.pk).update(**changed)


def follow_newest() -> None:
    """Without any event: for what was missed."""
    if customer := customers.known():
        for session in sessions.newest(customer):
            follow(session)


def follow_charge(charge_id: str) -> None:
    """Of what was sold with it some or all may have been given back."""
    charge = customers.own(asked(client().v1.charges.retrieve, charge_id))
    if charge["payment_intent"]:
        for session in sessions.of_payment(charge["payment_intent"]):
            follow(session)
