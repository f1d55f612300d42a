"""The files of document versions: looked at before anything is written, kept where documents lie."""

import hashlib
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from clients.file_checks import UploadRefused, check
from clients.storage import new_storage_key
from config.adopting.converting import DataSet, Row
from config.adopting.problems import Problems
from config.adopting.reading import FILES

VERSIONS = "document_versions"


class Contents:
    """Where the content of each version is, and which copies were made: an adoption that fails leaves none."""

    def __init__(self, folder: Path) -> None:
        self._below = (folder / FILES).resolve()
        self._paths: dict[Row, Path] = {}
        self._kept: list[str] = []

    def look_at(self, found: DataSet, problems: Problems) -> None:
        for row in found.rows[VERSIONS]:
            named = row.values.pop("file", "")
            path = (self._below / named).resolve()
            if not named or not path.is_relative_to(self._below) or not path.is_file():
                problems.add(found.files[VERSIONS], row.number, "file", f"There is no file {FILES}/{named}.")
                continue
            self._paths[row] = path
            for column, says in measure(row, path).items():
                problems.add(found.files[VERSIONS], row.number, column, says)

    def keep(self, row: Row) -> None:
        with self._paths[row].open("rb") as content:
            row.values["storage_key"] = default_storage.save(new_storage_key(), File(content))
        self._kept.append(row.values["storage_key"])

    def forget(self) -> None:
        for key in self._kept:
            default_storage.delete(key)


def measure(row: Row, path: Path) -> dict[str, str]:
    """Fill in what the file says of itself; what the set says otherwise is wrong."""
    try:
        with path.open("rb") as content:
            kind = check(UploadedFile(content, path.name, size=path.stat().st_size))
            content.seek(0)
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    except UploadRefused as refusal:
        return {"file": str(refusal)}
    measured = {"sha256": sha256, "size": path.stat().st_size, "content_type": kind}
    wrong = {
        column: f"The file has {measured[column]}, the row says {row.values[column]}."
        for column in ("sha256", "size")
        if row.values.get(column, measured[column]) != measured[column]
    }
    row.values |= measured
    return wrong
