"""The stored files of a firm that comes in or goes."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage

from clients.firm_archive import BLOCK, Archive, ImportRefused
from clients.storage import is_ours
from clients.whole_firm import files_of, folders


def bring_files(archive: Archive, brought: list[str]) -> int:
    """How many were missing. `brought` names them, for whoever has to take them back."""
    for key in archive.file_keys():
        if not is_ours(key):
            raise ImportRefused(f"{key} is no file of the firm.")
        if default_storage.exists(key):
            if digest(key) != archive.sha256(key):
                raise ImportRefused(f"{key} is in the store already, and is another file.")
            continue
        with archive.open(key) as part:
            kept = default_storage.save(key, File(part))
        brought.append(kept)
        if kept != key:
            raise ImportRefused(f"{key} could not be stored under its name.")
    return len(brought)


def digest(key: str) -> str:
    found = hashlib.sha256()
    with default_storage.open(key) as file:
        while piece := file.read(BLOCK):
            found.update(piece)
    return found.hexdigest()


def take_back(keys: Iterable[str]) -> None:
    for key in keys:
        default_storage.delete(key)


def delete_files(firm: UUID) -> int:
    """All of them, whether a row named them or not. Run again, it deletes what is left."""
    keys = list(files_of(firm))
    take_back(keys)
    for folder in sorted({key.rpartition("/")[0] for key in keys} | set(folders(firm)), key=len, reverse=True):
        with suppress(OSError):  # a folder of a folder that was empty before
            default_storage.delete(folder)  # a store of objects has none
    return len(keys)
