from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit import log
from clients.downloads import can_preview, file_response
from clients.models import Client, Document, DocumentVersion, RequestDocument
from clients.paging import keyset_page
from clients.views.request_list import words
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_safe
@requires(Permission.VIEW_DOCUMENTS)
def document_download(request: OrganizationRequest, document_id: UUID) -> HttpResponse | FileResponse:
    version = _version(request, document_id)
    log.record("download", version, name=version.document.name, sha256=version.sha256)
    return file_response(version)


@require_safe
@requires(Permission.VIEW_DOCUMENTS)
def document_preview(request: OrganizationRequest, document_id: UUID) -> HttpResponse | FileResponse:
    version = _version(request, document_id)
    if not can_preview(version):
        query = request.GET.urlencode()
        return redirect(f"{reverse('document_download', kwargs={'document_id': document_id})}?{query}")
    log.record("preview", version, name=version.document.name, sha256=version.sha256)
    return file_response(version, preview=True)


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
    query = words(request)
    documents = _documents(client)
    if query:
        documents = documents.filter(name__icontains=query)
    context = {"client": client, "query": query, "page": keyset_page(documents, ("-created_at", "-id"), request.GET)}
    return render(request, "clients/document/of_client.html", context)


def _documents(client: Client) -> "QuerySet[Document]":
    versions = DocumentVersion.objects.select_related("uploaded_by_member", "uploaded_by_contact").order_by("-number")
    answers = RequestDocument.objects.filter(request__deleted_at=None).select_related("request__request_list")
    return Document.objects.filter(client=client).prefetch_related(
        Prefetch("versions", queryset=versions), Prefetch("request_documents", queryset=answers)
    )
