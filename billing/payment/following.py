"""Our rows follow what Stripe holds now, whatever order its events come in.

Nothing is taken from an event but which object it is about. The object is fetched while the firm's subscription is
locked: whoever comes later fetches later, so the last to write has seen the newest state, and twice changes nothing.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from billing import subscribing
from billing.models import Invoice, InvoiceLine, Subscription
from billing.payment import customers, prices
from billing.payment.gateway import asked, client

S = Subscription.Status
#: Until a first payment succeeds (`incomplete`), and while Stripe itself waits (`paused`), nothing changes here.
STATUS = {
    "trialing": S.TRIALING, "active": S.ACTIVE, "past_due": S.PAST_DUE, "unpaid": S.PAST_DUE, "canceled": S.CANCELED,
}  # fmt: skip


def locked() -> Subscription:
    """The firm's subscription. Everything that follows Stripe begins here, one after the other."""
    return subscribing.held()


def held_subscription() -> dict[str, Any] | None:
    """What Stripe holds of this firm: the living subscription, or else the newest that has ended."""
    if not (customer := customers.known()):
        return None
    answer = asked(
        client().v1.subscriptions.list,
        customer=customer,
        status="all",
        limit=20,
        expand=["data.default_payment_method"],
    )
    found = [customers.own(held) for held in answer["data"] if held["status"] in STATUS]
    return max(found, key=lambda held: (held["status"] != "canceled", held["created"], held["id"]), default=None)


def follow_subscription() -> dict[str, Any] | None:
    """Bring the firm's subscription to what Stripe holds; that is the answer."""
    row = locked()
    held = held_subscription()
    if held is not None:
        mirror(row, held)
    return held


def mirror(row: Subscription, held: dict[str, Any]) -> None:
    item = held["items"]["data"][0]
    start, end = moment(item["current_period_start"]), moment(item["current_period_end"])
    plan, period = prices.plan_of(item["price"]), item["price"]["recurring"]["interval"]
    is_waiting = row.pending_plan_id == plan.pk and row.current_period_start == start
    values = {
        "status": STATUS[held["status"]], "currency": held["currency"].upper(),
        "current_period_start": start, "current_period_end": end,
        "trial_ends_at": moment(held["trial_end"]) or row.trial_ends_at,
        "cancel_at_period_end": held["status"] != "canceled" and bool(held["cancel_at_period_end"] or held["cancel_at"]),
        "canceled_at": moment(held["canceled_at"] or held["ended_at"]) if held["status"] == "canceled" else None,
        "stripe_customer_id": customers.known(), "stripe_subscription_id": held["id"],
    }  # fmt: skip
    values["past_due_since"] = (row.past_due_since or timezone.now()) if values["status"] == S.PAST_DUE else None
    if not is_waiting:  # a smaller plan is charged from the next period, and what was paid for stays until then
        values |= {
            "plan": plan, "billing_period": period, "unit_price": item["price"]["unit_amount"],
            "pending_plan": None, "pending_billing_period": "",
        }  # fmt: skip
    if changed := differing(row, values):
        subscribing.change(row, **changed)
    customers.remember_card(held)


def differing(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Where nothing differs, nothing is written."""
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def moment(seconds: int | None) -> Any:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


# Invoices


def follow_invoice(stripe_invoice_id: str) -> None:
    """A copy of the invoice as it is now."""
    locked()
    mirror_invoice(asked(client().v1.invoices.retrieve, stripe_invoice_id))


def follow_newest_invoices() -> None:
    """Without any event: for whoever has just paid, and for what was missed."""
    locked()
    if customer := customers.known():
        for held in asked(client().v1.invoices.list, customer=customer, limit=10)["data"]:
            mirror_invoice(held)


def mirror_invoice(held: dict[str, Any]) -> None:
    """A draft may still change, and is not copied."""
    customers.own(held)
    if held["status"] == "draft":
        return
    values = invoice_values(held)
    invoice = Invoice.objects.filter(stripe_invoice_id=held["id"]).first()
    if invoice is None:
        invoice = Invoice.objects.create(source=Invoice.Source.STRIPE, stripe_invoice_id=held["id"], **values)
    elif changed := differing(invoice, values):
        Invoice.objects.filter(pk=invoice.pk).update(**changed)
    follow_lines(invoice, held)


def invoice_values(held: dict[str, Any]) -> dict[str, Any]:
    times, subtotal = held["status_transitions"], held["total_excluding_tax"]
    address = held.get("customer_address") or {}
    lines = [address.get(part) for part in ("line1", "line2", "city", "postal_code", "country")]
    return {
        "number": held["number"], "status": held["status"], "currency": held["currency"].upper(),
        "subtotal": held["subtotal"] if subtotal is None else subtotal,
        "tax": held["total"] - (held["subtotal"] if subtotal is None else subtotal),
        "total": held["total"], "amount_paid": held["amount_paid"],
        "recipient": {
            "name": held.get("customer_name") or "", "email": held.get("customer_email") or "",
            "address": [line for line in lines if line],
        },
        "period_start": moment(held["period_start"]), "period_end": moment(held["period_end"]),
        "issued_at": moment(times["finalized_at"] or held["created"]),
        "due_on": moment(held["due_date"]).date() if held["due_date"] else None,
        "paid_at": (moment(times["paid_at"]) or moment(held["created"])) if held["status"] == "paid" else None,
        "voided_at": moment(times["voided_at"]),
        "hosted_url": held.get("hosted_invoice_url") or "", "pdf_url": held.get("invoice_pdf") or "",
    }  # fmt: skip


def follow_lines(invoice: Invoice, held: dict[str, Any]) -> None:
    """Replaced where they differ: a finalized invoice's lines do not."""
    answer = held["lines"]
    if answer["has_more"]:
        answer = asked(client().v1.invoices.line_items.list, held["id"], limit=100)
    lines = [line_of(position, line) for position, line in enumerate(answer["data"], start=1)]
    known = invoice.lines.order_by("position")
    if [(line.stripe_line_id, line.amount) for line in known] == [
        (line["stripe_line_id"], line["amount"]) for line in lines
    ]:
        return
    invoice.lines.all().delete()
    for line in lines:
        InvoiceLine.objects.create(invoice=invoice, **line)


def line_of(position: int, line: dict[str, Any]) -> dict[str, Any]:
    details = (line.get("parent") or {}).get("subscription_item_details") or {}
    kind = InvoiceLine.Kind.PLAN_CHANGE if details.get("proration") else InvoiceLine.Kind.SEATS
    quantity = Decimal(line.get("quantity") or 1)
    return {
        "position": position, "kind": kind if details else InvoiceLine.Kind.OTHER,
        "description": (line["description"] or "")[:300], "quantity": quantity,
        "unit_amount": Decimal((line.get("pricing") or {}).get("unit_amount_decimal") or line["amount"] / quantity),
        "amount": line["amount"], "period_start": moment(line["period"]["start"]),
        "period_end": moment(line["period"]["end"]), "stripe_line_id": line["id"],
    }  # fmt: skip
