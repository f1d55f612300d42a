"""Pages at Stripe on which a firm pays. At any time one is open, so that nobody pays twice."""

from typing import Any

from billing.payment import customers
from billing.payment.gateway import StripeRefused, asked, client, every

#: With it comes what was given back of the money.
PAYMENT = "payment_intent.latest_charge"


def open_page(customer: str, wanted: dict[str, str]) -> str:
    """The page that asks for just this, if it is open still. All others are closed: they could be paid as well."""
    address = ""
    for session in list(every(client().v1.checkout.sessions.list, customer=customer, status="open")):
        if not address and session["metadata"] == wanted:
            address = session["url"]
        else:
            asked(client().v1.checkout.sessions.expire, session["id"])
    return address


def own(session_id: str) -> dict[str, Any]:
    """The firm's, as it is now."""
    if not session_id.startswith("cs_"):
        raise StripeRefused("Nothing was paid here. The plan is as it was.")
    return customers.own(asked(client().v1.checkout.sessions.retrieve, session_id, expand=[PAYMENT]))


def newest(customer: str) -> list[dict[str, Any]]:
    """Those at which something was paid."""
    return _listed(customer=customer, status="complete", limit=10)


def of_payment(payment_intent: str) -> list[dict[str, Any]]:
    return _listed(payment_intent=payment_intent)


def _listed(**wanted: Any) -> list[dict[str, Any]]:
    found = asked(client().v1.checkout.sessions.list, expand=[f"data.{PAYMENT}"], **wanted)["data"]
    return [customers.own(session) for session in found]
