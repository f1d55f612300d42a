from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import taken_out
from workspaces.models import Workpaper
from workspaces.views.binder import visible_binder
from workspaces.views.workpaper import visible_paper


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_removal(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    paper = visible_paper(request, workpaper_id)
    try:
        taken_out.take_out(paper)
    except taken_out.Refused as refused:
        messages.error(request, str(refused))
        return redirect(paper)
    messages.success(request, f"{paper.reference} taken out of the index")
    return redirect("binder_detail", binder_id=paper.binder_id)


@require_safe
@requires(Permission.PREPARE_WORKPAPERS)
def binder_taken_out(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    binder = visible_binder(request, binder_id)
    gone = Workpaper.with_deleted.filter(binder=binder).exclude(deleted_at=None).defer("body", "tsv")
    page = keyset_page(gone, ("-deleted_at", "-id"), request.GET)
    return render(request, "workspaces/binder/taken_out.html", {"binder": binder, "page": page})


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_return(request: OrganizationRequest, deleted_paper_id: UUID) -> HttpResponse:
    gone = Workpaper.with_deleted.visible_to(request.member).exclude(deleted_at=None)
    paper = get_object_or_404(gone, pk=deleted_paper_id, binder__deleted_at=None)
    try:
        reference = taken_out.bring_back(paper, by=request.member)
    except taken_out.Refused as refused:
        messages.error(request, str(refused))
        return redirect("binder_taken_out", binder_id=paper.binder_id)
    if reference == paper.reference:
        messages.success(request, f"{reference} is back in the index")
    else:
        messages.warning(request, f"{paper.reference} is back as {reference}: another paper has its place now")
    return redirect("workpaper_detail", workpaper_id=paper.pk)
