"""Rolling a list forward: choose what is asked again, look at it beside last year's answer, make the list."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clients.forms.request_roll_forward import RollForwardForm
from clients.models import InformationRequest, RequestList
from clients.models.request_status import Status
from clients.request_roll_forward import lines_to_roll, roll_forward
from clients.views.request_list import visible_list
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
@transaction.atomic
def request_list_roll_forward(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    old, mine = visible_list(request, list_id), RequestList.objects.visible_to(request.member)
    lines = lines_to_roll(old)
    form = RollForwardForm(request.POST or None, old=old, lines=lines, member=request.member)
    if made := form.made_before(mine):
        return redirect(made)
    if form.is_valid() and (made := form.save_once(mine)):
        items = roll_forward(old, made, form.taken(), days=form.cleaned_data["days"], by=request.member)
        messages.success(request, f"{len(items)} draft{'' if len(items) == 1 else 's'} made from {old.title}.")
        return redirect(made)
    rows = InformationRequest.objects.filter(request_list=old).defer("tsv")
    before = {str(item.pk): item for item in rows}
    chosen = form.chosen if form.is_bound else {pk for pk, item in before.items() if item.status != Status.WAIVED}
    choices = [{"line": line, "before": before[line.key], "is_chosen": line.key in chosen} for line in lines]
    context = {"form": form, "request_list": old, "choices": choices}
    return render(request, "clients/request_list/roll_forward.html", context, status=form.error_status)
