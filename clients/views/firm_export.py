"""The page on which an owner gets a copy of everything the firm has."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit import log
from clients.downloads import stored_response
from clients.firm_export_jobs import make_firm_export
from clients.models import FirmExport
from organizations import confirming
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

SHOWN = 20
#: An export at work for longer has lost its worker, and no other has come to say so.
STUCK = timedelta(hours=6)
AT_WORK = "An export is being made already."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TRANSFER_OWNERSHIP)
def firm_export(request: OrganizationRequest) -> HttpResponse:
    """For owners alone: it holds what is behind every wall."""
    unconfirmed = confirming.refusal(request) if request.method == "POST" else ""
    is_asked = request.method == "POST" and not unconfirmed
    if is_asked and _is_begun(request):
        messages.success(request, "We are collecting the firm’s data")
        return redirect("firm_export")
    exports = list(FirmExport.objects.select_related("created_by").order_by("-created_at")[:SHOWN])
    context = {
        "exports": exports, "at_work": any(export.is_at_work for export in exports),
        "refusal": AT_WORK if is_asked else unconfirmed, "confirm_url": confirming.confirm_url(request),
    }  # fmt: skip
    template = "clients/firm_export.html#state" if request.htmx else "clients/firm_export.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=409 if is_asked else 422 if unconfirmed else 200)


def _is_begun(request: OrganizationRequest) -> bool:
    """One at a time."""
    long_ago = timezone.now() - STUCK
    FirmExport.objects.filter(state__in=["waiting", "running"], updated_at__lt=long_ago).update(state="failed")
    try:
        with transaction.atomic():
            export = FirmExport.objects.create(created_by=request.member)
    except IntegrityError:
        return False
    make_firm_export.enqueue(firm_export_id=export.pk)
    return True


@require_safe
@requires(Permission.TRANSFER_OWNERSHIP)
def firm_export_download(request: OrganizationRequest, firm_export_id: UUID) -> HttpResponse | FileResponse:
    export = get_object_or_404(FirmExport, pk=firm_export_id)
    if export.state != FirmExport.State.READY:
        return redirect("firm_export")  # which says how far it is
    if url := confirming.confirm_url(request):
        return redirect(url)
    if sentence := confirming.refusal(request):
        messages.error(request, sentence)
        return redirect("firm_export")
    log.record("export", export, what="the whole firm", manifest_sha256=export.manifest_sha256)
    name = f"{request.organization.slug}-{export.created_at:%Y-%m-%d}.zip"
    return stored_response(export.storage_key, name, "application/zip")
