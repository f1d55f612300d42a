"""Smaller sizes of a picture, made once, when it comes."""

import io

from PIL import Image, ImageOps

from marketing.models import CmsMedia, CmsRendition

WIDTHS = (480, 960, 1600)
CONTENT_TYPE = "image/webp"


def make_renditions(media: CmsMedia) -> None:
    with Image.open(io.BytesIO(bytes(media.content))) as opened:
        picture = ImageOps.exif_transpose(opened)
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        for width in WIDTHS:
            if width < picture.width:
                CmsRendition.objects.update_or_create(media=media, width=width, defaults=smaller(picture, width))


def smaller(picture: Image.Image, width: int) -> dict[str, object]:
    height = max(1, round(picture.height * width / picture.width))
    target = io.BytesIO()
    picture.resize((width, height), Image.Resampling.LANCZOS).save(target, "WEBP", quality=82)
    return {"height": height, "content": target.getvalue()}
