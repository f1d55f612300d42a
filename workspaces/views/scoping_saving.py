"""Saving the pages of a scoping session: place by place, by itself while somebody types, or by a button."""

from collections.abc import Set
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.scoping import saving
from workspaces.scoping.page import PARTS, SessionPage, visible, writers_of
from workspaces.scoping.saving import Outcome
from workspaces.scoping.typed import Typed, applied, changes_in, number, typed_in
from workspaces.views.scoping import leads_back, rows_mark, visible_session
from workspaces.views.scoping_gone import keeps_what_was_typed
from workspaces.views.scoping_merge import refusal


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WRITE_SCOPING)
@leads_back
@keeps_what_was_typed
def scoping_saving(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
    session = visible_session(request, scoping_id)
    if part not in PARTS:
        raise Http404
    outcome = saving.save(session, changes_in(request.POST), by=request.member)
    if "application/json" in request.headers.get("Accept", ""):
        return _told(request, outcome, part)
    return refusal(request, outcome, part) or redirect("scoping_page", scoping_id=session.pk, part=part)


def _told(request: OrganizationRequest, outcome: Outcome, part: str) -> JsonResponse:
    """What the page needs to go on: what others have written since, and every figure."""
    session, page = outcome.session, SessionPage(outcome.session, request.organization)
    typed, seen = Typed(page.document), number(request.POST.get("version"))
    # What could not be read was not compared either: its writer hears what somebody else has written there.
    sent = typed_in(request.POST).keys() - outcome.errors.keys()
    theirs = {
        path: typed[path].value
        for path, (version, _) in session.field_marks.items()
        if version > seen and path not in sent and path not in saving.ABOUT
    }
    if part == "sow":
        theirs |= _computed(page, typed, sent)
    return JsonResponse(
        {
            "version": session.version, "errors": outcome.errors, "theirs": theirs, "rows": rows_mark(page.document),
            "findings": render_to_string(
                "workspaces/scoping/parts/findings.html", {"page": page, "session": session, "part": part}
            ),
            "figures": page.figures(), "writers": writers_of(session, seen), "conflicts": [conflict.path for conflict in outcome.conflicts],
        },
        status=409 if outcome.conflicts else 200,
    )  # fmt: skip


def _computed(page: SessionPage, typed: Typed, sent: Set[str]) -> dict[str, str]:
    """Sections nobody has written say something else when what they are computed from has changed."""
    paths = [f"sow.sections.{row['id']}.text" for row in page.document["sow"]["sections"] if not row["text"]]
    return {path: typed[path].value for path in paths if path not in sent}


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_saved(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    """When it was saved last, and by whom: pages that show the session ask when it has changed."""
    session = get_object_or_404(visible(request.member).without_document(), pk=scoping_id)
    return render(request, "workspaces/scoping/parts/saved.html", {"session": session})


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_figures(request: OrganizationRequest, scoping_id: UUID) -> JsonResponse:
    """The figures of what is typed now. Nothing is saved."""
    session = visible_session(request, scoping_id)
    document = applied(session.document, changes_in(request.POST))
    return JsonResponse({"figures": SessionPage(session, request.organization, document).figures()})
