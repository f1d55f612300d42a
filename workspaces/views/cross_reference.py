from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import ties
from workspaces.forms.cross_reference import CrossReferenceForm, figures_of
from workspaces.models import CrossReference, Workpaper
from workspaces.views.workpaper import others_of, visible_paper


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PREPARE_WORKPAPERS)
def cross_reference_create(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    """In two steps: which paper, then which figure here and which there."""
    paper = visible_paper(request, workpaper_id)
    if paper.locked or paper.binder.is_locked:
        messages.error(request, ties.LOCKED)
        return redirect(paper)
    target = _target(request, paper)
    form = CrossReferenceForm(
        request.POST or None, paper=paper, target=target, initial={"cell": request.GET.get("cell", "")}
    )
    if target and form.is_valid():
        try:
            ties.add(paper, form.cleaned_data["cell"], target, form.cleaned_data["target_cell"], by=request.member)
            messages.success(request, "Figures tied")
        except ties.Kept as kept:
            messages.error(request, str(kept))
        return redirect(f"{paper.get_absolute_url()}#sheet")
    others = [other for other in others_of(paper.binder) if other.pk != paper.pk]
    context = {"paper": paper, "target": target, "others": others, "form": form, "figures": figures_of(paper)}
    return render(request, "workspaces/cross_reference/form.html", context, status=422 if form.errors else 200)


def _target(request: OrganizationRequest, paper: Workpaper) -> Workpaper | None:
    reference = (request.GET.get("to") or request.POST.get("to") or "").strip().upper().replace("\0", "")[:30]
    papers = Workpaper.objects.filter(binder=paper.binder_id, reference=reference).select_related("binder")
    return papers.first() if reference else None


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def cross_reference_removal(request: OrganizationRequest, cross_reference_id: UUID) -> HttpResponse:
    seen = Workpaper.objects.visible_to(request.member)
    references = CrossReference.objects.filter(workpaper__in=seen).select_related("workpaper__binder", "target")
    reference = get_object_or_404(references, pk=cross_reference_id)
    paper = reference.workpaper
    try:
        ties.remove(reference)
    except ties.Kept as kept:
        messages.error(request, str(kept))
    else:
        messages.success(request, "Cross-reference removed")
    return redirect(f"{paper.get_absolute_url()}#sheet")
