"""Reads an uploaded picture and says what it is, whatever its name claims."""

import io
import warnings
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from PIL import Image

from marketing.models.cms_media import IMAGE_TYPES

LARGEST_BYTES = 2 * 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP")


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
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            image.verify()
    except Exception as error:  # Pillow raises whatever its decoders raise
        raise ValidationError("This file is not a JPEG, PNG or WebP picture.") from error
    content_type = Image.MIME[str(image.format)]
    if content_type not in IMAGE_TYPES:
        raise ValidationError("This file is not a JPEG, PNG or WebP picture.")
    return Picture(content, content_type, *image.size)
