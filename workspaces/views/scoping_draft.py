"""Drafting help: where the notes go, what it costs, and what was suggested, to be taken piece by piece."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.drafting import drafts
from workspaces.drafting.jobs import make_draft
from workspaces.models import ScopingSession, SessionDraft
from workspaces.views.scoping import tabs_of, visible_session


@require_safe
@requires(Permission.WRITE_SCOPING)
def scoping_drafting(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    session = visible_session(request, scoping_id)
    return render(request, "workspaces/scoping/drafting.html", _context(session))


def _context(session: ScopingSession) -> dict[str, Any]:
    draft = SessionDraft.objects.filter(session=session).select_related("created_by").order_by("-created_at").first()
    pieces = [piece | {"is_taken": piece["id"] in draft.taken} for piece in draft.pieces] if draft else []
    return {
        "session": session, "parts": tabs_of(session, ""), "draft": draft, "pieces": pieces, "drafter": drafts.drafter(),
        "too_long": drafts.TOO_LONG,
        "left": [piece for piece in pieces if not piece["is_taken"]],
        "has_notes": bool(session.session_objects.get("source", "").strip()),
    }  # fmt: skip


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_draft_asking(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    session = visible_session(request, scoping_id)
    try:
        draft, is_new = drafts.ask(session, by=request.member)
    except drafts.NotAsked as refused:
        messages.error(request, str(refused))
    else:
        if is_new:
            make_draft.enqueue(draft_id=draft.pk)
    return redirect("scoping_drafting", scoping_id=session.pk)


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_draft_taking(request: OrganizationRequest, scoping_id: UUID, draft_id: UUID) -> HttpResponse:
    """The button of one piece takes that one; the button below takes what is checked."""
    session = visible_session(request, scoping_id)
    draft = get_object_or_404(SessionDraft, pk=draft_id, session=session)
    wanted = request.POST.getlist("only") or request.POST.getlist("piece")
    done = drafts.take(draft, wanted, by=request.member)
    for sentence in done.refused:
        messages.warning(request, sentence)
    if done.taken:
        messages.success(request, f"{done.taken} suggestion{'' if done.taken == 1 else 's'} taken into the session")
    elif not done.refused:
        messages.info(request, "Nothing was checked, so nothing was taken.")
    return redirect("scoping_drafting", scoping_id=session.pk)
