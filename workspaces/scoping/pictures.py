"""The pictures of a session: stored, found, and put into what is sent."""

import base64
import io
import json
import re
import struct
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q
from PIL import Image, ImageOps, UnidentifiedImageError

from organizations.models import Membership
from workspaces.models import ScopingSession, SessionPicture, SessionVersion
from workspaces.scoping import saving, shape
from workspaces.scoping.shape import Document
from workspaces.scoping.svg import SVG, NoPicture, sanitised

WIDEST = 1600
LARGEST_UPLOAD = 8 * 1024 * 1024
LARGEST_KEPT = 1024 * 1024
#: Four bytes each while it is read. The largest photographs of telephones are below.
MOST_POINTS = 64_000_000
#: In an attribute; words of the picture stay as they are.
SANS = re.compile(r"sans-serif(?=[^<>]*>)")
#: Words of a drawing cannot look like it: in them “<” is written otherwise.
RASTER = re.compile(r'<image [^<>]*href="data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=]+)"')


#: What reading points raises where a file is broken: each format its own.
UNREADABLE = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, struct.error,
    Image.DecompressionBombError,
)  # fmt: skip


class Uploaded(Exception):
    """Somebody has uploaded a picture here. The message is a sentence for the person."""


def digest(text: str) -> str:
    return sha256(text.replace("\r\n", "\n").encode("utf-8", "replace")).hexdigest()


def is_old(kept: SessionPicture | None, text: str) -> bool:
    """Whether there is something to draw. What somebody has uploaded is no older than any text."""
    if kept is None:
        return bool(text)
    return bool(text and kept.drawn_from) and kept.drawn_from != digest(text)


def row_of(document: Document, row: str) -> dict[str, Any] | None:
    return next((one for one in document["visuals"]["pictures"] if one["id"] == row), None)


def of(session: ScopingSession, document: Document | None = None) -> dict[str, SessionPicture]:
    """By the row that shows them: as the session is now, or as another document of it says."""
    rows = shape.completed(document or session.document)["visuals"]["pictures"]
    named, bare = {row["picture"] for row in rows if row["picture"]}, {row["id"] for row in rows if not row["picture"]}
    found = SessionPicture.objects.filter(Q(pk__in=named) | Q(row__in=bare), session=session)
    by_id, by_row = {str(one.pk): one for one in found}, {one.row: one for one in found if one.row}
    shown = {row["id"]: by_id.get(row["picture"]) if row["picture"] else by_row.get(row["id"]) for row in rows}
    return {row: picture for row, picture in shown.items() if picture}


def keep_drawing(
    session: ScopingSession, row: str, text: str, svg: str, *, by: Membership, replaces_upload: bool = False
) -> SessionPicture:
    """What a page draws by itself never takes the place of a picture that somebody has uploaded."""
    made = SessionPicture(svg=sanitised(svg), drawn_from=digest(text), created_by=by)
    return _keep(session, row, made, by, replaces_upload=replaces_upload)


def keep_upload(session: ScopingSession, row: str, data: bytes, *, by: Membership) -> SessionPicture:
    """Made anew from its points, so that nothing else comes along: no place where it was taken, no second file."""
    return _keep(session, row, SessionPicture(svg=framed(data), created_by=by), by, replaces_upload=True)


@transaction.atomic
def _keep(
    session: ScopingSession, row: str, made: SessionPicture, by: Membership, *, replaces_upload: bool
) -> SessionPicture:
    """A picture never changes: another one is another place in the document, and the versions before show theirs."""
    stored = saving.locked(session)
    if row_of(shape.completed(stored.document), row) is None:
        raise NoPicture("Somebody has removed this picture meanwhile.")
    before = of(stored).get(row)
    if before and not before.drawn_from and not replaces_upload:
        raise Uploaded("An uploaded picture is shown here.")
    if before and (before.svg, before.drawn_from) == (made.svg, made.drawn_from):
        return before
    made.session = stored
    made.save(force_insert=True)
    stored = saving.reshape(stored, partial(_show, row, made), by=by)
    if before:
        _forget(stored, before)
    return made


def _show(row: str, picture: SessionPicture, document: Document) -> list[str]:
    for one in document["visuals"]["pictures"]:
        if one["id"] == row:
            one["picture"] = str(picture.pk)
    return [f"visuals.pictures.{row}.picture"]


def _forget(session: ScopingSession, picture: SessionPicture) -> None:
    """While somebody types a diagram is drawn again and again. What no version and no undoing shows goes.

    One of before pictures had places in the document stays: versions of then do not name it.
    """
    versions = SessionVersion.objects.filter(session=session)
    is_shown = versions.filter(document__visuals__pictures__contains=[{"picture": str(picture.pk)}]).exists()
    if not (picture.row or is_shown or str(picture.pk) in json.dumps([session.document, session.steps])):
        picture.delete()


def framed(data: bytes) -> str:
    """A photograph or a screenshot in a frame of SVG, so that every picture is of one kind."""
    if len(data) > LARGEST_UPLOAD:
        raise NoPicture("Choose a picture of at most 8 MB.")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP", "GIF"]) as opened:
            if opened.width * opened.height > MOST_POINTS:  # before a point is unpacked
                raise NoPicture("The picture has too many points. Make it smaller first.")
            upright = ImageOps.exif_transpose(opened)
            points = upright.convert("RGBA" if upright.mode in ("RGBA", "LA", "P") else "RGB")
    except NoPicture:
        raise
    except UNREADABLE as error:
        raise NoPicture("Choose a picture: PNG, JPEG, WebP or GIF.") from error
    points.thumbnail((WIDEST, WIDEST))
    image = Image.new(points.mode, points.size)  # a converted one takes its comments along
    image.paste(points)
    kind, kept = _written(image)
    if len(kept) > LARGEST_KEPT:
        raise NoPicture("The picture is too detailed. Make it smaller first.")
    width, height = image.size
    encoded = base64.b64encode(kept).decode()
    return (
        f'<svg xmlns="{SVG}" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/{kind};base64,{encoded}" /></svg>'
    )


def _written(image: Image.Image) -> tuple[str, bytes]:
    kept = io.BytesIO()
    if image.mode == "RGBA":
        image.save(kept, "PNG", optimize=True)
        return "png", kept.getvalue()
    image.save(kept, "JPEG", quality=85)
    return "jpeg", kept.getvalue()


def for_paper(svg: str) -> str:
    """A browser knows a font for “sans-serif”; pages have ours."""
    return SANS.sub("IBM Plex Sans", svg)


def raster(svg: str) -> bytes | None:
    """The points of an uploaded picture, for a paper that takes no SVG."""
    found = RASTER.search(svg)
    return base64.b64decode(found[1]) if found else None


def shown(document: Document, kept: dict[str, SessionPicture]) -> Iterator[dict[str, str]]:
    """Those that have something to show, in their order."""
    for row in document["visuals"]["pictures"]:
        if row["id"] in kept:
            yield {"id": row["id"], "title": row["title"], "alt": row["alt"], "svg": kept[row["id"]].svg}


def uploaded(session: ScopingSession) -> list[str]:
    """Titles of those that are shown as they are: no amount in them can be left out."""
    kept = of(session)
    rows = shape.completed(session.document)["visuals"]["pictures"]
    return [row["title"] or "without a title" for row in rows if row["id"] in kept and not kept[row["id"]].drawn_from]


def as_address(svg: str) -> str:
    """For an `<img>`, where no script of a picture would run even if one were left."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
