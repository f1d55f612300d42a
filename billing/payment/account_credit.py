"""What is owed to a firm that paid by invoice goes with it when it pays by card: nobody loses it by changing the way."""

from uuid import uuid5

from django.conf import settings
from django.utils import timezone

from billing.amounts import rounded
from billing.invoicing import issuing, lines
from billing.models import Invoice, InvoiceLine, Subscription
from billing.payment import following
from billing.payment.gateway import asked, client, every
from organizations.models import Organization

WORDS = "Carried to Stripe, where it counts for the next invoices"


def carry(customer: str) -> None:
    """As a balance of the customer, which Stripe takes off what it asks for next: after tax, so with the tax of it.

    What Stripe has been told is written down there, with the newest line of it: where that was lost here before it was
    stored, it is found and not told again, however much later.
    """
    row = following.locked()
    _give_back_unused_days()
    if not lines.waiting().filter(amount__lt=0).exists():
        return
    carried = _carried(customer)
    if (owed := -lines.waiting_amount() - carried) > 0:
        _tell(customer, row, owed)
    if settled := carried + max(owed, 0):
        line = InvoiceLine(kind=InvoiceLine.Kind.OTHER, description=WORDS, unit_amount=settled, amount=settled)
        issuing.issue(Organization.objects.get(), row, [line], is_of_period=False)


def _give_back_unused_days() -> None:
    """Of what was paid ahead here and cut short. Made again, a line has the same id, so that `_carried` knows it."""
    now, zone = timezone.now(), Organization.objects.get().zone
    for line in lines.of_last_period(Invoice.Status.PAID):
        back = lines.unused_line(line, now, zone)
        if back.amount:
            back.pk = uuid5(line.pk, "given back")
            back.save()


def _tell(customer: str, row: Subscription, owed: int) -> None:
    newest = lines.waiting().order_by("-created_at", "-id").values_list("pk", flat=True)[0]
    with_tax = owed + rounded(owed * settings.INVOICING["tax_percent"] / 100)
    asked(
        client().v1.customers.balance_transactions.create, customer, key=f"credit-{newest}",
        amount=-with_tax, currency=row.currency.lower(), description="Credit from invoices before",
        metadata={"line": str(newest), "owed": str(owed)},
    )  # fmt: skip


def _carried(customer: str) -> int:
    """What of the lines that wait Stripe holds already."""
    waiting = {str(pk) for pk in lines.waiting().values_list("pk", flat=True)}
    found = every(client().v1.customers.balance_transactions.list, customer)
    told = [each["metadata"] for each in found if each.get("metadata")]
    return sum(int(each["owed"]) for each in told if each.get("line") in waiting)
