"""What stands on an invoice: seats ahead, what changed meanwhile, what was used behind."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.utils.formats import date_format

from billing.amounts import number
from billing.invoicing.proration import Days, remaining
from billing.models import Invoice, InvoiceLine, Subscription, UsageEvent

Kind = InvoiceLine.Kind
#: Lines that pay for the days of a period, and can be given back for those that are left.
BY_THE_DAY = (Kind.SEATS, Kind.SEAT_CHANGE)
#: Of an invoice that asks for its money, or has it.
STANDING = (Invoice.Status.OPEN, Invoice.Status.PAID)


def waiting() -> Any:
    """For the next invoice."""
    return InvoiceLine.objects.filter(invoice=None)


def waiting_amount() -> int:
    return waiting().aggregate(sum=Sum("amount"))["sum"] or 0


def wait_again(invoice: Invoice) -> None:
    """What had waited for an invoice that is void waits for the next one. The void one still says what it said."""
    for line in invoice.lines.filter(created_at__lt=invoice.created_at).order_by("position"):
        InvoiceLine.objects.create(
            kind=line.kind, description=line.description, quantity=line.quantity, unit_amount=line.unit_amount,
            amount=line.amount, period_start=line.period_start, period_end=line.period_end,
        )  # fmt: skip


def span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    return f"{day(start.astimezone(zone).date())} to {day(end.astimezone(zone).date())}"


def day(value: date) -> str:
    return date_format(value, "j F Y")


def seats_word(count: Decimal | int) -> str:
    return f"{number(count)} seat{'' if abs(count) == 1 else 's'}"


def seats_line(subscription: Subscription, seats: int, zone: ZoneInfo) -> InvoiceLine:
    start, end = subscription.current_period_start, subscription.current_period_end
    return InvoiceLine(
        kind=Kind.SEATS, description=f"{subscription.plan}, {seats_word(seats)}, {span(start, end, zone)}",
        quantity=Decimal(seats), unit_amount=Decimal(subscription.unit_price), amount=seats * subscription.unit_price,
        period_start=start, period_end=end,
    )  # fmt: skip


def credits_line(name: str, price: int) -> InvoiceLine:
    return InvoiceLine(kind=Kind.CREDITS, description=name, unit_amount=Decimal(price), amount=price)


def standing(*statuses: str) -> Any:
    """Lines of the next invoice, and of those issued here that are in one of these states."""
    stands = Q(invoice=None) | Q(invoice__source=Invoice.Source.MANUAL, invoice__status__in=statuses or STANDING)
    return InvoiceLine.objects.filter(stands)


def asked_for(*statuses: str) -> Any:
    """Lines that ask for days, of invoices that stand and of the next one."""
    return standing(*statuses).filter(kind__in=BY_THE_DAY, period_start__isnull=False)


def unused_lines(moment: datetime, zone: ZoneInfo) -> list[InvoiceLine]:
    """What is given back of the last period, where a new one cuts it short."""
    return [back for line in of_last_period() if (back := unused_line(line, moment, zone)).amount]


def of_last_period(*statuses: str) -> list[InvoiceLine]:
    """What asked for its days. Those before it have been given back."""
    last = asked_for().filter(kind=Kind.SEATS).order_by("-created_at", "-id").first()
    if last is None or is_given_back(last):
        return []
    of_period = asked_for(*statuses).filter(period_start=last.period_start, period_end=last.period_end)
    return list(of_period.order_by("created_at", "id"))


def is_given_back(last: InvoiceLine) -> bool:
    """Where the firm pays by card since, no seats stand beside what was given back of these."""
    back = standing().filter(kind=Kind.PLAN_CHANGE, period_end=last.period_end, created_at__gt=last.created_at)
    return back.exclude(invoice_id=last.invoice_id).exists()


def unused_line(line: InvoiceLine, moment: datetime, zone: ZoneInfo) -> InvoiceLine:
    assert line.period_start and line.period_end  # noqa: S101
    days = Days.between(line.period_start, line.period_end, zone)
    today = max(moment.astimezone(zone).date(), days.first)
    back, left = -remaining(line.amount, days, today), max((days.next - today).days, 0)
    return InvoiceLine(
        kind=Kind.PLAN_CHANGE, description=f"Unused, {left} of {days.count} days: {line.description}"[:300],
        unit_amount=Decimal(back), amount=back, period_start=moment, period_end=line.period_end,
    )  # fmt: skip


def seats_asked_for(subscription: Subscription) -> Decimal:
    """How many seats of the period the firm has been asked to pay for."""
    start, end = subscription.current_period_start, subscription.current_period_end
    return asked_for().filter(period_start=start, period_end=end).aggregate(seats=Sum("quantity"))["seats"] or Decimal(
        0
    )


def seat_change_line(subscription: Subscription, change: Decimal, today: date, zone: ZoneInfo) -> InvoiceLine:
    """Seats that came or went within the period, for the days that are left of it."""
    days = Days.between(subscription.current_period_start, subscription.current_period_end, zone)
    left = (days.next - today).days
    amount = remaining(int(change) * subscription.unit_price, days, today)
    words = (
        f"{seats_word(abs(change))} {'more' if change > 0 else 'fewer'} from {day(today)}, {left} of {days.count} days"
    )
    return InvoiceLine(
        kind=Kind.SEAT_CHANGE, description=words, quantity=change, unit_amount=Decimal(subscription.unit_price),
        amount=amount, period_start=subscription.current_period_start, period_end=subscription.current_period_end,
    )  # fmt: skip


def usage_line(until: datetime, zone: ZoneInfo) -> InvoiceLine | None:
    """The credits used since the last invoice told of them. They are in the plan, or were bought: the line costs nothing."""
    used = UsageEvent.objects.filter(credits_consumed__gt=0, created_at__lt=until)
    told = InvoiceLine.objects.filter(kind=Kind.USAGE).order_by("-period_end").values_list("period_end", flat=True)
    since = told.first() or used.order_by("created_at").values_list("created_at", flat=True).first()
    if since is None:
        return None
    credits = used.filter(created_at__gte=since).aggregate(sum=Sum("credits_consumed"))["sum"]
    if not credits:
        return None
    return InvoiceLine(
        kind=Kind.USAGE, description=f"{number(credits)} credits used, {span(since, until, zone)}", quantity=credits,
        unit_amount=Decimal(0), amount=0, period_start=since, period_end=until,
    )  # fmt: skip
