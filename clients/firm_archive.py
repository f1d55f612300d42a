"""Reading the zip that `clients.firm_export` writes. It was in other hands meanwhile, so nothing in it is believed."""

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from clients.firm_export import FORMAT, columns_of, tables

MANIFEST = "manifest.json"
BLOCK = 256 * 1024
FILES = "files/"
#: No row and no description is longer: what is would fill the memory.
LONGEST = 64 * 1024 * 1024
#: A zip of more than a gigabyte that becomes so many times as large was made to fill the disk.
LARGE, MOST_TIMES = 1024**3, 100
#: What Python says of a zip that is not whole, is encrypted or packed in another way, and of JSON that is none.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    AttributeError,
)


class ImportRefused(Exception):
    """The message is one sentence for a person. Nothing was brought in."""


class Archive:
    def __init__(self, file: IO[bytes]) -> None:
        try:
            self.zip = zipfile.ZipFile(file)
            written = self._whole(MANIFEST)
            manifest = json.loads(written)
            self.contents: dict[str, dict[str, Any]] = {path: dict(said) for path, said in manifest["contents"].items()}
            self.firm = UUID(manifest["organization"])
        except UNREADABLE as error:
            raise ImportRefused("This is no export of a firm: it has no manifest that can be read.") from error
        if manifest.get("format") != FORMAT:
            raise ImportRefused(
                f"It was made by another release: its format is {manifest.get('format')}, not {FORMAT}."
            )
        self.checksum = hashlib.sha256(written).hexdigest()

    def verify(self) -> None:
        """Every part is there once, is what the manifest says, and nothing else is."""
        parts = [part for part in self.zip.infolist() if part.filename != MANIFEST]
        names = Counter(part.filename for part in parts)
        if odd := sorted(names.keys() ^ self.contents.keys()) or [name for name, held in names.items() if held > 1]:
            raise ImportRefused(f"{odd[0]} is in the zip or in its manifest, not in both, or twice.")
        unpacked, packed = (sum(getattr(part, size) for part in parts) for size in ("file_size", "compress_size"))
        if unpacked > LARGE and unpacked > MOST_TIMES * packed:
            raise ImportRefused(f"It would become {unpacked // packed} times as large: no export does.")
        for path, said in self.contents.items():
            if self._digest(path) != said.get("sha256"):
                raise ImportRefused(f"{path} is not what was exported: its checksum differs.")
        self._compare_tables()

    def _digest(self, path: str) -> str:
        """Empty where it cannot be unpacked."""
        found = hashlib.sha256()
        try:
            with self.zip.open(path) as part:
                while piece := part.read(BLOCK):
                    found.update(piece)
        except UNREADABLE:
            return ""
        return found.hexdigest()

    def _compare_tables(self) -> None:
        """The tables and columns of the release that exported it have to be those of this one."""
        there = {table: set(said["columns"]) for table, said in self.read("schema.json").items()}
        here = {model._meta.db_table: {field.column for field in columns_of(model)} for model in tables()}
        for table in sorted(there.keys() | here.keys()):
            if there.get(table) != here.get(table):
                raise ImportRefused(f"It was made by another release: its table {table} is not the same as here.")

    def read(self, path: str) -> Any:
        return json.loads(self._whole(path))

    def _whole(self, path: str) -> bytes:
        with self.zip.open(path) as part:
            return self._bounded(part.read(LONGEST + 1), path)

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Decimals stay as they are written."""
        path = f"tables/{table}.jsonl"
        with self.zip.open(path) as part:
            while line := self._bounded(part.readline(LONGEST + 1), path):
                yield json.loads(line, parse_float=Decimal)

    def _bounded(self, written: bytes, path: str) -> bytes:
        if len(written) > LONGEST:
            raise ImportRefused(f"{path} holds more in one piece than any export does.")
        return written

    def file_keys(self) -> list[str]:
        return [path.removeprefix(FILES) for path in self.contents if path.startswith(FILES)]

    def open(self, key: str) -> IO[bytes]:
        return self.zip.open(FILES + key)

    def sha256(self, key: str) -> str:
        return self.contents[FILES + key]["sha256"]
