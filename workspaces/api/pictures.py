"""The pictures of a session for programs: read as SVG, drawn somewhere else, or uploaded."""

import base64
import binascii
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Header, Path, Router, Schema
from pydantic import model_validator

from organizations.operations import Token
from organizations.permissions import Permission
from workspaces.api import writing
from workspaces.api.writing import IF_MATCH
from workspaces.models import ScopingSession, SessionPicture
from workspaces.scoping import pictures, shape
from workspaces.scoping.page import visible
from workspaces.scoping.svg import NoPicture

router = Router()
READ, WRITE = Token(Permission.VIEW_SCOPING), Token(Permission.WRITE_SCOPING)
PICTURES = "sessions/{uuid:scoping_id}/pictures/"
#: As text: four letters for three bytes.
LONGEST_IMAGE = pictures.LARGEST_UPLOAD * 4 // 3 + 4


class Picture(Schema):
    row: str = Field(description="The row of visuals.pictures that shows it.")
    id: UUID = Field(description="What stands at the row's place `picture`. A picture never changes.")
    is_uploaded: bool
    is_old: bool = Field(description="Drawn from an earlier text than the one beside it.")
    svg: str
    updated_at: datetime


class PictureList(Schema):
    """All of them: a session has room for a dozen."""

    results: list[Picture]


class NewPicture(Schema):
    """One of the two."""

    svg: str = Field("", description="A drawing of the row's text. What is not shapes, words and looks is left out.")
    image: str = Field(
        "",
        max_length=LONGEST_IMAGE,
        description="A PNG, JPEG, WebP or GIF, as base64. It is made anew from its points.",
    )

    @model_validator(mode="after")
    def one_of_the_two(self) -> "NewPicture":
        if bool(self.svg) == bool(self.image):
            raise ValueError("Send a drawing or an image.")
        return self


def told(row: str, kept: SessionPicture, text: str) -> dict[str, Any]:
    is_old = bool(kept.drawn_from) and kept.drawn_from != pictures.digest(text)
    return {
        "row": row, "id": kept.pk, "is_uploaded": not kept.drawn_from, "is_old": is_old, "svg": kept.svg,
        "updated_at": kept.updated_at,
    }  # fmt: skip


def texts_of(session: ScopingSession) -> dict[str, str]:
    rows = shape.completed(session.document)["visuals"]["pictures"]
    return {row["id"]: row["text"] for row in rows}


@router.get(PICTURES, response=PictureList, auth=READ, url_name="api_picture_list")
def picture_list(request: Any, scoping_id: UUID) -> dict[str, Any]:
    """The pictures of a session, in their order. Their titles and words are places of its document."""
    session = get_object_or_404(visible(request.member), pk=scoping_id)
    kept, texts = pictures.of(session), texts_of(session)
    return {"results": [told(row, kept[row], text) for row, text in texts.items() if row in kept]}


@router.put(f"{PICTURES}{{slug:row}}/", response=Picture, auth=WRITE, url_name="api_picture_change")
def picture_change(
    request: Any,
    response: HttpResponse,
    scoping_id: UUID,
    body: NewPicture,
    row: str = Path(..., pattern="^[a-z0-9]{1,12}$"),
    if_match: str | None = Header(None, alias="If-Match", description=IF_MATCH),
) -> dict[str, Any]:
    """Keep the picture of a row: drawn from the text you have read, or uploaded. The session has another version then."""
    with writing.whole_or_nothing():
        session = writing.as_read(request, scoping_id, if_match)
        texts = texts_of(session)
        if row not in texts:
            raise Http404
        try:
            if body.svg:
                kept = pictures.keep_drawing(
                    session, row, texts[row], body.svg, by=request.member, replaces_upload=True
                )  # fmt: skip
            else:
                kept = pictures.keep_upload(session, row, _bytes(body.image), by=request.member)
        except NoPicture as refused:
            raise writing.refused({"svg" if body.svg else "image": str(refused)}) from refused
        kept.refresh_from_db(fields=["updated_at"])
        session.refresh_from_db(fields=["version"])
        writing.tag(response, session)
        return told(row, kept, texts[row])


def _bytes(image: str) -> bytes:
    try:
        return base64.b64decode(image, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoPicture("That is not base64.") from error
