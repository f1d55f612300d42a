"""An invoice as a PDF: of one issued here. Stripe makes its own."""

from pathlib import Path
from typing import Any

from django.conf import settings

from billing.amounts import money, number
from billing.invoicing.lines import day, span
from billing.models import Invoice, InvoiceLine
from look.typesetting import set_pages
from organizations.models import Organization

TEMPLATE = Path(__file__).with_name("typst") / "invoice.typ"
#: Papers of this size are at hand where one pays in these.
LETTER = ("USD", "CAD", "MXN")


def pdf(invoice: Invoice, firm: Organization) -> bytes:
    return set_pages(content_of(invoice, firm), TEMPLATE)


def content_of(invoice: Invoice, firm: Organization) -> dict[str, Any]:
    """All of it words: the template only places them."""
    facts = [("Invoice", invoice.number or ""), ("Date", day(invoice.issued_at.astimezone(firm.zone).date()))]
    if invoice.due_on and invoice.is_open:
        facts.append(("Due", day(invoice.due_on)))
    if invoice.period_start and invoice.period_end:
        facts.append(("Period", span(invoice.period_start, invoice.period_end, firm.zone)))
    return {
        "title": f"Invoice {invoice.number}", "paper_size": "us-letter" if invoice.currency in LETTER else "a4",
        "issuer": settings.INVOICING["issuer"], "pay_to": pay_to(),
        "recipient": [invoice.recipient.get("name") or firm.name, *invoice.recipient.get("address", [])],
        "tax_id": invoice.recipient_tax_id, "facts": facts, "state": state(invoice),
        "lines": [cells(line, invoice.currency) for line in invoice.lines.order_by("position")],
        "sums": sums(invoice),
    }  # fmt: skip


def pay_to() -> list[str]:
    return [line for line in settings.INVOICING["pay_to"] if line]


def cells(line: InvoiceLine, currency: str) -> list[str]:
    return [
        line.description,
        number(line.quantity),
        money(int(line.unit_amount), currency),
        money(line.amount, currency),
    ]


def sums(invoice: Invoice) -> list[tuple[str, str]]:
    percent = f"VAT {number(invoice.tax_percent)}%" if invoice.tax_percent is not None else "Tax"
    found = [("Before tax", invoice.subtotal), (percent, invoice.tax), ("Total", invoice.total)]
    return [(label, money(amount, invoice.currency)) for label, amount in found]


def state(invoice: Invoice) -> str:
    if invoice.is_paid and invoice.paid_at:
        return f"Paid on {day(invoice.paid_at.date())}"
    return {"void": "Void: not to be paid", "uncollectible": "Written off"}.get(invoice.status, "")
