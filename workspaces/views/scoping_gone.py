"""A session that went away while somebody wrote in it: what they typed is shown, and saved as soon as it is back."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render

from organizations.middleware import OrganizationRequest
from workspaces.scoping import copying, shape
from workspaces.scoping.page import PARTS
from workspaces.scoping.typed import changes_in

View = Callable[[OrganizationRequest, UUID, str], HttpResponse]


def keeps_what_was_typed(view: View) -> View:
    """Put into the trash by somebody before the page was opened, or between its check and its lock: the answer is one."""

    @wraps(view)
    def inside(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
        try:
            return view(request, scoping_id, part)
        except Http404:
            if part not in PARTS or not typed_of(request):
                raise
            return _gone(request, scoping_id, part)

    return inside


def typed_of(request: OrganizationRequest) -> list[tuple[str, str]]:
    """Place and words, of the places there are."""
    return [(change.path, change.typed) for change in changes_in(request.POST) if shape.is_place(change.path)]


def _gone(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"problem": "This session is not here any more."}, status=404)
    session = copying.in_trash(request.member).filter(pk=scoping_id).first()
    document = shape.completed(session.document if session else {})
    context = {
        "session": session, "part": part,
        "typed": [(path, shape.name_of(document, path), words) for path, words in typed_of(request)],
        "version": request.POST.get("version", ""), "base": request.POST.get("base", "{}"),
    }  # fmt: skip
    return render(request, "workspaces/scoping/gone.html", context, status=404)
