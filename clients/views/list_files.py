"""Many files for one list at once: dropped, matched to requests by their names, confirmed by a person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from clients import document_changes
from clients.forms.document import MatchingForm
from clients.matching import propose
from clients.models import Document, InformationRequest, RequestList
from clients.uploads import store_for_client
from clients.views.document_upload import NO_FILES, begin_answer, take
from clients.views.request_list import visible_list
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

#: So many are decided on one page; the rest follows on the next.
AT_ONCE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_DOCUMENTS)
def list_files(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if request.method != "POST":
        return _page(request, request_list)
    uploads = request.FILES.getlist("files")
    if not uploads:
        return _page(request, request_list, refusal=NO_FILES, status=422)
    received = take(uploads, lambda upload: store_for_client(
        upload, client=request_list.client, by=request.member, visibility=Document.Visibility.SHARED, intake=request_list
    ))  # fmt: skip
    if any(file.error for file in received):
        return _page(request, request_list, received=received, status=422)
    messages.success(
        request, f"{len(received)} file{'' if len(received) == 1 else 's'} added. Say below what each answers."
    )
    return redirect("list_files", list_id=list_id)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def list_files_begin(request: OrganizationRequest, list_id: UUID) -> JsonResponse:
    request_list = visible_list(request, list_id)
    return begin_answer(request, request_list.client, request_list=request_list)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def list_files_matching(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    form = _form(request, request_list, request.POST)
    if not form.is_valid():
        return _page(request, request_list, form=form, status=422)
    decisions = form.decisions()
    matched = document_changes.settle(decisions)
    messages.success(request, f"{matched} matched, {len(decisions) - matched} kept with the client's documents")
    waiting = _waiting(request_list).exists()
    return redirect("list_files", list_id=list_id) if waiting else redirect(request_list)


def _waiting(request_list: RequestList) -> Any:
    """What waits to be matched, dropped here by anybody of the firm or the client."""
    waiting = Document.objects.filter(intakes__request_list=request_list)
    return waiting.prefetch_related("versions").order_by("created_at", "id")


def _form(request: OrganizationRequest, request_list: RequestList, data: Any = None) -> MatchingForm:
    asked = InformationRequest.objects.filter(request_list=request_list).select_related("request_list")
    requests = list(asked.defer("tsv").order_by("position", "id"))
    return MatchingForm(data, proposals=propose(_waiting(request_list)[:AT_ONCE], requests), requests=requests)


def _page(
    request: OrganizationRequest, request_list: RequestList, *, form: MatchingForm | None = None, status: int = 200,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    form = form or _form(request, request_list)
    context |= {
        "request_list": request_list, "form": form, "matched": form.matched,
        "matching_url": reverse("list_files_matching", kwargs={"list_id": request_list.pk}),
    }  # fmt: skip
    return render(request, "clients/document/list_files.html", context, status=status)
