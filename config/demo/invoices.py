"""What the firm has paid so far: an invoice for each of the last months, and one that is open."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from billing.amounts import rounded
from billing.invoicing import issuing, lines
from billing.invoicing.numbering import next_number
from billing.models import Invoice, Subscription, SubscriptionPlan
from billing.periods import midnight, months_on
from organizations.models import Organization

#: Seats of the months before this one, the longest ago first.
SEATS = (7, 7, 8, 8)
TAX_PERCENT = Decimal(20)


def add_paid(firm: Organization, plan: SubscriptionPlan, begun: date) -> None:
    for before, seats in zip(range(len(SEATS), 0, -1), SEATS, strict=True):
        first, following = months_on(begun, -before, begun.day), months_on(begun, 1 - before, begun.day)
        period = (midnight(first, firm.zone), midnight(following, firm.zone))
        _paid(firm, plan, seats, period)


def _paid(firm: Organization, plan: SubscriptionPlan, seats: int, period: tuple[datetime, datetime]) -> None:
    start, end = period
    line = lines.seats_line(
        Subscription(plan=plan, unit_price=plan.price_month, current_period_start=start, current_period_end=end), seats,
        firm.zone,
    )  # fmt: skip
    tax = rounded(line.amount * TAX_PERCENT / 100)
    line.invoice = Invoice.objects.create(
        number=next_number(start.year), status=Invoice.Status.PAID, currency=plan.currency, subtotal=line.amount,
        tax_percent=TAX_PERCENT, tax=tax, total=line.amount + tax, amount_paid=line.amount + tax,
        recipient=issuing.recipient(firm), issued_at=start + timedelta(hours=1), due_on=(start + timedelta(days=14)).date(),
        paid_at=start + timedelta(days=9), period_start=start, period_end=end, payment_note="Transfer",
    )  # fmt: skip
    line.position = 1
    line.save()


def date_back(begun: datetime) -> None:
    """The invoice that came with the plan a moment ago came when the period began."""
    asked = Invoice.objects.filter(period_start=begun)
    asked.update(issued_at=begun + timedelta(hours=1), due_on=(begun + timedelta(days=30)).date())


def tell_of_use(firm: Organization) -> None:
    """What was used up to each invoice stands on it, as it does on those that the clock issues."""
    for invoice in Invoice.objects.order_by("period_start"):
        assert invoice.period_start  # noqa: S101
        if line := lines.usage_line(invoice.period_start, firm.zone):
            line.invoice, line.position = invoice, 2
            line.save()
