"""One change to the checked rows of a list. The checkboxes carry the version of the row that was on the screen."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from clients import request_bulk
from clients.forms.request_row import AssignSelectionForm, DueDateSelectionForm, SelectionForm
from clients.models import RequestList
from clients.request_bulk import Outcome
from clients.views.request_list import detail_page, refused_closed, visible_list
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

NAMED = 20


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_bulk_publication(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if closed := refused_closed(request, request_list, "publish its requests"):
        return closed
    form = SelectionForm(request.POST, request_list=request_list)
    if not form.is_valid():
        return detail_page(request, request_list, selection=form)
    outcome = request_bulk.publish(request_list, form.cleaned_data["selected"], by=request.member)
    _report(request, outcome, "published")
    if outcome.unfit:
        messages.warning(request, f"Not a draft any more, so left alone: {_named(outcome.unfit)}")
    return _back(request, request_list)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_bulk_assignment(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    return _change(request, list_id, AssignSelectionForm, "assigned")


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_bulk_due_date(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    return _change(request, list_id, DueDateSelectionForm, "given the due date")


def _change(
    request: OrganizationRequest, list_id: UUID, form_class: type[AssignSelectionForm | DueDateSelectionForm], done: str
) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if closed := refused_closed(request, request_list, "change its requests"):
        return closed
    form = form_class(request.POST, request_list=request_list)
    if not form.is_valid():
        return detail_page(request, request_list, selection=form)
    _report(request, request_bulk.change(request_list, form.cleaned_data["selected"], form.change), done)
    return _back(request, request_list)


def _back(request: OrganizationRequest, request_list: RequestList) -> HttpResponse:
    """To the page and the filters where the rows were checked."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(f"{request_list.get_absolute_url()}{query}")


def _report(request: OrganizationRequest, outcome: Outcome, done: str) -> None:
    if outcome.changed:
        messages.success(request, f"{outcome.changed} request{'' if outcome.changed == 1 else 's'} {done}")
    if outcome.stale:
        count = f"{len(outcome.stale)} of {outcome.asked}"
        messages.warning(request, f"{count} changed meanwhile and were left alone: {_named(outcome.stale)}")


def _named(references: list[str]) -> str:
    more = len(references) - NAMED
    return ", ".join(references[:NAMED]) + (f" and {more} more" if more > 0 else "")
