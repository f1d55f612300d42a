"""Issuing an invoice: numbered, dated, made out to the firm as it is now, and not changed afterwards."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from billing import subscribing
from billing.amounts import money, rounded
from billing.invoicing import lines
from billing.invoicing.numbering import next_number
from billing.models import CreditGrant, Invoice, InvoiceLine, Subscription
from billing.periods import midnight
from organizations.models import Organization
from organizations.seats import seats_used

Status = Invoice.Status


@transaction.atomic
def for_period(subscription: Subscription) -> Invoice | None:
    """When a period begins that is not paid by card. Told again of the same period, it is the same invoice."""
    if subscription.stripe_subscription_id:
        return None
    firm, start = Organization.objects.get(), subscription.current_period_start
    known = Invoice.objects.filter(source=Invoice.Source.MANUAL, period_start=start).exclude(status=Status.VOID)
    if found := known.first():
        return found
    asked = lines.seats_line(subscription, max(1, seats_used()), firm.zone)
    # Before the new line is stored, or it would be given back at once.
    wanted = [asked, *lines.unused_lines(start, firm.zone), lines.usage_line(start, firm.zone)]
    return issue(firm, subscription, [line for line in wanted if line])


@transaction.atomic
def for_rest(subscription: Subscription) -> Invoice | None:
    """What waits for the next invoice where none will come: seats that came since the last. What is owed to the firm waits on."""
    if subscription.stripe_subscription_id or lines.waiting_amount() <= 0:
        return None
    return issue(Organization.objects.get(), subscription, [], is_of_period=False)


def issue(
    firm: Organization,
    subscription: Subscription,
    wanted: list[InvoiceLine],
    *,
    is_of_period: bool = True,
    **named: UUID,
) -> Invoice:
    every = _never_negative([*wanted, *lines.waiting().order_by("created_at", "id")])
    subtotal, percent = sum(line.amount for line in every), settings.INVOICING["tax_percent"]
    tax = rounded(subtotal * percent / 100)
    now, is_settled = timezone.now(), subtotal == 0
    invoice = Invoice.objects.create(
        number=next_number(firm.today.year), status=Status.PAID if is_settled else Status.OPEN,
        currency=subscription.currency, subtotal=subtotal, tax_percent=percent, tax=tax, total=subtotal + tax,
        paid_at=now if is_settled else None, recipient=recipient(firm), recipient_tax_id=firm.tax_id, issued_at=now,
        due_on=firm.today + timedelta(days=settings.INVOICING["due_days"]),
        period_start=subscription.current_period_start if is_of_period else None,
        period_end=subscription.current_period_end if is_of_period else None, **named,
    )  # fmt: skip
    for position, line in enumerate(every, start=1):
        line.invoice, line.position = invoice, position
        line.save()
    return invoice


def _never_negative(found: list[InvoiceLine]) -> list[InvoiceLine]:
    """Nobody is asked for less than nothing: what is left over is credited on the next invoice."""
    rest = sum(line.amount for line in found)
    if rest >= 0:
        return found
    kind = InvoiceLine.Kind.OTHER
    InvoiceLine.objects.create(kind=kind, description="Credit from the invoice before", unit_amount=rest, amount=rest)
    return [*found, InvoiceLine(kind=kind, description="Kept for the next invoice", unit_amount=-rest, amount=-rest)]


def recipient(firm: Organization) -> dict[str, object]:
    parts = ("line1", "line2", "city", "postcode", "country")
    address = [firm.address[part] for part in parts if firm.address.get(part)]
    return {"name": firm.name, "email": firm.billing_email, "address": address}


def note_seats() -> None:
    """Seats that came or went since the firm was last asked wait as a line for the next invoice."""
    subscription = subscribing.held()
    pays = subscription.status in (Subscription.Status.ACTIVE, Subscription.Status.PAST_DUE) and subscription.unit_price
    if not pays or subscription.stripe_subscription_id:
        return
    asked = lines.seats_asked_for(subscription)
    change = max(1, seats_used()) - asked
    if asked and change:
        firm = Organization.objects.get()
        lines.seat_change_line(subscription, change, firm.today, firm.zone).save()


def see_to_payment() -> Subscription:
    """A firm is late as long as an invoice issued here is overdue, since the oldest of them was due.

    Of one that pays by card Stripe says whether it is late.
    """
    subscription = subscribing.held()
    if subscription.stripe_subscription_id:
        return subscription
    if (oldest := oldest_overdue()) is None or oldest.due_on is None:
        return subscribing.payment_came()
    since = midnight(oldest.due_on + timedelta(days=1), Organization.objects.get().zone)
    if subscription.past_due_since and subscription.past_due_since < since:
        subscribing.payment_came()  # of what was due before; this one has days of grace of its own
    return subscribing.payment_missing(since)


def oldest_overdue() -> Invoice | None:
    """Of those issued here."""
    today = Organization.objects.get().today
    return Invoice.objects.filter(source=Invoice.Source.MANUAL).overdue(today).order_by("due_on", "id").first()


class NotOpen(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def settle(invoice_id: object, status: str, *, note: str) -> Invoice:
    """What came of an open invoice that was issued here, by an operator: the firm's trail tells who."""
    invoice = Invoice.objects.select_for_update().get(pk=invoice_id)
    if not invoice.is_manual or not invoice.is_open:
        raise NotOpen(f"{invoice} is {invoice.get_status_display().lower()}: nothing can be settled.")
    now = timezone.now()
    invoice.status, invoice.payment_note = status, note
    if status == Status.PAID:
        invoice.paid_at, invoice.amount_paid = now, invoice.total
    elif status == Status.VOID:
        invoice.voided_at = now
        lines.wait_again(invoice)
    invoice.save(update_fields=["status", "payment_note", "paid_at", "amount_paid", "voided_at"])
    if status != Status.PAID:
        CreditGrant.objects.of_invoice(invoice.pk).update(expires_at=now)  # what was not paid for is used no further
    see_to_payment()
    return invoice


def words(invoice: Invoice) -> str:
    return f"{invoice.number}, {money(invoice.total, invoice.currency)}"
