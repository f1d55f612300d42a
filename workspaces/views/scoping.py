"""The pages of a scoping session: one document, shown place by place."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from uuid_utils.compat import uuid7

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.models import ScopingSession
from workspaces.scoping import shape
from workspaces.scoping.page import PARTS, SessionPage, visible, writers_of
from workspaces.scoping.typed import Typed, typed_in


def visible_session(request: OrganizationRequest, scoping_id: UUID) -> ScopingSession:
    session: ScopingSession = get_object_or_404(visible(request.member), pk=scoping_id)
    return session


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_page(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
    if part not in PARTS:
        raise Http404
    return draw(request, visible_session(request, scoping_id), part)


def leads_back(view: Callable[[OrganizationRequest, UUID, str], HttpResponse]) -> Any:
    """For what answers on its own address: whoever comes back to that, or opens it, gets the page it was sent from."""

    @wraps(view)
    def inside(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
        if request.method == "POST":
            return view(request, scoping_id, part)
        if part not in PARTS:
            raise Http404
        return redirect("scoping_page", scoping_id=visible_session(request, scoping_id).pk, part=part)

    return inside


def draw(
    request: OrganizationRequest,
    session: ScopingSession,
    part: str,
    errors: dict[str, str] | None = None,
    status: int = 200,
    decided: Iterable[str] = (),
) -> HttpResponse:
    """The page; with `errors`, what was typed there stands in it still, and the rest is stored.

    The copies of what was `decided` that a browser still keeps may go.
    """
    page = SessionPage(session, request.organization)
    wrong = {path: text for path, text in typed_in(request.POST).items() if path in (errors or {})}
    typed = Typed(page.document, wrong, errors, writers_of(session))
    context = {
        "session": session, "page": page, "part": part, "typed": typed, "parts": tabs_of(session, part),
        "errors": errors or {}, "may_write": request.member.can(Permission.WRITE_SCOPING), "new_id": uuid7().hex[-10:],
        "rows_mark": rows_mark(page.document), "decided": decided, **_of_part(page, typed, part),
    }  # fmt: skip
    return render(request, f"workspaces/scoping/{part}.html", context, status=status)


def tabs_of(session: ScopingSession, current: str) -> list[tuple[str, str, bool, int]]:
    """Label, address, whether it is the one that is shown, and how many pictures there are."""
    counts = {"visuals": len(session.document["visuals"].get("pictures", []))}
    return [
        (
            label,
            reverse("scoping_page", kwargs={"scoping_id": session.pk, "part": part}),
            part == current,
            counts.get(part, 0),
        )
        for part, label in PARTS.items()
    ]


def _of_part(page: SessionPage, typed: Typed, part: str) -> dict[str, Any]:
    if part == "sow":
        nodes = [node for node in page.document["structuring"]["nodes"] if node["text"]]
        return {"sections": page.sections(typed), "nodes": nodes}
    if part == "loe":
        return {
            "fields": typed.fields("loe"), "phases": page.phases(typed), "figures": page.figures(),
        }  # fmt: skip
    if part == "visuals":
        return {"visuals": page.visuals(typed)}
    return {
        "fields": typed.fields("structuring"), "nodes": typed.rows("structuring.nodes"), "kinds": shape.NODE_KINDS,
        "phases": typed.rows("loe.phases"),
    }  # fmt: skip


def rows_mark(document: shape.Document) -> str:
    """Which rows there are, in which order: a page that shows others is drawn anew."""
    ids = [row["id"] for part, lists in shape.ROWS.items() for name in lists for row in document[part][name]]
    return " ".join(ids)
