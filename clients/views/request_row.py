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
from clients.views.request import visible_request
from clients.views.request_list import is_partial, row_items
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
    form = form_class(request.POST or None, item=item)
    if not form.is_valid():
        name = "clients/request/cell.html"
        context = {"item": item, "form": form, "field": form[form.name], "action": request.path}
        name = f"{name}#cell" if is_partial(request) else name
        return render(request, name, context, status=422 if form.errors else 200)
    saved = form.save()
    if is_partial(request):
        return _row(request, item, saved=saved)
    if saved:
        messages.success(request, f"{item.reference} saved")
    else:
        messages.error(request, f"{item.reference} changed meanwhile. Nothing was saved; look at it and try again.")
    return redirect(_place(item))


def _row(request: OrganizationRequest, item: InformationRequest, *, saved: bool = True) -> HttpResponse:
    request_list, today = item.request_list, timezone.localdate()
    everything = InformationRequest.objects.filter(request_list=request_list)
    (fresh,) = row_items(everything.filter(pk=item.pk), request_list)
    context = {"item": fresh, "request_list": request_list, "progress": progress_of(everything, today)}
    response = render(request, "clients/request_list/detail.html#changed_row", context, status=200 if saved else 409)
    if not saved:
        words = f"{item.reference} changed meanwhile. Nothing was saved; look at it and try again."
        response["HX-Trigger"] = json.dumps({"toast": {"words": words, "turn": "late"}})
    return response


def _place(item: InformationRequest) -> str:
    return f"{reverse('request_list_detail', kwargs={'list_id': item.request_list_id})}#request-{item.pk}"
