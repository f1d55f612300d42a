"""The firm's legend, and placing its marks on a paper's figures."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import mark_changes, saving
from workspaces.forms.tickmark import TickmarkForm
from workspaces.legends import Legend, ensure_legend
from workspaces.marking import has_tick, toggled
from workspaces.models import Tickmark
from workspaces.views.workpaper import detail_page, visible_paper
from workspaces.views.workpaper_edit import LOCKED, wants_json

#: So many of the marks that were taken out are offered again.
TAKEN_OUT = 50


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def tickmark_list(request: OrganizationRequest) -> HttpResponse:
    ensure_legend()
    gone = Tickmark.with_deleted.exclude(deleted_at=None).order_by("-deleted_at", "-id")[:TAKEN_OUT]
    return render(request, "workspaces/tickmark/list.html", {"marks": Legend().marks, "gone": gone})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_WORKPAPERS)
def tickmark_create(request: OrganizationRequest) -> HttpResponse:
    ensure_legend()
    last = Tickmark.objects.aggregate(last=Max("position"))["last"] or 0
    form = TickmarkForm(request.POST or None, instance=Tickmark(position=last + 1))
    return _form_page(request, form, "Mark added to the legend")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_WORKPAPERS)
def tickmark_update(request: OrganizationRequest, tickmark_id: UUID) -> HttpResponse:
    mark = get_object_or_404(Tickmark, pk=tickmark_id)
    return _form_page(request, TickmarkForm(request.POST or None, instance=mark), "Mark saved")


def _form_page(request: OrganizationRequest, form: TickmarkForm, done: str) -> HttpResponse:
    mine = Tickmark.objects.all()
    if form.made_before(mine) and form.instance._state.adding:
        return redirect("tickmark_list")
    if form.is_valid() and form.save_once(mine):
        messages.success(request, done)
        return redirect("tickmark_list")
    return render(request, "workspaces/tickmark/form.html", {"form": form}, status=form.error_status)


@require_POST
@requires(Permission.REVIEW_WORKPAPERS)
def tickmark_removal(request: OrganizationRequest, tickmark_id: UUID) -> HttpResponse:
    mark = get_object_or_404(Tickmark, pk=tickmark_id)
    try:
        mark_changes.take_out(mark)
        messages.success(request, f"“{mark.meaning}” taken out of the legend")
    except mark_changes.Vouched as vouched:
        messages.error(request, str(vouched))
    return redirect("tickmark_list")


@require_POST
@requires(Permission.REVIEW_WORKPAPERS)
def tickmark_restoration(request: OrganizationRequest, deleted_mark_id: UUID) -> HttpResponse:
    mark = get_object_or_404(Tickmark.with_deleted.exclude(deleted_at=None), pk=deleted_mark_id)
    try:
        mark_changes.bring_back(mark)
        messages.success(request, f"“{mark.meaning}” is back in the legend")
    except ValidationError as error:
        messages.error(request, f"{' '.join(error.messages)} Change that one first.")
    return redirect("tickmark_list")


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_tick(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    """Put a mark beside a figure, or take it away again."""
    paper = visible_paper(request, workpaper_id)
    mark = next((m for m in Legend().marks if m.code.lower() == request.POST.get("code", "").strip().lower()), None)
    cell, revision = request.POST.get("cell", ""), request.POST.get("revision", "")
    body = toggled(paper.body, cell, str(mark.pk)) if mark else None
    if mark is None or body is None:
        return _not_placed(request, workpaper_id, "Choose a figure of this paper and a mark of the legend.", 422)
    if paper.locked or paper.binder.is_locked:
        return _not_placed(request, workpaper_id, LOCKED, 409)
    try:
        marked = saving.save(
            paper, by=request.member, body=body,
            revision=int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
        )  # fmt: skip
    except saving.Stale:
        return _not_placed(
            request, workpaper_id, "Somebody changed this paper meanwhile. Look at it, then tick again.", 409
        )
    if wants_json(request):
        words = f"{mark.meaning}: {'placed' if has_tick(body, cell, str(mark.pk)) else 'taken away'}"
        return JsonResponse({"revision": marked.revision, "said": words})
    return redirect(f"{reverse('workpaper_detail', kwargs={'workpaper_id': paper.pk})}#sheet")


def _not_placed(request: OrganizationRequest, workpaper_id: UUID, sentence: str, status: int) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"problem": sentence}, status=status)
    return detail_page(request, visible_paper(request, workpaper_id), status=status, refusals=[sentence])
