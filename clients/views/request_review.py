"""The steps of a request's life, each at its own address. Forms for the reasons stand on the request's page."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from clients import notices
from clients.forms.request import ReasonForm, ReceivingForm, ReopeningForm, ReturnForm, WaiverForm
from clients.models import InformationRequest
from clients.models.request_lifecycle import WITHOUT_ROWS, TransitionRefused
from clients.views.request import detail_page, visible_request
from clients.views.request_list import place_of, refused_closed
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_publication(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    item = visible_request(request, request_id)
    if closed := refused_closed(request, item.request_list, f"publish {item.reference}"):
        return closed
    if item.lacks_rows:
        messages.warning(request, WITHOUT_ROWS)
        return redirect("request_update", item.pk)

    def publish() -> None:
        item.publish(by=request.member)
        notices.published(item)

    return _step(request, item, publish, "published")


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_receiving(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    """Note an answer that did not come through the portal."""
    item = visible_request(request, request_id)
    form = ReceivingForm(request.POST, item=item)
    if closed := refused_closed(request, item.request_list, f"note an answer to {item.reference}"):
        return closed
    if not form.is_valid():
        return detail_page(request, item, receiving_form=form, status=422)
    giver, how = form.cleaned_data.get("giver"), form.cleaned_data["reason"]

    def receive() -> None:
        item.receive(by=request.member, giver=giver, how=how)

    return _step(request, item, receive, "received", receiving_form=form)


@require_POST
@requires(Permission.REVIEW_REQUESTS)
def request_acceptance(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    item = visible_request(request, request_id)
    return _step(request, item, lambda: item.accept(by=request.member), "accepted")


@require_POST
@requires(Permission.REVIEW_REQUESTS)
def request_return(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    item, form = visible_request(request, request_id), ReturnForm(request.POST)
    if closed := refused_closed(request, item.request_list, f"return {item.reference}"):
        return closed
    if not form.is_valid():
        return detail_page(request, item, return_form=form, status=422)
    reason = form.cleaned_data["reason"]

    def send_back() -> None:
        item.send_back(by=request.member, reason=reason)
        notices.returned(item)

    return _step(request, item, send_back, "returned", return_form=form)


@require_POST
@requires(Permission.REVIEW_REQUESTS)
def request_waiver(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    item, form = visible_request(request, request_id), WaiverForm(request.POST)
    if not form.is_valid():
        return detail_page(request, item, waiver_form=form, status=422)
    reason = form.cleaned_data["reason"]
    done = "marked not applicable"
    return _step(request, item, lambda: item.waive(by=request.member, reason=reason), done, waiver_form=form)


@require_POST
@requires(Permission.REVIEW_REQUESTS)
def request_reopening(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    item, form = visible_request(request, request_id), ReopeningForm(request.POST)
    if closed := refused_closed(request, item.request_list, f"ask for {item.reference} again"):
        return closed
    if not form.is_valid():
        return detail_page(request, item, reopening_form=form, status=422)
    reason = form.cleaned_data["reason"]

    def reopen() -> None:
        item.reopen(by=request.member, reason=reason)
        notices.returned(item)

    return _step(request, item, reopen, "reopened", reopening_form=form)


def _step(
    request: OrganizationRequest,
    item: InformationRequest,
    step: Callable[[], None],
    done: str,
    **forms: ReasonForm,
) -> HttpResponse:
    try:
        step()
    except TransitionRefused as refused:
        newest = visible_request(request, item.pk)
        return detail_page(request, newest, refusal=str(refused), status=409, **forms)
    messages.success(request, f"{item.reference} {done}")
    return redirect(place_of(request, item.request_list, item) if "list" in request.GET else item)
