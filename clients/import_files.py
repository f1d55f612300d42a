"""What imports share: an uploaded file kept between two steps, and rows going out as a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse

from clients.file_checks import clean_name
from clients.storage import IMPORTS, new_import_key
from organizations.models import Membership

DAY = 24 * 60 * 60
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class FileGone(Exception):
    """The token is not for this person and import, is older than a day, or its file was imported already."""


@dataclass(frozen=True)
class KeptFile:
    key: str
    name: str

    def open(self) -> File:
        """The file under the name it was sent with."""
        try:
            return File(default_storage.open(self.key), name=self.name)
        except FileNotFoundError as error:
            raise FileGone from error

    def discard(self) -> None:
        transaction.on_commit(lambda: default_storage.delete(self.key))


def keep(upload: UploadedFile, *, by: Membership, purpose: str) -> str:
    """Store the file for a day at most; the token that finds it again works for this member and purpose only."""
    name = clean_name(upload.name)
    key = default_storage.save(new_import_key(), upload)
    return signing.dumps({"key": key, "name": name}, salt=_salt(by, purpose))


def find(token: str, *, by: Membership, purpose: str) -> KeptFile:
    try:
        return KeptFile(**signing.loads(token, salt=_salt(by, purpose), max_age=DAY))
    except signing.BadSignature as error:
        raise FileGone from error


def discard_older_than(moment: datetime) -> None:
    """Delete what still waits for an import, of every firm, and was stored before the moment."""
    for firm in _listed(IMPORTS)[0]:
        for name in _listed(f"{IMPORTS}/{firm}")[1]:
            key = f"{IMPORTS}/{firm}/{name}"
            if default_storage.get_modified_time(key) < moment:
                default_storage.delete(key)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:  # before the first import
        return [], []


def csv_download(name: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """Opens in Excel with its accents, and no cell is a formula."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(map(without_formula, headers))
    writer.writerows(map(without_formula, row) for row in rows)
    return response


def without_formula(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _salt(by: Membership, purpose: str) -> str:
    return f"import:{purpose}:{by.organization_id}:{by.pk}"
