"""Reads an uploaded picture, says what it is, whatever its name claims, and keeps nothing of it but what it shows."""

import io
import warnings
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import get_sampling

LARGEST_BYTES = 2 * 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP")
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
#: What tells browsers which colours are meant.
KEPT = ("icc_profile", "transparency")
#: What is left beside them in a file we wrote.
HARMLESS = {
    *KEPT, "jfif", "jfif_version", "jfif_unit", "jfif_density", "adobe", "adobe_transform", "progressive", "progression",
    "loop", "background", "timestamp", "duration",
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    content: bytes
    content_type: str
    width: int
    height: int


def read_picture(upload: Any) -> Picture:
    if upload.size > LARGEST_BYTES:
        raise ValidationError("The picture is larger than 2 MB. Make it smaller and choose it again.")
    content = upload.read()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.open(io.BytesIO(content), formats=FORMATS).verify()
            return as_seen(Image.open(io.BytesIO(content), formats=FORMATS))
    except Exception as error:  # Pillow raises whatever its decoders raise
        raise ValidationError("This file is not a JPEG, PNG or WebP picture.") from error


def as_seen(picture: Any) -> Picture:
    """Upright, and without what cameras and programs write beside it: where it was taken, when, with what, by whom. Of a
    picture that moves, its first moment. A picture that breaks off in the middle is none."""
    kind = "JPEG" if picture.format == "MPO" else str(picture.format)
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    upright.info = {name: upright.info[name] for name in KEPT if name in upright.info}
    target = io.BytesIO()
    upright.save(target, kind, icc_profile=upright.info.get("icc_profile"), **as_fine(picture, kind))
    return Picture(target.getvalue(), TYPES[kind], *upright.size)


def as_fine(picture: Any, kind: str) -> dict[str, Any]:
    """As fine as it came: a JPEG with the tables and the sampling it was made with."""
    if kind == "JPEG":
        return {"qtables": picture.quantization, "subsampling": get_sampling(picture), "optimize": True}
    return {"quality": 90} if kind == "WEBP" else {}


def tells_more(content: bytes) -> bool:
    """Whether it holds anything beside what it shows: pictures that came before this was seen to do."""
    opened = Image.open(io.BytesIO(content), formats=FORMATS)
    return bool(opened.getexif() or set(opened.info) - HARMLESS)
