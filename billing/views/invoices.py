"""The firm's invoices: the list, one of them, and its PDF."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from audit import log
from billing.invoicing import breakdown, printing
from billing.models import Invoice
from look.paging import keyset_page
from look.typesetting import TypesettingFailed
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

NEWEST = ("-issued_at", "-id")


@require_safe
@requires(Permission.VIEW_BILLING)
def invoice_list(request: OrganizationRequest) -> HttpResponse:
    page = keyset_page(Invoice.objects.shown(), NEWEST, request.GET, size=25)
    return render(request, "billing/invoices/list.html", {"page": page, "today": request.organization.today})


@require_safe
@requires(Permission.VIEW_BILLING)
def invoice_detail(request: OrganizationRequest, invoice_id: UUID) -> HttpResponse:
    invoice = get_object_or_404(Invoice.objects.shown(), pk=invoice_id)
    context = {
        "invoice": invoice, "today": request.organization.today, "lines": invoice.lines.order_by("position"),
        "breakdown": breakdown.of_invoice(invoice, request.member), "sums": printing.sums(invoice), "state": printing.state(invoice),
        "pay_to": printing.pay_to(),
    }  # fmt: skip
    return render(request, "billing/invoices/detail.html", context)


@require_safe
@requires(Permission.VIEW_BILLING)
def invoice_pdf(request: OrganizationRequest, invoice_id: UUID) -> HttpResponse:
    """Ours is set now; Stripe's lies there."""
    invoice = get_object_or_404(Invoice.objects.shown(), pk=invoice_id)
    if not invoice.is_manual:
        return redirect(invoice.pdf_url or invoice.get_absolute_url())
    try:
        pages = printing.pdf(invoice, request.organization)
    except TypesettingFailed as failed:
        messages.error(request, f"{failed} Try again in a minute.")
        return redirect(invoice)
    log.record("export", invoice, format="pdf")
    headers = {"Content-Disposition": content_disposition_header(True, f"{invoice.number}.pdf") or "",
               "Cache-Control": "private, no-store"}  # fmt: skip
    return HttpResponse(pages, content_type="application/pdf", headers=headers)
