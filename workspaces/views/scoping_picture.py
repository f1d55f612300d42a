"""The pictures of a session: what the browser has drawn, what somebody uploads, and the frame in which drawing happens."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.models import ScopingSession
from workspaces.scoping import pictures, shape
from workspaces.scoping.svg import NoPicture
from workspaces.views.scoping import visible_session

#: A document of nobody's origin, without cookies, storage or network: it gets a text and gives a picture back.
FRAME: dict[str, Any] = {
    "default-src": [CSP.NONE], "script-src": [CSP.SELF], "style-src": [CSP.UNSAFE_INLINE], "frame-ancestors": [CSP.SELF],
    "base-uri": [CSP.NONE], "form-action": [CSP.NONE], "sandbox": ["allow-scripts"],
}  # fmt: skip
PICTURE: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": ["data:"],
    "sandbox": True,
}


@require_safe
@requires(Permission.WRITE_SCOPING)
@xframe_options_sameorigin
@csp_override(FRAME)
def scoping_drawing_frame(request: OrganizationRequest) -> HttpResponse:
    return render(request, "workspaces/scoping/drawing_frame.html")


@require_safe
@requires(Permission.VIEW_SCOPING)
@csp_override(PICTURE)
def scoping_picture(request: OrganizationRequest, scoping_id: UUID, row: str) -> HttpResponse:
    session = visible_session(request, scoping_id)
    picture = pictures.of(session).get(row)
    if picture is None:
        raise Http404
    return HttpResponse(picture.svg, content_type="image/svg+xml")


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_picture_drawing(request: OrganizationRequest, scoping_id: UUID, row: str) -> JsonResponse:
    """What the frame has drawn from a text. It is not believed."""
    session = _with_row(request, scoping_id, row)
    try:
        made = pictures.keep_drawing(
            session, row, request.POST.get("text", ""), request.POST.get("svg", ""), by=request.member,
            replaces_upload="replaces_upload" in request.POST,
        )  # fmt: skip
    except pictures.Uploaded as kept:
        return JsonResponse({"is_uploaded": True, "problem": str(kept)}, status=409)
    except NoPicture as refused:
        return JsonResponse({"problem": str(refused)}, status=422)
    return JsonResponse({"id": made.pk, "picture": pictures.as_address(made.svg)})


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_picture_upload(request: OrganizationRequest, scoping_id: UUID, row: str) -> HttpResponse:
    session, file = _with_row(request, scoping_id, row), request.FILES.get(f"file-{row}")
    try:
        if file is None:
            raise NoPicture("Choose a file first.")
        pictures.keep_upload(session, row, file.read(pictures.LARGEST_UPLOAD + 1), by=request.member)
    except NoPicture as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Picture kept. Say in words what it shows, too.")
    return redirect(f"{session.get_absolute_url().removesuffix('structuring/')}visuals/#row-{row}")


def _with_row(request: OrganizationRequest, scoping_id: UUID, row: str) -> ScopingSession:
    session = visible_session(request, scoping_id)
    if pictures.row_of(shape.completed(session.document), row) is None:
        raise Http404
    return session
