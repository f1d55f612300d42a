"""The order of a binder's index: new references, by form, by keyboard and by dragging."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.forms.binder import uuid_or_none
from workspaces.forms.reference import ReferenceForm
from workspaces.models import Workpaper
from workspaces.renumbering import RenumberingRefused, renumber, reorder
from workspaces.views.workpaper import visible_paper
from workspaces.views.workpaper_edit import LOCKED


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_reference(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    paper = visible_paper(request, workpaper_id)
    if paper.locked or paper.binder.is_locked:
        messages.error(request, LOCKED)
        return redirect(paper)
    form = ReferenceForm(request.POST or None, initial={"reference": paper.reference})
    if form.is_valid():
        try:
            renumber(paper, form.cleaned_data["reference"])
            messages.success(
                request, f"{paper.reference} is now {form.cleaned_data['reference'].upper()}, wherever it is cited"
            )
            return redirect(_place(paper))
        except RenumberingRefused as error:
            form.add_error("reference", str(error))
    context = {"form": form, "paper": paper}
    return render(request, "workspaces/workpaper/reference.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_order(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    """In front of the paper the form names, or at the end of its level."""
    paper = visible_paper(request, workpaper_id)
    if paper.locked or paper.binder.is_locked:
        messages.error(request, LOCKED)
        return redirect(_place(paper))
    named = uuid_or_none(request.POST.get("before", ""))
    before = get_object_or_404(Workpaper, binder=paper.binder, pk=named) if named else None
    try:
        reorder(paper, before=before)
    except RenumberingRefused as error:
        messages.error(request, str(error))
    return redirect(_place(paper))


def _place(paper: Workpaper) -> str:
    return f"{reverse('binder_detail', kwargs={'binder_id': paper.binder_id})}#paper-{paper.pk}"
