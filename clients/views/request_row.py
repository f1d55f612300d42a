"""The cells of a row that are changed in place."""

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clients.forms.request_row import AssignmentForm, CellForm, DueDateForm
from clients.models import InformationRequest
from clients.request_progress import progress_of
from clients.request_rows import one_row
from clients.telling import assigned, publish_request
from clients.views.partials import is_partial
from clients.views.request import visible_request
from clients.views.request_list import columns_of, may_change, refused_closed
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def request_due_date(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    return _cell(request, request_id, DueDateForm)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def request_assignment(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    return _cell(request, request_id, AssignmentForm)


def _cell(request: OrganizationRequest, request_id: UUID, form_class: type[CellForm]) -> HttpResponse:
    """One cell of a row: a form in its place with htmx, else a page of its own."""
    item = visible_request(request, request_id)
    if is_partial(request) and "cancel" in request.GET:
        return _row(request, item)
    purpose = f"change {item.reference}"
    if is_partial(request) and (sentence := item.request_list.refusal(purpose)):
        return _row(request, item, refusal=sentence)
    if closed := refused_closed(request, item.request_list, purpose):
        return closed
    form = form_class(request.POST or None, item=item)
    if not form.is_valid():
        name = "clients/request/cell.html"
        context = {"item": item, "form": form, "field": form[form.name], "action": request.path}
        name = f"{name}#cell" if is_partial(request) else name
        return render(request, name, context, status=422 if form.errors else 200)
    stale = f"{item.reference} changed meanwhile. Nothing was saved; look at it and try again."
    refusal = "" if _saved(form, request) else stale
    if is_partial(request):
        return _row(request, item, refusal=refusal)
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, f"{item.reference} saved")
    return redirect(_place(item))


def _saved(form: CellForm, request: OrganizationRequest) -> bool:
    if not form.save():
        return False
    if form.name in form.changed_data and form.name == "assigned_to":
        form.item.assigned_to = form.cleaned_data["assigned_to"]
        assigned(form.item, by=request.member)
    else:
        publish_request(form.item)
    return True


def _row(request: OrganizationRequest, item: InformationRequest, *, refusal: str = "") -> HttpResponse:
    request_list, today = item.request_list, timezone.localdate()
    everything = InformationRequest.objects.filter(request_list=request_list)
    context = {
        "item": one_row(item, request.member),
        "request_list": request_list,
        "may_change": may_change(request, request_list),
        "progress": progress_of(everything, today),
        **columns_of(request.member),
    }
    response = render(request, "clients/request_list/detail.html#changed_row", context, status=409 if refusal else 200)
    if refusal:
        response["HX-Retarget"], response["HX-Reswap"] = f"#request-{item.pk}", "outerHTML"
        response["HX-Trigger"] = json.dumps({"toast": {"words": refusal, "turn": "late"}})
    return response


def _place(item: InformationRequest) -> str:
    return f"{reverse('request_list_detail', kwargs={'list_id': item.request_list_id})}#request-{item.pk}"
