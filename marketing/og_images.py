"""Open Graph pictures: the title on our paper, 1200 by 630 points, with our own type."""

import functools
import io
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

SIZE, MARGIN = (1200, 630), 80
PAPER, INK, SECOND, GREEN = "#ECEFE8", "#16212A", "#46535D", "#1B6B45"
FONTS = Path(settings.BASE_DIR) / "static_vendor/vendor/fonts"
TITLE, PLAIN = "besley-latin-500-normal.woff2", "ibm-plex-sans-latin-wght-normal.woff2"
MOST_LINES = 4
#: Our tick, in the 32 units of `static/marks/logo.svg`.
TICK = [
    (4.6, 15.6),
    (8.9, 17.1),
    (11.2, 21),
    (17, 12.5),
    (27.3, 2.6),
    (28, 3.7),
    (19.5, 12.5),
    (13.4, 24.2),
    (10.5, 24.2),
]


@functools.lru_cache(8)
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / name), size)


@functools.lru_cache(128)
def draw_card(title: str, label: str) -> bytes:
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    if label:
        pen.text((MARGIN, MARGIN - 8), label, SECOND, font(PLAIN, 32))
    size, lines = fitting(title)
    for number, line in enumerate(lines):
        pen.text((MARGIN, 150 + number * size * 1.2), line, INK, font(TITLE, size))
    for y in (524, 532):  # the double rule below a total
        pen.line([(MARGIN, y), (SIZE[0] - MARGIN, y)], SECOND, 2)
    left, top, scale = MARGIN, 552, 1.5
    pen.polygon([(left + x * scale, top + y * scale) for x, y in TICK], GREEN)
    pen.text((left + 60, top - 2), "Tickmark", INK, font(TITLE, 34))
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def fitting(title: str) -> tuple[int, list[str]]:
    """The largest of some sizes in which the title has room; the last one is cut off."""
    for size in (84, 72, 60, 50):
        lines = wrapped(title, font(TITLE, size))
        if len(lines) * size * 1.2 <= 350:
            break
    return size, lines[:MOST_LINES]


def wrapped(title: str, face: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if face.getlength(longer) <= SIZE[0] - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
