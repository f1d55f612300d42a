from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from uuid_utils.compat import uuid7

from clients.downloads import IN_PLACE
from clients.forms.request import (
    ReasonForm,
    ReceivingForm,
    ReopeningForm,
    RequestForm,
    ReturnForm,
    StaleForm,
    WaiverForm,
)
from clients.models import Document, DocumentVersion, InformationRequest, RequestEvent, RequestList
from clients.models.request_status import Status
from clients.request_ageing import ageing_of
from clients.request_roll_forward import documents_of, previous_of
from clients.request_samples import samples_of
from clients.separation import ACCEPT
from clients.views.partials import is_partial
from clients.views.request_list import refused_closed, visible_list
from conversations import inbox
from organizations import duties
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission

#: The steps after which it is the client’s turn: none of them on a closed list.
ASKING = {"publish", "return", "reopen"}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def request_create(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if closed := refused_closed(request, request_list, "add requests"):
        return closed
    initial = {"key": uuid7(), "due_date": request_list.due_date, "category": request.GET.get("section", "")[:200]}
    form = RequestForm(request.POST or None, request_list=request_list, member=request.member, initial=initial)
    if form.is_valid():
        item = form.create()
        messages.success(request, f"{item.reference} added")
        return redirect(request_list)
    return _form_page(request, form, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def request_update(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    item = visible_request(request, request_id)
    if closed := refused_closed(request, item.request_list, f"change {item.reference}"):
        return closed
    form = RequestForm(request.POST or None, instance=item, request_list=item.request_list, member=request.member)
    if not form.is_valid():
        return _form_page(request, form, status=422 if form.errors else 200)
    try:
        form.update()
    except StaleForm:
        stored = visible_request(request, request_id)
        form.take_over(stored)
        return _form_page(request, form, status=409, stored=stored)
    messages.success(request, f"{item.reference} saved")
    return redirect(item)


def _form_page(
    request: OrganizationRequest, form: RequestForm, *, status: int, stored: InformationRequest | None = None
) -> HttpResponse:
    request_list = form.request_list
    sections = request_list.requests.filter(deleted_at=None).order_by("category").values_list("category", flat=True)
    context = {
        "form": form,
        "request_list": request_list,
        "item": None if form.instance._state.adding else form.instance,
        "sections": sections.exclude(category="").distinct(),
        "stored": stored,
        "differences": form.differences(stored) if stored else [],
    }
    return render(request, "clients/request/form.html", context, status=status)


@require_safe
@requires(Permission.VIEW_REQUESTS)
def request_detail(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    return detail_page(request, visible_request(request, request_id))


def visible_request(request: OrganizationRequest, request_id: UUID) -> InformationRequest:
    rows = InformationRequest.objects.visible_to(request.member).filter(request_list__deleted_at=None)
    related = (
        "request_list__client", "request_list__project", "assigned_to", "contact", "submitted_by", "reviewed_by",
        "depends_on",
    )  # fmt: skip
    heavy = ("tsv", "depends_on__tsv", "request_list__project__tsv", "request_list__project__description")
    return get_object_or_404(rows.select_related(*related).defer(*heavy), pk=request_id)


def detail_page(
    request: OrganizationRequest,
    item: InformationRequest,
    *,
    return_form: ReasonForm | None = None,
    waiver_form: ReasonForm | None = None,
    receiving_form: ReasonForm | None = None,
    reopening_form: ReasonForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    steps = steps_for(request, item)
    is_overdue = item.is_waiting and item.is_overdue(timezone.localdate())
    inbox.mark_read(request.member, subject_id=item.pk)  # before the page's head counts what is unread
    context = {
        "item": item,
        "request_list": item.request_list,
        "chip_status": "overdue" if is_overdue else item.status,
        "documents": _documents(item),
        "previewable": IN_PLACE,
        "events": RequestEvent.objects.filter(request=item)
        .select_related("member", "contact")
        .order_by("-created_at", "-id"),
        "steps": steps,
        "return_form": return_form or ReturnForm(),
        "waiver_form": waiver_form or WaiverForm(),
        "reopening_form": reopening_form or ReopeningForm(),
        "receiving_form": receiving_form or (ReceivingForm(item=item) if "receive" in steps else None),
        "refusal": refusal,
        "samples": samples_of(item),
        "ageing": ageing_of([item], timezone.localdate())[item.pk],
        **_last_time(item, request.member),
        "asked_for": request.GET.get("step", ""),
        "place": place_behind(request),
        "from_list": "list" in request.GET or is_partial(request),
    }
    name = "clients/request/detail.html"
    return render(request, f"{name}#drawer" if is_partial(request) else name, context, status=status)


def _last_time(item: InformationRequest, member: Membership) -> dict[str, Any]:
    """What was answered to the request this one was rolled forward from, where the member may see that one, too."""
    previous = previous_of(item, member)
    if previous is None:
        return {}
    return {
        "previous": previous,
        "previous_documents": documents_of(previous),
        "previous_samples": samples_of(previous),
    }


def place_behind(request: OrganizationRequest) -> str:
    """Steps taken in the drawer lead back to the page of the list over which it lies; htmx tells its address."""
    if not is_partial(request):
        return "?list" if "list" in request.GET else ""
    query = urlsplit(request.htmx.current_url_abs_path or "").query  # type: ignore[attr-defined]
    return f"?list&{query}" if query else "?list"


def _documents(item: InformationRequest) -> "QuerySet[Document]":
    versions = DocumentVersion.objects.select_related("uploaded_by_member", "uploaded_by_contact").order_by("-number")
    documents = Document.objects.filter(request_documents__request=item).order_by("created_at", "id")
    return documents.prefetch_related(Prefetch("versions", queryset=versions))


def steps_for(request: OrganizationRequest, item: InformationRequest) -> set[str]:
    """The steps this member may take from the state the request is in."""
    review = {
        Status.DRAFT: {"waive"},
        Status.PENDING: {"waive"},
        Status.SUBMITTED: {"accept", "return", "waive"},
        Status.RETURNED: {"waive"},
        Status.ACCEPTED: {"return", "reopen"},
        Status.WAIVED: {"reopen"},
    }
    steps = set(review[Status(item.status)]) if request.member.can(Permission.REVIEW_REQUESTS) else set()
    if duties.refusal(ACCEPT, item, by=request.member):
        steps.discard("accept")
    if item.request_list.status == RequestList.Status.CLOSED:
        return steps - ASKING
    if request.member.can(Permission.MANAGE_REQUESTS):
        steps |= {"publish"} if item.status == Status.DRAFT else {"receive"} if item.is_with_client else set()
    return steps
