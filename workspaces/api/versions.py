from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Header, Path, Query, Router

from look.paging import keyset_page
from organizations.operations import Token
from organizations.permissions import Permission
from workspaces.api import reading, writing
from workspaces.api.reading import VersionList, WholeSession, WholeVersion
from workspaces.api.sessions import Paged
from workspaces.api.writing import IF_MATCH
from workspaces.models import SessionVersion
from workspaces.scoping import comparing, saving, shape
from workspaces.scoping.page import visible

router = Router()
READ, WRITE = Token(Permission.VIEW_SCOPING), Token(Permission.WRITE_SCOPING)
VERSION = "sessions/{uuid:scoping_id}/versions/{int:number}/"
LARGEST = 2**31 - 1


@router.get("sessions/{uuid:scoping_id}/versions/", response=VersionList, auth=READ, url_name="api_version_list")
def version_list(request: Any, scoping_id: UUID, wanted: Query[Paged]) -> dict[str, Any]:
    """What was kept of a session, the newest first. One version is one person's sitting, or has a name."""
    session = get_object_or_404(visible(request.member), pk=scoping_id)
    found = SessionVersion.objects.filter(session=session).defer("document")
    page = keyset_page(found, ("-number", "-id"), request.GET, size=wanted.limit)
    return {"results": [reading.version(row) for row in page.rows], "next": page.next, "previous": page.previous}


@router.get(VERSION, response=WholeVersion, auth=READ, url_name="api_version")
def version_read(request: Any, scoping_id: UUID, number: int = Path(..., ge=0, le=LARGEST)) -> dict[str, Any]:
    """One version with its document, and what it changed in the one before."""
    session = get_object_or_404(visible(request.member), pk=scoping_id)
    version = get_object_or_404(SessionVersion, session=session, number=number)
    earlier = SessionVersion.objects.filter(session=session, number__lt=number).order_by("-number").first()
    changes = comparing.changes(earlier.document if earlier else shape.blank(), version.document)
    told = [{"part": c.part, "place": c.place, "before": c.before, "after": c.after} for c in changes]
    return reading.version(version) | {"document": reading.texts(version.document), "changes": told}


@router.post(f"{VERSION}restoration/", response=WholeSession, auth=WRITE, url_name="api_version_restoration")
def version_restoration(
    request: Any,
    response: HttpResponse,
    scoping_id: UUID,
    number: int = Path(..., ge=0, le=LARGEST),
    if_match: str | None = Header(None, alias="If-Match", description=IF_MATCH),
) -> dict[str, Any]:
    """Make an earlier version the newest. What stood there until now stays in the history."""
    with writing.whole_or_nothing():
        session = writing.as_read(request, scoping_id, if_match)
        version = get_object_or_404(SessionVersion, session=session, number=number)
        saving.put_back(session, version, by=request.member)
        session = visible(request.member).get(pk=session.pk)
        writing.tag(response, session)
        return reading.whole(session, request.organization)
