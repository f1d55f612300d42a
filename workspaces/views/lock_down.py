from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.forms.row_form import locked
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import lock_down as closing
from workspaces.forms.binder_settings import BinderSettingsForm
from workspaces.forms.late_paper import LatePaperForm
from workspaces.forms.reasons import ReasonForm
from workspaces.models import Binder, Workpaper
from workspaces.unmet_list import UnmetList
from workspaces.views.binder import visible_binder


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def lock_down(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    return lock_down_page(request, visible_binder(request, binder_id))


def lock_down_page(
    request: OrganizationRequest, binder: Binder, *, status: int = 200, hold_form: ReasonForm | None = None
) -> HttpResponse:
    late = Workpaper.objects.filter(binder=binder, late_at__isnull=False).select_related("created_by")
    context = {
        "binder": binder,
        "unmet": None if binder.is_locked else _unmet(request, binder),
        "late": late.defer("body", "tsv").in_order(),
        "hold_form": hold_form or ReasonForm(prefix="hold"),
        "today": timezone.localdate(),
        "may_close": request.member.can(Permission.CLOSE_BINDERS),
    }
    return render(request, "workspaces/binder/lock_down.html", context, status=status)


def _unmet(request: OrganizationRequest, binder: Binder) -> UnmetList:
    asked = request.GET
    return UnmetList.of(closing.conditions(binder), kind=asked.get("kind", ""), after=asked.get("after", ""))


@require_POST
@requires(Permission.CLOSE_BINDERS)
def binder_lock(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    binder = visible_binder(request, binder_id)
    try:
        closing.lock(binder, by=request.member)
    except closing.LockRefused:
        messages.error(request, "The file is not locked. What is missing is listed here.")
        return lock_down_page(request, binder, status=409)
    messages.success(request, "The file is locked")
    return redirect("lock_down", binder_id=binder_id)


@require_POST
@requires(Permission.CLOSE_BINDERS)
def binder_hold(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    binder, form = visible_binder(request, binder_id), ReasonForm(request.POST, prefix="hold")
    if not form.is_valid():
        return lock_down_page(request, binder, status=422, hold_form=form)
    closing.hold(binder, by=request.member, reason=form.cleaned_data["reason"])
    messages.success(request, "On legal hold: nothing of this file is deleted")
    return redirect("lock_down", binder_id=binder_id)


@require_POST
@requires(Permission.CLOSE_BINDERS)
def binder_hold_release(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    closing.release_hold(visible_binder(request, binder_id))
    messages.success(request, "Legal hold lifted")
    return redirect("lock_down", binder_id=binder_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CLOSE_BINDERS)
def binder_settings(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    visible = visible_binder(request, binder_id)
    if visible.is_locked:
        messages.error(request, "The file is locked: its settings stay as they are.")
        return redirect("lock_down", binder_id=binder_id)
    if request.method == "POST":
        visible = locked(Binder.objects.all()).get(pk=visible.pk)
    form = BinderSettingsForm(request.POST or None, instance=visible)
    if form.is_valid() and form.save_once(Binder.objects.all()):
        messages.success(request, "Binder saved")
        return redirect(visible)
    return render(
        request, "workspaces/binder/settings.html", {"form": form, "binder": visible}, status=form.error_status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CLOSE_BINDERS)
def late_paper(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    """An addition to a locked file: the only thing that still comes into it."""
    binder = visible_binder(request, binder_id)
    if not binder.is_locked:
        return redirect("workpaper_create", binder_id=binder_id)
    mine = Workpaper.objects.filter(binder=binder)
    form = LatePaperForm(request.POST or None, binder=binder, member=request.member)
    if made := form.made_before(mine):
        return redirect(made)
    if form.is_valid():
        form.instance.pk = form.cleaned_data.get("key") or form.instance.pk
        typed = form.cleaned_data
        made = closing.add_late(form.instance, by=request.member, reason=typed["reason"], text=typed["text"])
        messages.success(request, f"{made.reference} added to the locked file")
        return redirect(made)
    return render(
        request, "workspaces/binder/late_paper.html", {"form": form, "binder": binder}, status=form.error_status
    )
