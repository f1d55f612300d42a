"""Small files that open: a PDF, a table, a picture. Their names say which kind they are."""

import io
import random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

TYPES = {"pdf": "application/pdf", "csv": "text/csv", "png": "image/png"}


def demo_file(name: str, *, client: str) -> SimpleUploadedFile:
    kind = name.rpartition(".")[2]
    title = name.rpartition(".")[0]
    make = {"pdf": pdf, "csv": csv, "png": png}[kind]
    return SimpleUploadedFile(name, make(title, client), TYPES[kind])


def pdf(title: str, client: str) -> bytes:
    """One page of text, with a table of contents that readers accept."""
    lines = [client, title, "", "This page belongs to the demonstration and was made for it."]
    text = "\n".join(f"({_escaped(line)}) Tj T*" for line in lines)
    stream = f"BT /F1 14 Tf 20 TL 72 770 Td\n{text}\nET".encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + end


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def csv(title: str, client: str) -> bytes:
    """The same figures for the same title, every time."""
    figures = random.Random(f"{client} {title}")  # noqa: S311 (figures of a demonstration)
    rows = [f"{number:04d},Line {number},{figures.randint(-5_000, 250_000) / 100:.2f}" for number in range(1, 25)]
    return "\r\n".join(["Number,Description,Amount", *rows, ""]).encode()


def png(title: str, client: str) -> bytes:
    picture = Image.new("RGB", (800, 560), "#fdfefb")
    pen = ImageDraw.Draw(picture)
    for y in range(120, 560, 40):
        pen.line([(40, y), (760, y)], fill="#c9d8c4")
    pen.text((40, 40), client, fill="#16212a", font_size=28)
    pen.text((40, 80), title, fill="#46535d", font_size=20)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
