"""Pictures of people: looked at, cut square and written anew, so that nothing of the upload but its colours is kept."""

import io
import warnings
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import FileResponse, Http404
from PIL import Image, ImageOps

from accounts.storage import is_of, new_key, personal_files

LARGEST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
SIDE = 256
NOT_A_PICTURE = "This file is not a JPEG, PNG or WebP picture. Choose another one."


def square(upload: Any) -> bytes:
    """The picture as a square WebP. Raises ValidationError with a sentence for the person."""
    if upload.size > LARGEST_BYTES:
        raise ValidationError("The picture is larger than 5 MB. Make it smaller and choose it again.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(upload, formats=("JPEG", "PNG", "WEBP"))
            if image.width * image.height > MOST_PIXELS:
                raise ValidationError("The picture has more than 40 million points. Make it smaller.")
            upright = ImageOps.exif_transpose(image)
            small = ImageOps.fit(upright.convert("RGBA" if upright.has_transparency_data else "RGB"), (SIDE, SIDE))
            small.info.clear()  # a photograph says where it was taken
            written = io.BytesIO()
            small.save(written, "WEBP", quality=85)
    except ValidationError:
        raise
    except Exception as error:  # Pillow raises whatever its decoders raise
        raise ValidationError(NOT_A_PICTURE) from error
    return written.getvalue()


def keep(user_id: UUID, picture: bytes) -> str:
    return personal_files().save(new_key("avatars", user_id, "webp"), ContentFile(picture))


def discard(user_id: UUID, key: str) -> None:
    if is_of(user_id, "avatars", key):
        personal_files().delete(key)


def name_of(user_id: UUID, key: str) -> str:
    """New with every picture; empty where there is none of ours."""
    return key.rpartition("/")[2].partition(".")[0] if is_of(user_id, "avatars", key) else ""


def answer(user_id: UUID, key: str) -> FileResponse:
    """The picture. Its key is new with every picture, and so is the address, so browsers may keep it."""
    if not is_of(user_id, "avatars", key) or not personal_files().exists(key):
        raise Http404("No picture.")
    response = FileResponse(personal_files().open(key), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=3600"
    return response
