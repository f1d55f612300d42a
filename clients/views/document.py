"""Files on their way to a member, and the pages that list them."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit import log
from clients.document_search import with_excerpts
from clients.downloads import FileHeld, can_preview, file_response, stored_response
from clients.models import Client, Document, DocumentContent, DocumentVersion, RequestDocument
from clients.models.project import open_to
from clients.views.request_list import words
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission

#: Whose files the list shows.
SIDES = {"client": "The client", "firm": "The firm"}


@require_safe
@requires(Permission.VIEW_DOCUMENTS)
def document_download(request: OrganizationRequest, document_id: UUID) -> HttpResponse | FileResponse:
    return _handed_out(request, _version(request, document_id))


@require_safe
@requires(Permission.VIEW_DOCUMENTS)
def document_preview(request: OrganizationRequest, document_id: UUID) -> HttpResponse | FileResponse:
    version = _version(request, document_id)
    if not can_preview(version):
        query = request.GET.urlencode()
        return redirect(f"{reverse('document_download', kwargs={'document_id': document_id})}?{query}")
    return _handed_out(request, version, preview=True)


@require_safe
@requires(Permission.VIEW_DOCUMENTS)
def document_thumbnail(request: OrganizationRequest, document_id: UUID) -> HttpResponse | FileResponse:
    """A small picture of the newest version, made by a job; a list asks for many, so browsers keep them for a while."""
    document = get_object_or_404(Document.objects.visible_to(request.member), pk=document_id)
    content = get_object_or_404(DocumentContent.objects.exclude(thumbnail_key=""), document=document)
    response = stored_response(
        content.thumbnail_key, "thumbnail.webp", "image/webp", policy="sandbox; default-src 'none'"
    )
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


def _handed_out(
    request: OrganizationRequest, version: DocumentVersion, *, preview: bool = False
) -> HttpResponse | FileResponse:
    try:
        response = file_response(version, preview=preview)
    except FileHeld as held:
        context = {"document": version.document, "sentence": str(held)}
        return render(request, "clients/document/held.html", context, status=409)
    log.record("preview" if preview else "download", version, name=version.document.name, sha256=version.sha256)
    return response


def _version(request: OrganizationRequest, document_id: UUID) -> DocumentVersion:
    """The newest version, or the one the address names."""
    document = get_object_or_404(Document.objects.visible_to(request.member), pk=document_id)
    versions = DocumentVersion.objects.filter(document=document).order_by("-number")
    if number := request.GET.get("version", ""):
        versions = versions.filter(number=number) if number.isdecimal() and len(number) < 9 else versions.none()
    version = versions.first()
    if version is None:
        raise Http404("No such version.")
    version.document = document
    return version


@require_safe
@requires(Permission.VIEW_DOCUMENTS)
def client_documents(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    found, query, side = _wanted(request, Document.objects.visible_to(request.member).filter(client=client))
    page = keyset_page(listed(found, request.member), ("-created_at", "-id"), request.GET)
    with_excerpts(page.rows, query)
    context = {
        "client": client, "query": query, "side": side, "sides": SIDES.items(), "page": page,
        "trashed": Document.with_deleted.visible_to(request.member).filter(client=client).exclude(deleted_at=None).exists(),
    }  # fmt: skip
    return render(request, "clients/document/of_client.html", context)


@require_safe
@requires(Permission.VIEW_DOCUMENTS)
def document_search(request: OrganizationRequest) -> HttpResponse:
    """Every document the member sees, by its name or by what stands in it."""
    found, query, side = _wanted(request, Document.objects.visible_to(request.member).filter(client__deleted_at=None))
    page = keyset_page(
        listed(found, request.member).select_related("client"), ("-created_at", "-id"), request.GET, size=25
    )
    with_excerpts(page.rows, query)
    context = {"query": query, "side": side, "sides": SIDES.items(), "page": page}
    return render(request, "clients/document/search.html", context)


def _wanted(request: OrganizationRequest, documents: "QuerySet[Document]") -> "tuple[QuerySet[Document], str, str]":
    query = words(request)
    side = request.GET.get("from", "") if request.GET.get("from") in SIDES else ""
    if side:
        sent = DocumentVersion.objects.filter(document=OuterRef("pk"), uploaded_by_contact__isnull=side == "firm")
        documents = documents.filter(Exists(sent))
    return (documents.matching(query) if query else documents), query, side  # type: ignore[attr-defined]


def listed(documents: "QuerySet[Document]", member: Membership) -> "QuerySet[Document]":
    """With what a row shows: versions, their check, what was found inside, and what they answer."""
    versions = DocumentVersion.objects.select_related("uploaded_by_member", "uploaded_by_contact").order_by("-number")
    answers = answers_seen(member).select_related("request__request_list")
    return documents.prefetch_related(
        Prefetch("versions", queryset=versions.prefetch_related("scans")),
        Prefetch("request_documents", queryset=answers),
        Prefetch("contents", queryset=DocumentContent.objects.defer("text", "tsv")),
    )


def answers_seen(member: Membership) -> "QuerySet[RequestDocument]":
    """Which requests documents of visible clients answer, of those whose project is open to the member."""
    open_requests = open_to(member, project="request__request_list__project")
    return RequestDocument.objects.filter(open_requests, request__deleted_at=None)
