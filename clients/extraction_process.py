"""The process that opens files which may be hostile. Run alone: it imports nothing of ours and knows no firm.

    python -I extraction_process.py pdf|pdf_opening|pdf_picture|docx|xlsx|text|image LETTERS < file > answer.json

Before it looks at the file it gives up what it could misuse: memory beyond 600 MB, more than 25 seconds of work, new
processes, files that grow. XML is read as it comes by a parser that refuses every entity, and of a zip only the parts
with words, up to 60 MB of each, whatever the archive claims.
"""

import base64
import io
import json
import re
import resource
import sys
import time
import zipfile
from collections.abc import Iterator
from typing import IO, Any
from xml.parsers import expat

PIECE = 64 * 1024
MOST_XML = 60 * 1024 * 1024
MOST_PAGES = 2000
#: Less than the work it may do, so that what was read until then is kept.
ENOUGH_SECONDS = 18
MOST_PIXELS = 60_000_000
THUMBNAIL = (480, 360)


class Enough(Exception):
    """So many letters are here already, or the file is not worth more work."""


class Words:
    """Text that is collected until there is enough of it."""

    def __init__(self, most: int) -> None:
        self.parts: list[str] = []
        self.left = most

    def add(self, text: str) -> None:
        self.parts.append(text[: self.left])
        self.left -= len(text)
        if self.left < 0 or time.process_time() > ENOUGH_SECONDS:
            raise Enough

    def __str__(self) -> str:
        return re.sub(r"[ \t]+", " ", "".join(self.parts)).strip()


def give_up_rights() -> None:
    limits = {
        resource.RLIMIT_AS: 600 * 1024 * 1024, resource.RLIMIT_CPU: 25, resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }  # fmt: skip
    for what, most in limits.items():
        resource.setrlimit(what, (most, most))


def pdf(file: IO[bytes], words: Words) -> dict[str, Any]:
    import pypdf

    document = pypdf.PdfReader(file)
    pages = len(document.pages)
    try:
        for page in document.pages[:MOST_PAGES]:
            words.add((page.extract_text() or "") + "\n")
    except Enough:
        return {"pages": pages, "is_cut": True}
    return {"pages": pages, "is_cut": pages > MOST_PAGES}


def pdf_opening(file: IO[bytes], words: Words) -> dict[str, Any]:
    """Whether the empty password opens it, as it does where only changing and printing are locked."""
    import pypdf

    return {"opens": bool(pypdf.PdfReader(file).decrypt(""))}


def docx(file: IO[bytes], words: Words) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        parts = [
            name
            for name in archive.namelist()
            if re.fullmatch(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml", name)
        ]
        for name in sorted(parts, key=lambda part: part != "word/document.xml"):
            with archive.open(name) as part:
                read_xml(part, words, text={"t"}, breaks={"p", "tab", "br", "tc"})
    return {}


def xlsx(file: IO[bytes], words: Words) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        sheets = [name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        for name in [*(name for name in names if name == "xl/sharedStrings.xml"), *sheets]:
            with archive.open(name) as part:
                # In a sheet `v` is a figure, or the number of a shared string: those stand in a file of their own.
                read_xml(part, words, text={"t"} if "shared" in name else {"t", "v"}, breaks={"si", "c", "row"})
    return {"pages": len(sheets)}


def read_xml(part: IO[bytes], words: Words, *, text: set[str], breaks: set[str]) -> None:
    """The words between these tags, in order; an entity that wants to be more than it is ends the reading."""
    parser = expat.ParserCreate()
    inside: list[str] = []
    shared: list[bool] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            shared[:] = [attributes.get("t") == "s"]
        if name in text and not (name == "v" and shared == [True]):
            inside.append(name)

    def end(tag: str) -> None:
        name = tag.rpartition(":")[2]
        if inside and inside[-1] == name:
            inside.pop()
        if name in breaks:
            words.add("\n" if name in ("p", "si", "row") else " ")

    def data(said: str) -> None:
        if inside:
            words.add(said)

    def refuse(*_: Any) -> None:
        raise ValueError("No document of an office program declares entities.")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.EntityDeclHandler = parser.StartDoctypeDeclHandler = refuse
    for piece in pieces(part):
        parser.Parse(piece, False)


def pieces(part: IO[bytes]) -> Iterator[bytes]:
    size = 0
    while piece := part.read(PIECE):
        size += len(piece)
        if size > MOST_XML:
            raise Enough
        yield piece


def text(file: IO[bytes], words: Words) -> dict[str, Any]:
    raw = file.read(4 * words.left)
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        words.add(raw.decode("utf-16" if wide else "utf-8"))
    except UnicodeDecodeError:
        words.add(raw.decode("utf-16" if wide else "cp1252", "replace"))
    return {}


def image(file: IO[bytes], words: Words) -> dict[str, Any]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(file) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("Too many points.")
        picture.draft("RGB", THUMBNAIL)
        return small_picture(ImageOps.exif_transpose(picture))


def pdf_picture(file: IO[bytes], words: Words) -> dict[str, Any]:
    """The first page. A call of its own, so that a page that cannot be drawn costs no words."""
    import pypdfium2

    page = pypdfium2.PdfDocument(file)[0]
    width, height = page.get_size()
    return small_picture(page.render(scale=min(THUMBNAIL[0] / width, THUMBNAIL[1] / height)).to_pil())


def small_picture(picture: Any) -> dict[str, Any]:
    picture.thumbnail(THUMBNAIL)
    out = io.BytesIO()
    picture.convert("RGB").save(out, "WEBP", quality=80)
    return {"thumbnail": base64.b64encode(out.getvalue()).decode()}


READERS = {
    "pdf": pdf, "pdf_opening": pdf_opening, "pdf_picture": pdf_picture, "docx": docx, "xlsx": xlsx, "text": text,
    "image": image,
}  # fmt: skip


def main() -> int:
    give_up_rights()
    words, found = Words(int(sys.argv[2])), {}
    try:
        found = READERS[sys.argv[1]](sys.stdin.buffer, words)
    except Enough:
        found = {"is_cut": True}
    except Exception as error:
        if not words.parts:
            print(type(error).__name__, file=sys.stderr)
            return 1
    sys.stdout.write(json.dumps({**found, "text": str(words)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
