"""Which document a paper cites, and which version of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clients.models import Document, DocumentVersion
from clients.models.document import DocumentQuerySet
from clients.views.document import listed
from clients.views.request_list import words
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import cited, saving
from workspaces.forms.binder import uuid_or_none
from workspaces.models import Workpaper
from workspaces.views.workpaper import visible_paper
from workspaces.views.workpaper_edit import LOCKED

MEANWHILE = "Somebody changed this paper meanwhile. Look at it, then choose again."
UNKNOWN = "Choose one of the versions listed here."
NEEDED = "A document paper cites a document. Choose another one instead."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_citation(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    """Every version of what it cites, and the client's other documents with their newest. Choosing changes the paper."""
    paper = visible_paper(request, workpaper_id)
    if paper.locked or paper.binder.is_locked:
        messages.error(request, LOCKED)
        return redirect(paper)
    if request.method != "POST":
        return _page(request, paper)
    if problem := _choose(request, paper):
        return _page(
            request, visible_paper(request, workpaper_id), status=409 if problem == MEANWHILE else 422, problem=problem
        )
    messages.success(request, "Cited document saved")
    return redirect(paper)


def _choose(request: OrganizationRequest, paper: Workpaper) -> str:
    """What stands in the way, or nothing: then the paper cites what was chosen."""
    body = {name: part for name, part in paper.body.items() if name != "cited"}
    if chosen := request.POST.get("version", ""):
        versions = DocumentVersion.objects.select_related("document").filter(document__in=_citable(request, paper))
        version = versions.filter(pk=uuid_or_none(chosen)).first()
        newest = cited.newest_of(version.document_id) if version else None
        if version is None or newest is None:
            return UNKNOWN
        body["cited"] = cited.as_kept(version, newest=newest.number)
    elif paper.kind == Workpaper.Kind.DOCUMENT:
        return NEEDED
    revision = request.POST.get("revision", "")
    try:
        saving.save(
            paper, by=request.member, body=body,
            revision=int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
        )  # fmt: skip
    except saving.Stale:
        return MEANWHILE
    return ""


def _citable(request: OrganizationRequest, paper: Workpaper) -> DocumentQuerySet:
    return Document.objects.visible_to(request.member).filter(client=paper.binder.project.client_id)


def _page(request: OrganizationRequest, paper: Workpaper, *, status: int = 200, problem: str = "") -> HttpResponse:
    query, documents = words(request), _citable(request, paper).exclude(pk=paper.document_id)
    found = listed(documents.matching(query) if query else documents, request.member)
    page = keyset_page(found, ("-created_at", "-id"), request.GET, size=25)
    versions = DocumentVersion.objects.filter(document=paper.document_id).order_by("-number")
    kept: dict[str, Any] = paper.body.get("cited", {})
    context = {
        "paper": paper, "binder": paper.binder, "problem": problem, "query": query, "page": page,
        "versions": versions.select_related("uploaded_by_member", "uploaded_by_contact")[:100],
        "chosen": kept.get("version", ""), "may_leave": paper.kind != Workpaper.Kind.DOCUMENT,
    }  # fmt: skip
    return render(request, "workspaces/workpaper/citation.html", context, status=status)
