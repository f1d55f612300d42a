"""Credits bought by card: paid for once on a page at Stripe, and there as soon as Stripe says that the money came."""

from typing import Any

from django.conf import settings

from billing.amounts import number
from billing.models import CreditGrant
from billing.packs import Pack
from billing.payment import customers, following, sessions
from billing.payment.gateway import asked, client
from organizations.models import Organization


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
    CreditGrant.objects.get_or_create(
        reference=session["id"],
        defaults={
            "amount": int(bought), "source": CreditGrant.Source.PURCHASE, "reason": "Bought by card",
            "granted_by": Organization.objects.get().name,
        },
    )  # fmt: skip
    return f"{number(int(bought))} credits were added"


def follow_newest() -> None:
    """Without any event: for what was missed."""
    if customer := customers.known():
        found = asked(client().v1.checkout.sessions.list, customer=customer, status="complete", limit=10)
        for session in found["data"]:
            follow(customers.own(session))
