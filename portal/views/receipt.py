from uuid import UUID

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit import log
from look.reader import reader
from portal.access import contact_required
from portal.middleware import PortalRequest
from portal.receipts import Receipt, receipts_of
from portal.rendering import render_portal
from portal.sections import sections_for
from portal.views.request import find_item


@require_safe
@contact_required
def portal_receipt(request: PortalRequest, request_id: UUID) -> HttpResponse:
    context = {"receipts": _of_one(request, request_id), "is_one": True, "zone": _zone(request)}
    return render_portal(request, "portal/receipt.html", context)


@require_safe
@contact_required
def portal_receipt_text(request: PortalRequest, request_id: UUID) -> HttpResponse:
    receipts = _of_one(request, request_id)
    asked = receipts[0].item.request
    log.record("download", asked, what="receipt")
    return _text(request, receipts, f"{_('receipt')}-{slugify(asked.title)[:60]}")


@require_safe
@contact_required
def portal_receipts(request: PortalRequest) -> HttpResponse:
    """Everything sent so far, on one page."""
    return render_portal(request, "portal/receipt.html", {"receipts": _of_all(request), "zone": _zone(request)})


@require_safe
@contact_required
def portal_receipts_text(request: PortalRequest) -> HttpResponse:
    receipts = _of_all(request)
    log.record("download", request.contact, what="receipts", requests=len(receipts))
    return _text(request, receipts, f"{_('receipt')}-{timezone.localdate()}")


def _zone(request: PortalRequest) -> str:
    """The zone in which the reader is told moments."""
    return str(reader().zone or request.organization.timezone)


def _of_one(request: PortalRequest, request_id: UUID) -> list[Receipt]:
    receipts = receipts_of([find_item(request, request_id)])
    if not receipts:
        raise Http404("Nothing was sent yet.")
    return receipts


def _of_all(request: PortalRequest) -> list[Receipt]:
    return receipts_of([item for section in sections_for(request.contact) for item in section.items])


def _text(request: PortalRequest, receipts: list[Receipt], name: str) -> HttpResponse:
    context = {
        "receipts": receipts, "organization": request.organization, "contact": request.contact,
        "zone": _zone(request), "now": timezone.now(),
    }  # fmt: skip
    text = render_to_string("portal/receipt.txt", context)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.txt") or ""
    return response
