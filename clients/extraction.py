"""Words, pages and a small picture out of a file that may be hostile: read in a process of its own, with little to spend.

The process gets the file on its input and answers in JSON (`clients.extraction_process`). What it cannot do in its time
and memory it does not do: a file without words is found by its name.
"""

import base64
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings

SECONDS = 40
PIECE = 1024 * 1024
#: Larger files are not read at all.
MOST_BYTES = 200 * 1024 * 1024
#: So much of a text is searched. A search column holds a million bytes, words and their places together; of a text that
#: does not fit, half is tried, and half of that. The least fits whatever is written in it.
MOST_LETTERS = 600_000
LENGTHS = (MOST_LETTERS, MOST_LETTERS // 2, MOST_LETTERS // 4)
OFFICE = "application/vnd.openxmlformats-officedocument"
READERS = {
    "application/pdf": "pdf",
    f"{OFFICE}.wordprocessingml.document": "docx",
    f"{OFFICE}.spreadsheetml.sheet": "xlsx",
    "text/plain": "text",
    "text/csv": "text",
    "message/rfc822": "text",
    "image/png": "image",
    "image/jpeg": "image",
    "image/gif": "image",
    "image/webp": "image",
    "image/tiff": "image",
}
#: Of these the words do not come with a picture: it is drawn by itself.
PICTURES = {"application/pdf": "pdf_picture"}


@dataclass(frozen=True)
class Found:
    is_read: bool = False
    text: str = ""
    pages: int | None = None
    thumbnail: bytes = b""
    #: The file says more than was read of it.
    is_cut: bool = False


def extract(file: IO[bytes], content_type: str) -> Found:
    reader = READERS.get(content_type)
    if reader is None:
        return Found()
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR or "/tmp")  # noqa: S108 (only where no folder is set)
    try:
        with _copied(file, folder) as copy:
            said = _ask(copy, reader)
            picture = _ask(copy, PICTURES[content_type]) if said is not None and content_type in PICTURES else said
    except (OSError, ValueError):
        return Found()
    if said is None:
        return Found()
    text = str(said.get("text", "")).replace("\0", " ")[:MOST_LETTERS]
    pages = said.get("pages")
    thumbnail = base64.b64decode((picture or {}).get("thumbnail", ""))
    return Found(True, text, pages if isinstance(pages, int) else None, thumbnail, said.get("is_cut") is True)


def opens_freely(file: IO[bytes]) -> bool:
    """Whether an encrypted PDF opens without a password."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR or "/tmp")  # noqa: S108 (only where no folder is set)
    file.seek(0)
    try:
        with _copied(file, folder) as copy:
            return bool((_ask(copy, "pdf_opening") or {}).get("opens"))
    except (OSError, ValueError):
        return False


def _ask(copy: IO[bytes], reader: str) -> dict[str, Any] | None:
    """The process sees neither our environment nor our open files; its input is a file, so that it can go to and fro."""
    program = Path(__file__).with_name("extraction_process.py")
    copy.seek(0)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(program), reader, str(MOST_LETTERS)], stdin=copy, capture_output=True,
            timeout=SECONDS, check=False, env={"PYTHONDONTWRITEBYTECODE": "1"}, cwd=str(program.parent.parent),
        )  # fmt: skip
        return json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, OSError, ValueError):
        return None


def _copied(file: IO[bytes], folder: Path) -> IO[bytes]:
    copy = tempfile.TemporaryFile(dir=folder if folder.is_dir() else None)  # noqa: SIM115 (the caller closes it)
    size = 0
    while piece := file.read(PIECE):
        size += len(piece)
        if size > MOST_BYTES:
            raise ValueError("Too large to be read.")
        copy.write(piece)
    copy.flush()
    copy.seek(0)
    return copy
