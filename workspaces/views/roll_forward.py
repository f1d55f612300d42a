"""Rolling a binder forward: what would come along is shown beside the few things that are chosen."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import roll_forward
from workspaces.forms.roll_forward import RollForwardForm
from workspaces.models import Binder
from workspaces.views.binder import next_binder, visible_binder


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PREPARE_WORKPAPERS)
def binder_roll_forward(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    source = visible_binder(request, binder_id)
    shown = roll_forward.preview(source)
    form = RollForwardForm(request.POST or None, source=source, member=request.member, open_notes=shown.notes)
    mine = Binder.objects.visible_to(request.member)
    if made := form.made_before(mine):
        return redirect(made)
    if following := next_binder(request, source):
        messages.info(request, f"Rolled forward already: this is the binder to {following.period_end:%-d %b %Y}")
        return redirect(following)
    if form.is_valid() and (made := form.save_once(mine)):
        messages.success(request, f"{len(shown.papers):,} papers carried forward. Nothing of them is signed")
        return redirect(made)
    context = {"binder": source, "form": form, "preview": shown}
    return render(request, "workspaces/binder/roll_forward.html", context, status=form.error_status)
