"""A firm's logo: drawn anew from what was uploaded, kept under the firm's own folder, served by who asks alone."""

import io
import secrets

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, UnidentifiedImageError

from organizations.models import Organization

MOST_BYTES = 2 * 1024 * 1024
FEWEST_PIXELS, MOST_PIXELS = 32, 4000
#: Large enough for the sharpest screen at the size it is shown.
KEPT = (640, 240)
FORMATS = ("PNG", "JPEG", "WEBP")
NOT_AN_IMAGE = "This is not a PNG, JPEG or WebP image. Save the logo as one of these and try again."
NO_SVG = "An SVG can hold programs, so it is not taken. Save the logo as a PNG of at least 240 pixels’ height."


def drawn_anew(upload: File) -> bytes:
    """The image as a PNG of ours: nothing but its pixels comes through. Raises ValidationError."""
    if (upload.size or 0) > MOST_BYTES:
        raise ValidationError("This file is larger than 2 MB. Save the logo smaller and try again.")
    start = upload.read(1024)
    upload.seek(0)
    if b"<svg" in start.lower() or str(upload.name).lower().endswith((".svg", ".svgz")):
        raise ValidationError(NO_SVG)
    try:
        with Image.open(upload, formats=FORMATS) as image:
            _check_size(*image.size)  # before a pixel is unpacked
            small = image.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise ValidationError(NOT_AN_IMAGE) from None
    small.thumbnail(KEPT)
    kept = io.BytesIO()
    small.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _check_size(width: int, height: int) -> None:
    if min(width, height) < FEWEST_PIXELS or max(width, height) > MOST_PIXELS:
        raise ValidationError(
            f"The image is {width} by {height} pixels. Each side must have {FEWEST_PIXELS} to {MOST_PIXELS}."
        )


def keep_logo(firm: Organization, png: bytes) -> None:
    key = f"{_folder(firm)}{secrets.token_urlsafe(24)}.png"
    _replace(firm, default_storage.save(key, ContentFile(png)))


def drop_logo(firm: Organization) -> None:
    _replace(firm, "")


def logo_bytes(firm: Organization) -> bytes | None:
    """None where there is no logo, or where its key names another firm's folder."""
    if not firm.logo.startswith(_folder(firm)) or ".." in firm.logo or not default_storage.exists(firm.logo):
        return None
    with default_storage.open(firm.logo) as file:
        return file.read()


def _replace(firm: Organization, key: str) -> None:
    before, firm.logo = firm.logo, key
    firm.save(update_fields=["logo"])
    if before.startswith(_folder(firm)):
        transaction.on_commit(lambda: default_storage.delete(before))


def _folder(firm: Organization) -> str:
    return f"org/{firm.pk}/brand/"
