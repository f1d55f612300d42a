"""Packages of evidence: what one would hold, taking it away, and whether one that comes back is ours."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from audit import log
from clients.downloads import PieceByPiece, stored_response
from clients.evidence.contents import Contents, gather
from clients.evidence.making import is_made_at_once, record, start
from clients.evidence.verification import NotAPackage, verify
from clients.evidence.zipping import zipped
from clients.models import Client, EvidencePackage, RequestList
from clients.views.request_list import visible_list
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

Answer = HttpResponse | StreamingHttpResponse
NO_FILES = "No file was chosen. Choose the package, then press “Verify”."
PACKAGES = 10


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_DOCUMENTS)
def list_evidence(request: OrganizationRequest, list_id: UUID) -> Answer:
    request_list = visible_list(request, list_id)
    return _evidence(request, request_list.client, request_list)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_DOCUMENTS)
def client_evidence(request: OrganizationRequest, client_id: UUID) -> Answer:
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    return _evidence(request, client, None)


def _evidence(request: OrganizationRequest, client: Client, request_list: RequestList | None) -> Answer:
    """The page says what the package would hold; its button makes it, at once or by a job."""
    if not request.member.can(Permission.VIEW_REQUESTS):
        raise PermissionDenied
    contents = gather(client, request_list, seen_by=request.member)
    if request.method != "POST":
        return _page(request, contents)
    if not is_made_at_once(contents):
        package = start(contents, by=request.member)
        messages.success(request, "The package is being made. This page shows how far it is.")
        return redirect(package)
    package, papers = record(contents, by=request.member)
    response = PieceByPiece(zipped(contents.entries, papers.by_path), content_type="application/zip")
    response.headers["Content-Disposition"] = content_disposition_header(True, _name(package)) or ""
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@requires(Permission.VIEW_DOCUMENTS)
def evidence_package(request: OrganizationRequest, package_id: UUID) -> HttpResponse:
    package = _package(request, package_id)
    return render(request, "clients/evidence/package.html", {"package": package, "client": package.client})


@require_safe
@requires(Permission.VIEW_DOCUMENTS)
def evidence_package_download(request: OrganizationRequest, package_id: UUID) -> HttpResponse | FileResponse:
    package = _package(request, package_id)
    if package.state != EvidencePackage.State.READY or not package.storage_key:
        return redirect(package)  # which says why there is nothing to download
    log.record("export", package, title=str(package), manifest_sha256=package.manifest_sha256)
    return stored_response(package.storage_key, _name(package), "application/zip")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_DOCUMENTS)
def evidence_verification(request: OrganizationRequest) -> HttpResponse:
    context: dict[str, Any] = {}
    if request.method == "POST":
        uploads = request.FILES.getlist("files")
        try:
            context["verdict"] = verify(uploads, by=request.member) if uploads else None
            context["refusal"] = "" if uploads else NO_FILES
        except NotAPackage as refused:
            context["refusal"] = str(refused)
    return render(request, "clients/evidence/verification.html", context, status=422 if context.get("refusal") else 200)


def _package(request: OrganizationRequest, package_id: UUID) -> EvidencePackage:
    if not request.member.can(Permission.VIEW_REQUESTS):
        raise PermissionDenied
    packages = EvidencePackage.objects.visible_to(request.member).filter(client__deleted_at=None)
    return get_object_or_404(packages.select_related("client", "request_list", "created_by"), pk=package_id)


def _name(package: EvidencePackage) -> str:
    of = package.request_list or package.client
    return f"evidence-{slugify(str(of))[:60] or 'package'}-{timezone.localdate()}.zip"


def _page(request: OrganizationRequest, contents: Contents) -> HttpResponse:
    made = EvidencePackage.objects.visible_to(request.member).filter(
        client=contents.client, request_list=contents.request_list
    )
    context = {
        "contents": contents,
        "client": contents.client,
        "request_list": contents.request_list,
        "at_once": is_made_at_once(contents),
        "packages": made.select_related("created_by").order_by("-created_at")[:PACKAGES],
    }
    return render(request, "clients/evidence/page.html", context)
