"""Copies of a binder to take away: one PDF, or a zip that opens without Tickmark."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from audit import log
from clients.downloads import stored_response
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.models import BinderCopy
from workspaces.printing import copying
from workspaces.views.binder import visible_binder

MOST_SHOWN = 20
FORMS = {"pdf": ("pdf", "application/pdf"), "archive": ("zip", "application/zip")}


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def binder_copies(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    binder = visible_binder(request, binder_id)
    copies = list(_copies(request).filter(binder=binder).order_by("-created_at", "-id")[:MOST_SHOWN])
    context: dict[str, Any] = {
        "binder": binder,
        "copies": copies,
        "is_waiting": any(copy.is_unfinished for copy in copies),
        "stopped_before": timezone.now() - copying.STOPPED_AFTER,
        "may_pack": request.member.can(Permission.VIEW_DOCUMENTS),
    }
    return render(request, "workspaces/binder/copies.html", context)


@require_POST
@requires(Permission.VIEW_WORKPAPERS)
def binder_pdf_creation(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    return redirect(copying.start(visible_binder(request, binder_id), "pdf", by=request.member))


@require_POST
@requires(Permission.VIEW_WORKPAPERS)
def binder_archive_creation(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    """The files that papers cite are in it, so it takes the right to open documents, too."""
    if not request.member.can(Permission.VIEW_DOCUMENTS):
        raise PermissionDenied
    return redirect(copying.start(visible_binder(request, binder_id), "archive", by=request.member))


@require_POST
@requires(Permission.VIEW_WORKPAPERS)
def binder_copy_cancellation(request: OrganizationRequest, copy_id: UUID) -> HttpResponse:
    copy = get_object_or_404(_copies(request), pk=copy_id)
    if not copying.cancel(copy):
        messages.warning(request, "It was finished before it could be cancelled.")
    return redirect(copy)


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def binder_copy_download(request: OrganizationRequest, copy_id: UUID) -> HttpResponse | FileResponse:
    copy = get_object_or_404(_copies(request), pk=copy_id)
    if copy.kind == BinderCopy.Kind.ARCHIVE and not request.member.can(Permission.VIEW_DOCUMENTS):
        raise PermissionDenied
    if copy.status != BinderCopy.Status.READY:
        return redirect(copy)  # which says why there is nothing to download
    log.record("export", copy, title=str(copy), sha256=copy.sha256)
    ending, content_type = FORMS[copy.kind]
    made_on = timezone.localtime(copy.created_at).date()
    name = f"{slugify(copy.binder.project.name)[:60] or 'binder'}-{copy.binder.period_end}-made-{made_on}.{ending}"
    return stored_response(copy.storage_key, name, content_type)


def _copies(request: OrganizationRequest) -> QuerySet[BinderCopy]:
    return BinderCopy.objects.visible_to(request.member).select_related("binder__project", "created_by")
