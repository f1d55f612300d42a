"""The objects at Stripe and how money moves between them. Times are seconds; `pass_time()` moves the clock."""

import calendar
import itertools
import time
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from tests.stripe_double import schedules

Thing = dict[str, Any]
PREFIX = {
    "customer": "cus", "product": "prod", "price": "price", "checkout.session": "cs", "billing_portal.session": "bps",
    "subscription": "sub", "subscription_item": "si", "invoice": "in", "line_item": "il", "payment_method": "pm",
    "event": "evt", "subscription_schedule": "sub_sched", "customer_balance_transaction": "cbtxn",
    "payment_intent": "pi", "charge": "ch",
}  # fmt: skip
TAX_PERCENT = 20


class Refused(Exception):
    """As Stripe's errors: the message, and the status it is sent with."""

    def __init__(self, message: str, status: int = 400, kind: str = "invalid_request_error") -> None:
        super().__init__(message)
        self.status, self.kind = status, kind


class World:
    def __init__(self) -> None:
        self.things: dict[str, Thing] = {}
        self.events: list[Thing] = []
        self.numbers = itertools.count(1)
        self.ahead = 0
        self.declines = False

    # Things

    def now(self) -> int:
        return int(time.time()) + self.ahead

    def pass_time(self, *, days: int) -> None:
        self.ahead += days * 86_400

    def make(self, kind: str, **values: Any) -> Thing:
        thing = {"id": f"{PREFIX[kind]}_{next(self.numbers):06d}", "object": kind, "created": self.now(), **values}
        thing.setdefault("livemode", False)
        thing.setdefault("metadata", {})
        self.things[thing["id"]] = thing
        return thing

    def get(self, id_: str, kind: str) -> Thing:
        thing = self.things.get(id_)
        if thing is None or thing["object"] != kind:
            raise Refused(f"No such {kind}: '{id_}'", 404)
        return thing

    def all(self, kind: str, **wanted: Any) -> list[Thing]:
        """Newest first, as Stripe lists."""
        found = [thing for thing in self.things.values() if thing["object"] == kind]
        return [t for t in reversed(found) if all(t.get(name) == value for name, value in wanted.items())]

    def tell(self, kind: str, thing: Thing) -> None:
        """An event holds its object as it is at this moment."""
        self.events.append(
            {
                "id": f"evt_{next(self.numbers):06d}", "object": "event", "type": kind, "created": self.now(),
                "livemode": False, "api_version": "2026-10-28.endive", "pending_webhooks": 1,
                "data": {"object": copied(thing)},
            }
        )  # fmt: skip

    # Subscriptions

    def subscribe(self, customer: str, price: str, quantity: int, **values: Any) -> Thing:
        self.get(customer, "customer")
        card = self.make("payment_method", customer=customer, type="card", card=dict(CARD))
        start, end = self.now(), self._later(self.now(), price)
        subscription = self.make(
            "subscription", customer=customer, status="active", currency=self.get(price, "price")["currency"],
            cancel_at_period_end=False, cancel_at=None, canceled_at=None, ended_at=None, trial_end=None,
            default_payment_method=card["id"], start_date=start, billing_cycle_anchor=start, schedule=None, **values,
        )  # fmt: skip
        item = self.make(
            "subscription_item", subscription=subscription["id"], price=self.get(price, "price"), quantity=quantity,
            current_period_start=start, current_period_end=end,
        )  # fmt: skip
        subscription["items"] = {"object": "list", "data": [item], "has_more": False, "url": "/v1/subscription_items"}
        self.tell("customer.subscription.created", subscription)
        self.bill(subscription, [self._seats(item)], reason="subscription_create")
        return subscription

    def renew(self, subscription: Thing) -> Thing:
        """The period is over: the next one, with its invoice. A subscription that was to end has ended."""
        if subscription["cancel_at_period_end"]:
            self.cancel(subscription)
            return subscription
        item = subscription["items"]["data"][0]
        schedules.turn(self, subscription, item["current_period_end"])
        item["current_period_start"] = item["current_period_end"]
        item["current_period_end"] = self._later(item["current_period_start"], item["price"]["id"])
        self.bill(subscription, [self._seats(item)], reason="subscription_cycle")
        self.tell("customer.subscription.updated", subscription)
        return subscription

    def change(self, subscription: Thing, values: Thing) -> Thing:
        item, behaviour = subscription["items"]["data"][0], values.pop("proration_behavior", "create_prorations")
        is_anew = values.pop("billing_cycle_anchor", "") == "now"
        if subscription["schedule"] and values.keys() & {"cancel_at", "cancel_at_period_end"}:
            raise Refused(f"The schedule {subscription['schedule']} manages when this subscription is canceled.")
        for wanted in values.pop("items", []):
            before, interval = self._seats(item), item["price"]["recurring"]["interval"]
            item["price"] = self.get(wanted.get("price", item["price"]["id"]), "price")
            item["quantity"] = wanted.get("quantity", item["quantity"])
            is_anew = is_anew or item["price"]["recurring"]["interval"] != interval
            if is_anew or behaviour == "always_invoice":
                lines = self._difference(item, before, is_anew)
                wanted_lines = lines[1:] if behaviour == "none" else lines
                self.bill(subscription, wanted_lines, reason="subscription_update")
            if is_anew:
                subscription["billing_cycle_anchor"] = item["current_period_start"]
        subscription.update(values)
        if subscription["cancel_at_period_end"]:
            subscription["cancel_at"], subscription["canceled_at"] = item["current_period_end"], self.now()
        else:
            subscription["cancel_at"] = subscription["canceled_at"] = None
        self.tell("customer.subscription.updated", subscription)
        return subscription

    def _difference(self, item: Thing, before: Thing, is_anew: bool) -> list[Thing]:
        """What is left of the old price is given back; the new one is for what is left of the period, or for a new one."""
        left = self._left(item)
        if is_anew:
            item["current_period_start"], item["current_period_end"] = (
                self.now(),
                self._later(self.now(), item["price"]["id"]),
            )
            return [prorated(before, -left, "Unused time on "), self._seats(item)]
        return [prorated(before, -left, "Unused time on "), prorated(self._seats(item), left, "Remaining time on ")]

    def cancel(self, subscription: Thing) -> Thing:
        subscription.update(status="canceled", canceled_at=self.now(), ended_at=self.now())
        self.tell("customer.subscription.deleted", subscription)
        return subscription

    # Money

    def bill(self, subscription: Thing, lines: list[Thing], *, reason: str) -> Thing:
        item = subscription["items"]["data"][0]
        invoice = self._invoice(
            subscription["customer"], lines, subscription["currency"], billing_reason=reason,
            period_start=item["current_period_start"], period_end=item["current_period_end"],
            parent={"type": "subscription_details", "subscription_details": {"subscription": subscription["id"]}},
        )  # fmt: skip
        self.collect(invoice)
        return invoice

    def sell(self, customer: str, price: Thing) -> Thing:
        """Something that is sold once, and paid for before its invoice is made. The answer is the payment."""
        now = self.now()
        line = self.make(
            "line_item", amount=price["unit_amount"], currency=price["currency"], quantity=1, parent=None,
            description=price["nickname"], period={"start": now, "end": now},
            pricing={"type": "price_details", "unit_amount_decimal": str(price["unit_amount"])},
        )  # fmt: skip
        invoice = self._invoice(
            customer, [line], price["currency"], billing_reason="manual", period_start=now, period_end=now, parent=None
        )
        self._paid(invoice)
        charge = self.make("charge", customer=customer, amount=invoice["total"], amount_refunded=0, refunded=False)
        payment = self.make("payment_intent", customer=customer, status="succeeded", latest_charge=charge["id"])
        charge["payment_intent"] = payment["id"]
        return payment

    def refund(self, charge: Thing, amount: int) -> None:
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.tell("charge.refunded", charge)

    def _invoice(self, customer: str, lines: list[Thing], currency: str, **values: Any) -> Thing:
        subtotal = sum(line["amount"] for line in lines)
        tax = round(Fraction(subtotal * TAX_PERCENT, 100))
        invoice = self.make(
            "invoice", customer=customer, status="open", currency=currency,
            number=f"STRIPE-{next(self.numbers):04d}", subtotal=subtotal, total=subtotal + tax,
            total_excluding_tax=subtotal, total_taxes=[{"amount": tax, "tax_behavior": "exclusive", "type": "tax_rate_details"}],
            amount_due=subtotal + tax, amount_paid=0, amount_remaining=subtotal + tax, due_date=None,
            status_transitions={"finalized_at": self.now(), "paid_at": None, "voided_at": None, "marked_uncollectible_at": None},
            customer_name=None, customer_email=None, customer_address=None, customer_tax_ids=[],
            lines={"object": "list", "data": lines, "has_more": False, "url": ""}, **values,
        )  # fmt: skip
        invoice["hosted_invoice_url"] = f"https://invoice.stripe.example/{invoice['id']}"
        invoice["invoice_pdf"] = f"https://pay.stripe.example/invoice/{invoice['id']}/pdf"
        self.tell("invoice.created", invoice)
        self.tell("invoice.finalized", invoice)
        return invoice

    def collect(self, invoice: Thing) -> None:
        subscription = self.things[invoice["parent"]["subscription_details"]["subscription"]]
        if self.declines:
            subscription["status"] = "past_due"
            self.tell("invoice.payment_failed", invoice)
            self.tell("customer.subscription.updated", subscription)
            return
        was_late, subscription["status"] = subscription["status"] == "past_due", "active"
        self._paid(invoice)
        if was_late:
            self.tell("customer.subscription.updated", subscription)

    def _paid(self, invoice: Thing) -> None:
        invoice.update(status="paid", amount_paid=invoice["total"], amount_remaining=0)
        invoice["status_transitions"]["paid_at"] = self.now()
        self.tell("invoice.paid", invoice)

    def _seats(self, item: Thing) -> Thing:
        price = item["price"]
        return self.make(
            "line_item", amount=price["unit_amount"] * item["quantity"], currency=price["currency"],
            quantity=item["quantity"], description=f"{item['quantity']} × {price['nickname']}",
            pricing={"type": "price_details", "unit_amount_decimal": str(price["unit_amount"])},
            period={"start": item["current_period_start"], "end": item["current_period_end"]},
            parent={"type": "subscription_item_details", "subscription_item_details": {"proration": False}},
        )  # fmt: skip

    def _left(self, item: Thing) -> Fraction:
        start, end = item["current_period_start"], item["current_period_end"]
        return Fraction(max(end - self.now(), 0), end - start)

    def _later(self, moment: int, price: str) -> int:
        return self.later(moment, self.get(price, "price")["recurring"]["interval"])

    def later(self, moment: int, interval: str) -> int:
        """A month or a year on."""
        day = datetime.fromtimestamp(moment, UTC)
        months = day.year * 12 + day.month - 1 + (12 if interval == "year" else 1)
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return int(day.replace(year=year, month=month + 1, day=min(day.day, last)).timestamp())


CARD = {"brand": "visa", "last4": "4242", "exp_month": 9, "exp_year": 2031}


def prorated(line: Thing, part: Fraction, words: str) -> Thing:
    details = {"type": "subscription_item_details", "subscription_item_details": {"proration": True}}
    return {
        **line,
        "amount": round(line["amount"] * part),
        "description": words + line["description"],
        "parent": details,
    }


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list) else value
