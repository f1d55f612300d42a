"""One row of numbers for the whole installation, without gaps: TM-2026-0214 follows TM-2026-0213, whoever is asked to pay."""

from django.conf import settings
from django.db.models import F

from billing.models import InvoiceNumber


def next_number(year: int) -> str:
    """Taken inside the transaction that issues the invoice: who comes meanwhile waits, and an undone one leaves no gap."""
    InvoiceNumber.objects.bulk_create([InvoiceNumber(year=year)], ignore_conflicts=True)
    InvoiceNumber.objects.filter(year=year).update(last=F("last") + 1)
    last = InvoiceNumber.objects.values_list("last", flat=True).get(year=year)
    return f"{settings.INVOICING['prefix']}-{year}-{last:04d}"
