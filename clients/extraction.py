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
from typing import IO

from django.conf import settings

SECONDS = 40
PIECE = 1024 * 1024
#: Larger files are not read at all.
MOST_BYTES = 200 * 1024 * 1024
#: A search column holds a million bytes, words and their places together.
MOST_LETTERS = 150_000
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


@dataclass(frozen=True)
class Found:
    is_read: bool = False
    text: str = ""
    pages: int | None = None
    thumbnail: bytes = b""


def extract(file: IO[bytes], content_type: str) -> Found:
    reader = READERS.get(content_type)
    if reader is None:
        return Found()
    try:
        answer = _ask(file, reader)
        said = json.loads(answer)
    except (subprocess.TimeoutExpired, OSError, ValueError):
        return Found()
    text = str(said.get("text", "")).replace("\0", " ")[:MOST_LETTERS]
    pages = said.get("pages")
    thumbnail = base64.b64decode(said.get("thumbnail", ""))
    return Found(True, text, pages if isinstance(pages, int) else None, thumbnail)


def _ask(file: IO[bytes], reader: str) -> bytes:
    """The process sees neither our environment nor our open files; its input is a file, so that it can go to and fro."""
    program = Path(__file__).with_name("extraction_process.py")
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR or "/tmp")  # noqa: S108 (only where no folder is set)
    with _copied(file, folder) as copy:
        done = subprocess.run(
            [sys.executable, "-I", str(program), reader, str(MOST_LETTERS)], stdin=copy, capture_output=True,
            timeout=SECONDS, check=False, env={"PYTHONDONTWRITEBYTECODE": "1"}, cwd=str(program.parent.parent),
        )  # fmt: skip
    return done.stdout if done.returncode == 0 else b""


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
