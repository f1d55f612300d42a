"""Our rows follow what Stripe holds now, whatever order its events come in.

Nothing is taken from an event but which object it is about. The object is fetched while the firm's subscription is
locked: whoever comes later fetches later, so the last to write has seen the newest state, and twice changes nothing.
"""

import logging
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from billing import subscribing
from billing.models import Invoice, InvoiceLine, Subscription
from billing.payment import customers, prices
from billing.payment.gateway import asked, client, every
from organizations.models import Organization

logger = logging.getLogger(__name__)
S = Subscription.Status
#: Until a first payment succeeds (`incomplete`), and while Stripe itself waits (`paused`), nothing changes here.
STATUS = {
    "trialing": S.TRIALING, "active": S.ACTIVE, "past_due": S.PAST_DUE, "unpaid": S.PAST_DUE, "canceled": S.CANCELED,
}  # fmt: skip


def locked() -> Subscription:
    """The firm's subscription. Everything that follows Stripe begins here, one after the other."""
    return subscribing.held()


def held_subscription() -> dict[str, Any] | None:
    """What Stripe holds of this firm: the newest subscription that lives, or else the end of the one it had here.

    Others that have ended are history: what the firm has chosen since is not theirs to change.
    """
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
    living = [held for held in found if held["status"] != "canceled"]
    if living:
        return _only_one(sorted(living, key=lambda held: (held["created"], held["id"])))
    followed = Subscription.objects.values_list("stripe_subscription_id", flat=True).get()
    return next((held for held in found if held["id"] == followed), None)


def _only_one(living: list[dict[str, Any]]) -> dict[str, Any]:
    """The newest. Whoever has paid for two at once gets back what is left of the earlier: it counts for later invoices."""
    *twins, newest = living
    for twin in twins:
        logger.warning("A firm had two subscriptions at Stripe: %s is ended, %s goes on", twin["id"], newest["id"])
        asked(client().v1.subscriptions.cancel, twin["id"], prorate=True, invoice_now=True)
    return newest


def follow_subscription() -> dict[str, Any] | None:
    """Bring the firm's subscription to what Stripe holds; that is the answer."""
    row = locked()
    held = held_subscription()
    if held is not None and not has_ended_here(row, held):
        mirror(row, held)
    return held


def has_ended_here(row: Subscription, held: dict[str, Any]) -> bool:
    """Days of grace are over once: while Stripe goes on asking for the money, the plan does not come back."""
    is_late = STATUS[held["status"]] == S.PAST_DUE
    return is_late and row.is_canceled and row.stripe_subscription_id == held["id"]


def mirror(row: Subscription, held: dict[str, Any]) -> None:
    item = held["items"]["data"][0]
    start, end = moment(item["current_period_start"]), moment(item["current_period_end"])
    plan, period = prices.plan_of(item["price"]), item["price"]["recurring"]["interval"]
    is_waiting = row.pending_plan_id and row.current_period_start == start and held.get("schedule")
    values = {
        "status": STATUS[held["status"]], "currency": held["currency"].upper(),
        "current_period_start": start, "current_period_end": end, "anchor_day": anchor_day(held, start),
        "trial_ends_at": moment(held["trial_end"]) or row.trial_ends_at,
        "cancel_at_period_end": held["status"] != "canceled" and bool(held["cancel_at_period_end"] or held["cancel_at"]),
        "canceled_at": moment(held["canceled_at"] or held["ended_at"]) if held["status"] == "canceled" else None,
        "stripe_customer_id": customers.known(), "stripe_subscription_id": held["id"],
    }  # fmt: skip
    values["past_due_since"] = (row.past_due_since or timezone.now()) if values["status"] == S.PAST_DUE else None
    values |= {"plan": plan, "billing_period": period, "unit_price": item["price"]["unit_amount"]}
    if not is_waiting:
        values |= subscribing.NOTHING_PENDING
    if changed := differing(row, values):
        subscribing.change(row, **changed)
    customers.remember_card(held)


def anchor_day(held: dict[str, Any], start: datetime) -> int:
    """The day on which Stripe's periods begin, by the firm's clock: the same in months that are too short for it."""
    anchor = moment(held.get("billing_cycle_anchor")) or start
    return anchor.astimezone(Organization.objects.only("timezone").get().zone).day


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
    told = held["lines"]["data"]
    if held["lines"]["has_more"]:
        told = every(client().v1.invoices.line_items.list, held["id"])
    lines = [line_of(position, line) for position, line in enumerate(told, start=1)]
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
