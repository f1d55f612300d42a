"""Lines, phases and sections of a session: added, moved, removed, and that undone. What is typed is saved with it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.models import ScopingSession
from workspaces.scoping import rows, saving, shape
from workspaces.scoping.page import PARTS
from workspaces.scoping.rows import Change, RowsRefused
from workspaces.scoping.typed import changes_in
from workspaces.views.scoping import leads_back, visible_session
from workspaces.views.scoping_gone import keeps_what_was_typed
from workspaces.views.scoping_merge import refusal

#: What a button may say of the row it adds.
MADE_WITH = {"kind": {key for key, _ in (*shape.NODE_KINDS, *shape.LINE_KINDS)}, "phase": None}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WRITE_SCOPING)
@leads_back
@keeps_what_was_typed
def scoping_row_addition(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
    """`place` is “list|after|kind|phase”; the last three may be empty. The page names the new row's id."""
    path, after, kind, phase = _words(request, 4)
    if path == "sow.sections" and kind in shape.SECTIONS:
        return _reshaped(request, scoping_id, part, rows.add(path, kind, title=shape.SECTIONS[kind]), kind)
    values = {"kind": kind} if kind in MADE_WITH["kind"] else {}  # type: ignore[operator]
    values |= {"phase": phase} if shape.ROW_ID.fullmatch(phase) else {}
    row_id = request.POST.get("new_id", "")
    return _reshaped(request, scoping_id, part, rows.add(path, row_id, after=after, **values), row_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WRITE_SCOPING)
@leads_back
@keeps_what_was_typed
def scoping_row_removal(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
    path, row_id = _words(request, 2)
    return _reshaped(request, scoping_id, part, rows.remove(path, row_id), "")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WRITE_SCOPING)
@leads_back
@keeps_what_was_typed
def scoping_row_move(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
    path, row_id, way = _words(request, 3)
    return _reshaped(request, scoping_id, part, rows.move(path, row_id, -1 if way == "up" else 1), row_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WRITE_SCOPING)
@leads_back
@keeps_what_was_typed
def scoping_undo(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
    return _with_typed(request, scoping_id, part, lambda session: _take_back(request, session, part))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WRITE_SCOPING)
@leads_back
@keeps_what_was_typed
def scoping_redo(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
    return _with_typed(request, scoping_id, part, lambda session: _take_back(request, session, part, again=True))


def _take_back(request: OrganizationRequest, session: ScopingSession, part: str, *, again: bool = False) -> None:
    if not saving.take_back(session, part, by=request.member, again=again):
        messages.info(
            request, "There is nothing of yours to do again." if again else "There is nothing of yours to undo."
        )


def _words(request: OrganizationRequest, count: int) -> list[str]:
    words = [*request.POST.get("place", "").split("|"), *[""] * count][:count]
    return words


def _reshaped(request: OrganizationRequest, scoping_id: UUID, part: str, change: Change, shown: str) -> HttpResponse:
    def reshape(session: ScopingSession) -> None:
        try:
            saving.reshape(session, change, by=request.member)
        except (KeyError, ValueError):  # a list that no page has
            messages.error(request, "Nothing was changed: the page did not say where.")
        except RowsRefused as refused:
            messages.error(request, str(refused))

    return _with_typed(request, scoping_id, part, reshape, shown)


def _with_typed(
    request: OrganizationRequest, scoping_id: UUID, part: str, act: Callable[[ScopingSession], None], shown: str = ""
) -> HttpResponse:
    """Save what is typed on the page, then act; what cannot be saved is decided first."""
    session = visible_session(request, scoping_id)
    if part not in PARTS:
        raise Http404
    outcome = saving.save(session, changes_in(request.POST), by=request.member)
    if refused := refusal(request, outcome, part):
        return refused
    act(session)
    address = reverse("scoping_page", kwargs={"scoping_id": scoping_id, "part": part})
    return redirect(f"{address}#row-{shown}" if shown else address)
