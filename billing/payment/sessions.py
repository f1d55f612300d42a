"""Pages at Stripe on which a firm pays. At any time one is open, so that nobody pays twice."""

from typing import Any

from billing.payment import customers
from billing.payment.gateway import StripeRefused, asked, client


def open_page(customer: str, wanted: dict[str, str]) -> str:
    """The page that asks for just this, if it is open still. All others are closed: they could be paid as well."""
    address = ""
    for session in asked(client().v1.checkout.sessions.list, customer=customer, status="open", limit=100)["data"]:
        if not address and session["metadata"] == wanted:
            address = session["url"]
        else:
            asked(client().v1.checkout.sessions.expire, session["id"])
    return address


def own(session_id: str) -> dict[str, Any]:
    """The firm's, as it is now."""
    if not session_id.startswith("cs_"):
        raise StripeRefused("Nothing was paid here. The plan is as it was.")
    return customers.own(asked(client().v1.checkout.sessions.retrieve, session_id))
