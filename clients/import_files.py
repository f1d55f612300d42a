"""What imports share: an uploaded file kept between two steps."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from clients.file_checks import clean_name
from clients.storage import IMPORTS, new_import_key
from organizations.models import Membership

DAY = 24 * 60 * 60


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


def _salt(by: Membership, purpose: str) -> str:
    return f"import:{purpose}:{by.organization_id}:{by.pk}"
