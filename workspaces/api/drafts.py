"""Drafting help for programs: asked for, waited for, taken piece by piece."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Header, Query, Router, Schema, Status

from look.paging import keyset_page
from organizations.operations import Problem, Token
from organizations.permissions import Permission
from workspaces.api import reading, writing
from workspaces.api.reading import WholeSession
from workspaces.api.sessions import Paged
from workspaces.api.writing import IF_MATCH
from workspaces.drafting import drafts
from workspaces.drafting.jobs import make_draft
from workspaces.models import SessionDraft
from workspaces.scoping.page import visible

router = Router()
#: Who may not write sees no suggestions on the pages either.
WRITE = Token(Permission.WRITE_SCOPING)
DRAFTS = "sessions/{uuid:scoping_id}/drafts/"


class Piece(Schema):
    id: str
    place: str = Field(description="Where it goes: a place, or structuring.nodes for a new line.")
    label: str
    before: str
    text: str
    kind: str = Field("", description="Of a new line.")
    quote: str = Field("", description="The sentence of the notes it comes from.")
    is_taken: bool


class Draft(Schema):
    id: UUID
    state: Literal["waiting", "ready", "failed"]
    drafter: str
    version: int = Field(description="What the session said when it was drafted.")
    pieces: list[Piece]
    problem: str = Field(description="Why nothing was drafted; empty where something was.")
    created_at: datetime
    finished_at: datetime | None


class DraftList(Schema):
    results: list[Draft]
    next: str
    previous: str


class Wanted(Schema):
    pieces: list[str] = Field(max_length=200, description="Ids of pieces. One that is taken already adds nothing.")


class Taken(Schema):
    taken: int
    refused: list[str] = Field(description="Why others were not taken, in sentences.")
    session: WholeSession


def told(draft: SessionDraft) -> dict[str, Any]:
    state, problem = (SessionDraft.State.FAILED, drafts.TOO_LONG) if draft.is_given_up else (draft.state, draft.problem)
    return {
        "id": draft.pk, "state": state, "drafter": draft.drafter, "version": draft.version, "problem": problem,
        "pieces": [piece | {"is_taken": piece["id"] in draft.taken} for piece in draft.pieces],
        "created_at": draft.created_at, "finished_at": draft.finished_at,
    }  # fmt: skip


@router.get(DRAFTS, response=DraftList, auth=WRITE, url_name="api_draft_list")
def draft_list(request: Any, scoping_id: UUID, wanted: Query[Paged]) -> dict[str, Any]:
    """What was suggested for a session, the newest first. Nothing of it is in the session until somebody takes it."""
    session = get_object_or_404(visible(request.member), pk=scoping_id)
    page = keyset_page(
        SessionDraft.objects.filter(session=session), ("-created_at", "-id"), request.GET, size=wanted.limit
    )
    return {"results": [told(row) for row in page.rows], "next": page.next, "previous": page.previous}


@router.post(DRAFTS, response={202: Draft, 200: Draft}, auth=WRITE, url_name="api_draft_create")
def draft_create(request: Any, scoping_id: UUID) -> Status:
    """Ask for suggestions out of the notes; 200 with the draft that is being made already. Ask for it until it is ready.

    What it costs is charged when suggestions have come, and only then.
    """
    session = get_object_or_404(visible(request.member), pk=scoping_id)
    try:
        draft, is_new = drafts.ask(session, by=request.member)
    except drafts.NotAsked as refused:
        raise Problem(422, str(refused)) from refused
    if is_new:
        make_draft.enqueue(draft_id=draft.pk)
    return Status(202 if is_new else 200, told(draft))


@router.get(f"{DRAFTS}{{uuid:draft_id}}/", response=Draft, auth=WRITE, url_name="api_draft")
def draft_read(request: Any, scoping_id: UUID, draft_id: UUID) -> dict[str, Any]:
    """One draft, with its suggestions once it is ready."""
    session = get_object_or_404(visible(request.member), pk=scoping_id)
    return told(get_object_or_404(SessionDraft, pk=draft_id, session=session))


@router.post(f"{DRAFTS}{{uuid:draft_id}}/taking/", response=Taken, auth=WRITE, url_name="api_draft_taking")
def draft_taking(
    request: Any,
    response: HttpResponse,
    scoping_id: UUID,
    draft_id: UUID,
    body: Wanted,
    if_match: str | None = Header(None, alias="If-Match", description=IF_MATCH),
) -> dict[str, Any]:
    """Put these suggestions into the session as you have read it. What somebody has written since the draft stays."""
    with writing.whole_or_nothing():
        session = writing.as_read(request, scoping_id, if_match)
        draft = get_object_or_404(SessionDraft, pk=draft_id, session=session)
        done = drafts.take(draft, body.pieces, by=request.member)
        session = visible(request.member).get(pk=session.pk)
        writing.tag(response, session)
        return {
            "taken": done.taken, "refused": done.refused, "session": reading.whole(session, request.organization)
        }  # fmt: skip
