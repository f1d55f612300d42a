"""The pictures of a session: stored, found, and put into what is sent."""

import base64
import io
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from conversations.live.topics import publish
from organizations.models import Membership
from workspaces.models import ScopingSession, SessionPicture
from workspaces.scoping import saving
from workspaces.scoping.shape import Document
from workspaces.scoping.svg import SVG, NoPicture, sanitised

WIDEST = 1600
LARGEST_UPLOAD = 8 * 1024 * 1024
LARGEST_KEPT = 1024 * 1024
#: In an attribute; words of the picture stay as they are.
SANS = re.compile(r"sans-serif(?=[^<>]*>)")
RASTER = re.compile(r'href="data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=]+)"')


def digest(text: str) -> str:
    return sha256(text.replace("\r\n", "\n").encode("utf-8", "replace")).hexdigest()


def row_of(document: Document, row: str) -> dict[str, Any] | None:
    return next((one for one in document["visuals"]["pictures"] if one["id"] == row), None)


def of(session: ScopingSession) -> dict[str, SessionPicture]:
    return {picture.row: picture for picture in SessionPicture.objects.filter(session=session)}


def keep_drawing(session: ScopingSession, row: str, text: str, svg: str, *, by: Membership) -> SessionPicture:
    return _keep(session, row, sanitised(svg), digest(text), by)


def keep_upload(session: ScopingSession, row: str, data: bytes, *, by: Membership) -> SessionPicture:
    """Made anew from its points, so that nothing else comes along: no place where it was taken, no second file."""
    return _keep(session, row, framed(data), "", by)


@transaction.atomic
def _keep(session: ScopingSession, row: str, svg: str, drawn_from: str, by: Membership) -> SessionPicture:
    stored = saving.locked(session)
    picture, _ = SessionPicture.objects.update_or_create(
        session=stored, row=row, defaults={"svg": svg, "drawn_from": drawn_from, "created_by": by}
    )
    publish(saving.TOPIC, session.pk)
    return picture


def framed(data: bytes) -> str:
    """A photograph or a screenshot in a frame of SVG, so that every picture is of one kind."""
    if len(data) > LARGEST_UPLOAD:
        raise NoPicture("Choose a picture of at most 8 MB.")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP", "GIF"]) as opened:
            upright = ImageOps.exif_transpose(opened)
            points = upright.convert("RGBA" if upright.mode in ("RGBA", "LA", "P") else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
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
    rows = {row["id"]: row["title"] or "without a title" for row in session.document["visuals"].get("pictures", [])}
    kept = SessionPicture.objects.filter(session=session, drawn_from="", row__in=rows)
    return [rows[row] for row in kept.order_by("created_at", "id").values_list("row", flat=True)]


def as_address(svg: str) -> str:
    """For an `<img>`, where no script of a picture would run even if one were left."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
