"""Deleting requests and lists, and bringing them back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing.entitlements import require
from billing.features import F
from clients.models import InformationRequest, RequestList
from clients.models.request_lifecycle import TransitionRefused
from clients.views.request import visible_request
from clients.views.request_list import place_of, visible_list
from conversations.live.topics import publish
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_removal(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    item = visible_request(request, request_id)
    try:
        item.trash()
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return redirect(item)
    messages.success(request, f"{item.reference} moved to the trash of the list")
    return redirect(place_of(request, item.request_list))


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_restoration(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    visible = InformationRequest.with_deleted.visible_to(request.member).filter(request_list__deleted_at=None)
    item = get_object_or_404(visible.select_related("request_list").defer("tsv"), pk=request_id)
    try:
        item.restore()
        messages.success(request, f"{item.reference} restored")
    except TransitionRefused as refused:
        messages.error(request, str(refused))
    return redirect("request_trash", list_id=item.request_list_id)


@require_safe
@requires(Permission.MANAGE_REQUESTS)
def request_trash(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    deleted = InformationRequest.with_deleted.filter(request_list=request_list).exclude(deleted_at=None)
    page = keyset_page(deleted.defer("tsv"), ("-deleted_at", "-id"), request.GET)
    for item in page.rows:
        item.request_list = request_list
    return render(request, "clients/request_list/trash.html", {"request_list": request_list, "page": page})


@require_safe
@requires(Permission.MANAGE_REQUESTS)
def request_list_trash(request: OrganizationRequest) -> HttpResponse:
    deleted = RequestList.with_deleted.visible_to(request.member).exclude(deleted_at=None).select_related("client")
    page = keyset_page(deleted, ("-deleted_at", "-id"), request.GET)
    return render(request, "clients/request_list/lists_trash.html", {"page": page})


@require_POST
@requires(Permission.MANAGE_REQUESTS, frees_a_place=True)
def request_list_removal(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    request_list.trash()
    publish("request-list", request_list.pk)
    messages.success(request, f"“{request_list.title}” moved to the trash. The client does not see it any more.")
    return redirect("request_list_index")


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_list_restoration(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = get_object_or_404(RequestList.with_deleted.visible_to(request.member), pk=list_id)
    if request_list.status == RequestList.Status.OPEN:
        require(F.REQUEST_LISTS, adding=1)
    request_list.restore()
    publish("request-list", request_list.pk)
    messages.success(request, f"“{request_list.title}” restored")
    return redirect(request_list)
