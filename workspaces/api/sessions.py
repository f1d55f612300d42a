from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Header, Query, Router, Schema, Status

from look.paging import keyset_page
from organizations.operations import Token
from organizations.permissions import Permission
from workspaces.api import reading, writing
from workspaces.api.reading import Kind, SessionList, WholeSession
from workspaces.api.writing import IF_MATCH, ChangedSession, NewSession
from workspaces.models import ScopingSession
from workspaces.scoping import copying
from workspaces.scoping.page import visible
from workspaces.scoping.search import ScopingFilter

router = Router()
READ, WRITE = Token(Permission.VIEW_SCOPING), Token(Permission.WRITE_SCOPING)


class Wanted(Schema):
    q: str = Field("", max_length=100, description="Words of the title, the client's name or the tags.")
    type: Kind | None = Field(None, description="Templates are listed where they are asked for.")
    client: UUID | None = None
    tag: str = Field("", max_length=40)
    mine: bool = False
    limit: int = Field(50, ge=1, le=100)
    after: str = Field("", description="A cursor of `next`.")
    before: str = Field("", description="A cursor of `previous`.")

    def filter(self) -> ScopingFilter:
        return ScopingFilter(
            words=self.q.replace("\0", ""), kind=self.type or "", client=str(self.client or ""),
            tag=self.tag.replace("\0", "").strip().lower(), mine=self.mine,
        )  # fmt: skip


class Paged(Schema):
    limit: int = Field(50, ge=1, le=100)
    after: str = ""
    before: str = ""


@router.get("sessions/", response=SessionList, auth=READ, url_name="api_session_list")
def session_list(request: Any, wanted: Query[Wanted]) -> dict[str, Any]:
    """The sessions the token's person sees, those changed last first."""
    found = wanted.filter().apply(visible(request.member).without_document(), request.member)
    return _page(request, found, "-updated_at", wanted.limit)


@router.post("sessions/", response={201: WholeSession, 200: WholeSession}, auth=WRITE, url_name="api_session_create")
def session_create(request: Any, response: HttpResponse, body: NewSession) -> Status:
    """Make a session; 200 with the one that is there, where its id was used before."""
    with writing.whole_or_nothing():
        session, is_new = writing.create(body, by=request.member)
        writing.tag(response, session)
        return Status(201 if is_new else 200, reading.whole(session, request.organization))


@router.get("sessions/trash/", response=SessionList, auth=WRITE, url_name="api_session_trash")
def session_trash(request: Any, wanted: Query[Paged]) -> dict[str, Any]:
    """What was deleted, and can be brought back."""
    return _page(request, copying.in_trash(request.member).without_document(), "-deleted_at", wanted.limit)


@router.post(
    "sessions/trash/{uuid:deleted_scoping_id}/restoration/", response=WholeSession, auth=WRITE,
    url_name="api_session_restoration",
)  # fmt: skip
def session_restoration(request: Any, response: HttpResponse, deleted_scoping_id: UUID) -> dict[str, Any]:
    """Bring a session back from the trash."""
    deleted = get_object_or_404(copying.in_trash(request.member), pk=deleted_scoping_id)
    with writing.whole_or_nothing():
        copying.restore(deleted)
        session = visible(request.member).get(pk=deleted.pk)
        writing.tag(response, session)
        return reading.whole(session, request.organization)


@router.get("sessions/{uuid:scoping_id}/", response=WholeSession, auth=READ, url_name="api_session")
def session_read(request: Any, response: HttpResponse, scoping_id: UUID) -> dict[str, Any]:
    """One session with its document and its figures. Its ETag names the version."""
    session = get_object_or_404(visible(request.member), pk=scoping_id)
    writing.tag(response, session)
    return reading.whole(session, request.organization)


@router.patch("sessions/{uuid:scoping_id}/", response=WholeSession, auth=WRITE, url_name="api_session_change")
def session_change(
    request: Any,
    response: HttpResponse,
    scoping_id: UUID,
    body: ChangedSession,
    if_match: str | None = Header(None, alias="If-Match", description=IF_MATCH),
) -> dict[str, Any]:
    """Change what is named, and nothing else; 409 with what stands there now, if somebody was there before you."""
    with writing.whole_or_nothing():
        session = writing.as_read(request, scoping_id, if_match)
        session = writing.change(session, body, by=request.member)
        writing.tag(response, session)
        return reading.whole(session, request.organization)


@router.delete("sessions/{uuid:scoping_id}/", response={204: None}, auth=WRITE, url_name="api_session_removal")
def session_removal(
    request: Any, scoping_id: UUID, if_match: str | None = Header(None, alias="If-Match", description=IF_MATCH)
) -> Status:
    """Move a session to the trash."""
    with writing.whole_or_nothing():
        copying.put_into_trash(writing.as_read(request, scoping_id, if_match))
    return Status(204, None)


def _page(request: Any, found: QuerySet[ScopingSession], order: str, limit: int) -> dict[str, Any]:
    page = keyset_page(found, (order, "-uuid"), request.GET, size=limit)
    return {"results": [reading.listed(row) for row in page.rows], "next": page.next, "previous": page.previous}
