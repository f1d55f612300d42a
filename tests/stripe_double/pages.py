"""The pages people meet at Stripe: paying, and the customer's own portal. Plain forms, no scripts."""

from html import escape
from typing import TYPE_CHECKING, Any

from tests.stripe_double.world import Refused, Thing

if TYPE_CHECKING:
    from tests.stripe_double.server import StripeDouble

HTML = "text/html; charset=utf-8"
Answer = tuple[int, bytes, str]


def answer(server: "StripeDouble", verb: str, path: str, form: dict[str, Any]) -> Any:
    place, _, id_ = path.strip("/").partition("/")
    try:
        if place == "pay":
            session = server.world.get(id_, "checkout.session")
            if session["status"] == "expired":
                return page("Not here", "This page is closed. Nothing was paid.", status=410)
            return pay(server, session) if verb == "POST" else page("Pay", offer(server, session))
        session = server.world.get(id_, "billing_portal.session")
        return page("Your subscription", f'<a href="{escape(session["return_url"])}">Return to the shop</a>')
    except Refused as refused:
        return page("Not here", escape(str(refused)), status=404)


def offer(server: "StripeDouble", session: Thing) -> str:
    price = price_of(server, session)
    due = price["unit_amount"] * session["line_items"][0]["quantity"] / 100
    return (
        f"<p>{escape(price['nickname'])}: {due:.2f} {price['currency'].upper()}</p>"
        '<form method="post"><label>Card number <input name="card" value="4242 4242 4242 4242"></label> '
        f'<button>Pay and subscribe</button></form><p><a href="{escape(session["cancel_url"])}">Go back</a></p>'
    )


def price_of(server: "StripeDouble", session: Thing) -> Thing:
    line = session["line_items"][0]
    if data := line.get("price_data"):
        return {**data, "nickname": data["product_data"]["name"]}
    return server.world.get(line["price"], "price")


def pay(server: "StripeDouble", session: Thing) -> Any:
    """The subscription begins, or what is sold once is invoiced, and the browser is sent back: events are on their way."""
    if session["status"] == "open" and session["mode"] == "payment":
        payment = server.world.sell(session["customer"], price_of(server, session))
        session.update(status="complete", payment_status="paid", payment_intent=payment["id"])
        server.world.tell("checkout.session.completed", session)
    if session["status"] == "open":
        line = session["line_items"][0]
        metadata = session.get("subscription_data", {}).get("metadata", {})
        made = server.world.subscribe(session["customer"], line["price"], line["quantity"], metadata=metadata)
        session.update(status="complete", payment_status="paid", subscription=made["id"])
        server.world.tell("checkout.session.completed", session)
    back = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
    said = f'<meta http-equiv="refresh" content="0;url={escape(back)}"><p>Paid. <a href="{escape(back)}">Go on</a></p>'
    return page("Paid", said)


def page(title: str, said: str, *, status: int = 200) -> Answer:
    body = f'<!doctype html><html lang="en"><title>{title}</title><link rel="icon" href="data:,"><main><h1>{title}</h1>{said}</main></html>'
    return status, body.encode(), HTML
