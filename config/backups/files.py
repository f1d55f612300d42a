"""The files of an installation as one archive, wherever documents lie: below VAR_DIR, or in a bucket at the same keys."""

import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages

from clients.object_store import ObjectStorage

#: Folders of VAR_DIR that hold what people gave us.
DOCUMENTS, FOLDERS = "files", ("files", "people")


def store() -> ObjectStorage | None:
    """Where documents are objects; None where they are files."""
    found = storages["default"]
    return found if isinstance(found, ObjectStorage) else None


def full_places(var: Path) -> Iterator[str]:
    """What holds files already."""
    for folder in FOLDERS:
        if any((var / folder).glob("*")):
            yield str(var / folder)
    if (objects := store()) and any(True for _ in objects.bucket.objects.limit(1)):
        yield f"Bucket {objects.bucket_name}"


def archive(path: Path, var: Path, *, leave_bucket: bool = False) -> int:
    """How many there were. Not compressed: most of what clients send is already."""
    with tarfile.open(path, "w") as tar:
        count = sum(_add_folder(tar, var, folder) for folder in FOLDERS)
        if (objects := store()) and not leave_bucket:
            count += sum(_add_object(tar, item) for item in objects.bucket.objects.all())
    return count


def _add_folder(tar: tarfile.TarFile, var: Path, folder: str) -> int:
    """One that went since it was listed, a piece of an upload say, is left out."""
    count = 0
    for file in sorted((var / folder).rglob("*")):
        if file.is_file() and not file.is_symlink():
            with suppress(FileNotFoundError):
                tar.add(file, arcname=str(file.relative_to(var)), recursive=False)
                count += 1
    return count


def _add_object(tar: tarfile.TarFile, item: Any) -> int:
    """Straight from the bucket into the archive; here too what went is left out."""
    try:
        found = item.get()
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        return 0
    entry = tarfile.TarInfo(f"{DOCUMENTS}/{item.key}")
    entry.size, entry.mode, entry.mtime = found["ContentLength"], 0o600, int(found["LastModified"].timestamp())
    tar.addfile(entry, found["Body"])
    return 1


def unpack(path: Path, var: Path) -> int:
    """To where this installation keeps its documents, whichever of the two they were saved from."""
    with tarfile.open(path) as tar, _folders_of_ours():
        return sum(_bring_back(tar, entry, var) for entry in tar if entry.isfile())


def _bring_back(tar: tarfile.TarFile, entry: tarfile.TarInfo, var: Path) -> int:
    folder, _, key = entry.name.partition("/")
    if folder == DOCUMENTS and (objects := store()):
        objects.save(key, File(tar.extractfile(entry)))
    else:
        entry.mode = settings.FILE_UPLOAD_PERMISSIONS
        tar.extract(entry, var, filter="data")
    return 1


@contextmanager
def _folders_of_ours() -> Iterator[None]:
    """Made on the way, and for those alone who may read what is uploaded."""
    before = os.umask(0o777 & ~settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
    try:
        yield
    finally:
        os.umask(before)
