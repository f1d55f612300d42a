"""Invoices on their way: issued with the period, mailed with their PDF."""

from billing.amounts import money
from billing.invoicing import issuing, printing
from billing.models import Invoice, Subscription
from billing.refusing import payers
from organizations.mails import draw_mail
from organizations.models import Organization
from organizations.mounts import absolute, organization_url
from tenancy.context import APP, current
from tenancy.jobs import tenant_task


def ask_for_period(subscription: Subscription) -> None:
    """Told when a period begins; the firm hears of what it owes."""
    mail_out(issuing.for_period(subscription))


def ask_for_rest(subscription: Subscription) -> None:
    """Told when no period follows that costs something."""
    mail_out(issuing.for_rest(subscription))


def mail_out(invoice: Invoice | None) -> None:
    if invoice is not None and current().surface == APP:
        send_invoice.enqueue(invoice_id=invoice.pk)


@tenant_task()
def send_invoice(invoice_id: str) -> None:
    """To where the firm wants its invoices, or to whoever pays; nothing if it was taken back meanwhile."""
    invoice, firm = Invoice.objects.shown().filter(pk=invoice_id).first(), Organization.objects.first()
    if invoice is None or firm is None or not invoice.is_manual or invoice.status == Invoice.Status.VOID:
        return
    pages = printing.pdf(invoice, firm)
    for address in [firm.billing_email] if firm.billing_email else [member.email for member in payers()]:
        mail = draw_mail(
            "invoice", to=address, subject=f"Invoice {invoice.number} from Tickmark", organization=firm, invoice=invoice,
            total=money(invoice.total, invoice.currency), is_due=invoice.is_open,
            action_url=absolute(organization_url(firm.slug, "invoice_detail", invoice_id=invoice.pk)),
            action_label="See the invoice", reason=f"You get this because invoices of {firm.name} go to {address}.",
        )  # fmt: skip
        mail.attach(f"{invoice.number}.pdf", pages, "application/pdf")
        mail.send()
