"""A zip that is written while it is read: whatever its size, one piece of one file is in memory at a time."""

import hashlib
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from django.core.files.storage import default_storage

from clients.evidence.contents import Entry

PIECE = 1024 * 1024
#: Compressed already; doing it again costs time and saves nothing.
PACKED = {"pdf", "docx", "xlsx", "pptx", "odt", "ods", "zip", "png", "jpg", "jpeg", "gif", "webp", "heic"}


class FileChanged(Exception):
    """A stored file is not what its checksum says: no package is made of it."""


class Outlet:
    """What zipfile writes to: it hands on what was written since, and remembers only how much that was."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []
        self.written = 0

    def write(self, content: Any) -> int:
        self.waiting.append(bytes(content))
        self.written += len(content)
        return len(content)

    def tell(self) -> int:
        return self.written

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        content = b"".join(self.waiting)
        self.waiting.clear()
        return content


def zipped(
    entries: Iterable[Entry], papers: Mapping[str, bytes], each: Callable[[], None] = lambda: None
) -> Iterator[bytes]:
    """The bytes of the package; `each` is called when a file is done. Raises FileChanged in the middle rather than end with a file that is not the one kept."""
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w", allowZip64=True) as archive:  # type: ignore[call-overload]
        for entry in entries:
            yield from _file(archive, outlet, entry)
            each()
        for path, paper in papers.items():
            archive.writestr(_info(path), paper)
            yield outlet.taken()
    yield outlet.taken()


def _file(archive: zipfile.ZipFile, outlet: Outlet, entry: Entry) -> Iterator[bytes]:
    digest = hashlib.sha256()
    large = entry.version.size > 2**31 - 1
    with (
        default_storage.open(entry.version.storage_key) as stored,
        archive.open(_info(entry.path), "w", force_zip64=large) as packed,
    ):
        while piece := stored.read(PIECE):
            digest.update(piece)
            packed.write(piece)
            yield outlet.taken()
    if digest.hexdigest() != entry.version.sha256:
        raise FileChanged(f"Version {entry.version.pk} is not what was stored.")
    yield outlet.taken()


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, time.localtime()[:6])
    is_packed = PurePath(path).suffix[1:].lower() in PACKED
    info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
