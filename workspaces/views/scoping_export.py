"""A session as a file: the pages as they would be sent, or in Word."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from audit import log
from billing import reservations
from billing.features import PRICES
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.models import ScopingSession, SessionShare
from workspaces.printing.typesetting import TypesettingFailed
from workspaces.scoping import freezing, printing
from workspaces.scoping.page import SessionPage
from workspaces.views.scoping import visible_session
from workspaces.views.shared_scope import file_answer


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_pdf(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    session = visible_session(request, scoping_id)
    if request.method == "HEAD":  # only looks, and pays for nothing
        return HttpResponse(content_type=printing.PDF)
    try:
        pages = printing.pdf(_content(request, session), foot(session))
    except TypesettingFailed as failed:
        messages.error(request, f"{failed} Try again, or take the Word file.")
        return redirect(session)
    # After the pages: what could not be set costs nothing, and the same version is paid once.
    reservations.spend(
        "pdf_export", PRICES["pdf_export"], key=f"pdf_export {session.pk} {session.version}", member=request.member,
        session_uuid=session.pk,
    )  # fmt: skip
    log.record("export", session, format="pdf", version=session.version)
    return file_answer(pages, printing.PDF, f"{session.reference} {slugify(session.title)[:60]}.pdf")


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_word(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    session = visible_session(request, scoping_id)
    data = printing.word(_content(request, session), foot(session))
    log.record("export", session, format="docx", version=session.version)
    return file_answer(data, printing.WORD, f"{session.reference} {slugify(session.title)[:60]}.docx")


def _content(request: OrganizationRequest, session: ScopingSession) -> freezing.Content:
    content = freezing.content_of(SessionPage(session, request.organization))
    return freezing.shown(content, list(SessionShare.Part.values))


def foot(session: ScopingSession) -> str:
    return f"{session.reference}, draft, version {session.version}"
