"""One paper as a PDF, to be read, printed or sent on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from audit import log
from clients.downloads import IN_PLACE
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.models import Workpaper
from workspaces.printing import typesetting
from workspaces.printing.book import paper_book
from workspaces.printing.contents import gathered
from workspaces.views.workpaper import others_of, visible_paper

PDF = "application/pdf"


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def workpaper_pdf(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    paper = visible_paper(request, workpaper_id)
    try:
        pages = pdf_of(request, paper)
    except typesetting.TypesettingFailed as failed:
        messages.error(request, f"{failed} Print the page from the browser instead.")
        return redirect(paper)
    log.record("export", paper, format="pdf", version=paper.version)
    name = f"{paper.reference} {slugify(paper.title)[:60]}.pdf"
    response = HttpResponse(pages, content_type=PDF)
    response.headers["Content-Disposition"] = content_disposition_header("download" in request.GET, name) or ""
    response.headers["Content-Security-Policy"] = IN_PLACE[PDF]
    response.headers["Cache-Control"] = "private, no-store"
    return response


def pdf_of(request: OrganizationRequest, paper: Workpaper) -> bytes:
    named = others_of(paper.binder)
    printed = gathered([paper], named)[0]
    return typesetting.pdf(paper_book(printed, named, request.organization, by=request.member.display_name))
