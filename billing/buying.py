"""Buying credits, whichever way the firm pays: on Stripe's page, or on the account that its plan is invoiced to."""

from uuid import UUID

from billing import packs, paying, subscribing
from billing.invoicing import issuing, jobs, lines
from billing.models import CreditGrant, Invoice, Subscription
from billing.models.credit_grant import reference_of
from billing.packs import Pack, pack_for
from billing.payment import credits
from billing.subscribing import NotPossible
from organizations.models import Membership, Organization


def offer(row: Subscription) -> Pack | None:
    """None where credits are not sold, or the firm has no way to pay for them."""
    has_a_way = paying.by_card() or paying.pays_by_invoice(row)
    return pack_for(row) if packs.are_sold() and has_a_way else None


def buy(key: UUID, *, by: Membership, success_url: str, cancel_url: str) -> str:
    """The address to pay at; empty where they are there, on account. The same key buys once. Raises NotPossible."""
    row = subscribing.held()
    if (pack := offer(row)) is None:
        raise NotPossible("Credits are bought beside a plan that costs something. Choose one first.")
    if not paying.pays_by_invoice(row):
        return credits.begin(Organization.objects.get(), pack, success_url=success_url, cancel_url=cancel_url)
    if not Invoice.objects.filter(pk=key).exists():
        _on_account(row, pack, key, by)
    return ""


def _on_account(row: Subscription, pack: Pack, key: UUID, by: Membership) -> None:
    """There at once, with an invoice; who owes an older one pays that first."""
    if owed := issuing.oldest_overdue():
        raise NotPossible(f"Invoice {owed} is overdue. When it is paid, the firm can buy credits again.")
    line = lines.credits_line(pack.name, pack.price)
    invoice = issuing.issue(Organization.objects.get(), row, [line], is_of_period=False, id=key)
    CreditGrant.objects.create(
        amount=pack.credits, source=CreditGrant.Source.PURCHASE, reason=f"Bought, invoice {invoice.number}",
        granted_by=by.display_name, reference=reference_of(invoice.pk),
    )  # fmt: skip
    jobs.mail_out(invoice)
