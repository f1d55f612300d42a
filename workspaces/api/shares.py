from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.datastructures import MultiValueDict
from ninja import Field, Header, Query, Router, Schema, Status

from look.paging import keyset_page
from organizations.operations import Problem, Token
from organizations.permissions import Permission
from workspaces.api import reading, writing
from workspaces.api.reading import MadeShare, ShareList
from workspaces.api.sessions import Paged
from workspaces.api.writing import IF_MATCH
from workspaces.forms.scoping_share import ShareForm
from workspaces.models import SessionShare
from workspaces.scoping import freezing, pictures, sharing
from workspaces.scoping.page import visible

router = Router()
READ, SEND = Token(Permission.VIEW_SCOPING), Token(Permission.SEND_SCOPING)
SHARES = "sessions/{uuid:scoping_id}/shares/"


class NewShare(Schema):
    name: str = Field(description="Whom you give the link to.")
    shows: list[Literal["structuring", "sow", "loe", "prices", "visuals"]] = Field(
        description="Without prices, no amount leaves us: not in the table, and not in the texts."
    )
    expires_on: date = Field(description="The link works to the end of this day.")
    uploads_seen: bool = Field(
        False, description="Needed where uploaded pictures are shown without prices: nothing is left out of them."
    )
    may_accept: bool = Field(False, description="Needs the statement of work, the effort and its prices.")
    passcode: str = ""


@router.get(SHARES, response=ShareList, auth=READ, url_name="api_share_list")
def share_list(request: Any, scoping_id: UUID, wanted: Query[Paged]) -> dict[str, Any]:
    """Who was given a link to a session, and until when. The links themselves are not kept."""
    session = get_object_or_404(visible(request.member), pk=scoping_id)
    found = SessionShare.objects.filter(snapshot__session=session).select_related("snapshot")
    page = keyset_page(found, ("-created_at", "-id"), request.GET, size=wanted.limit)
    return {"results": [reading.share(row) for row in page.rows], "next": page.next, "previous": page.previous}


@router.post(SHARES, response={201: MadeShare}, auth=SEND, url_name="api_share_create")
def share_create(
    request: Any,
    scoping_id: UUID,
    body: NewShare,
    if_match: str | None = Header(None, alias="If-Match", description=IF_MATCH),
) -> Status:
    """Freeze the session as you have read it, and make a link to it. The answer tells the link, once."""
    with writing.whole_or_nothing():
        session = writing.as_read(request, scoping_id, if_match)
        form = ShareForm(
            MultiValueDict({name: _typed(value) for name, value in body.dict().items()}),
            uploaded=pictures.uploaded(session),
        )
        if not form.is_valid():
            raise writing.refused({name: " ".join(map(str, found)) for name, found in form.errors.items()})
        try:
            snapshot = freezing.freeze(session, request.organization, by=request.member)
        except freezing.NotReady as problem:
            raise Problem(422, str(problem)) from problem
        made, secret = sharing.share(snapshot, by=request.member, **form.values())
        return Status(201, reading.share(made) | {"link": sharing.address(made, secret)})


@router.delete(f"{SHARES}{{uuid:share_id}}/", response={204: None}, auth=SEND, url_name="api_share_end")
def share_end(request: Any, scoping_id: UUID, share_id: UUID) -> Status:
    """End a link. It opens nothing any more."""
    session = get_object_or_404(visible(request.member), pk=scoping_id)
    share = get_object_or_404(SessionShare, pk=share_id, snapshot__session=session)
    sharing.end(share, by=request.member)
    return Status(204, None)


def _typed(value: Any) -> list[str]:
    if isinstance(value, list):
        return value
    return [] if value is False else [str(value)]
