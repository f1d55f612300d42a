"""Where files of people lie: pictures and exports, apart from every firm's documents and outside every web root."""

import posixpath
import secrets
from uuid import UUID

from django.core.files.storage import FileSystemStorage, Storage, storages


class PersonalStorage(FileSystemStorage):
    """Files on the local disk. Never served by address: a view checks who asks, every time."""

    def url(self, name: str | None) -> str:
        raise NotImplementedError("Files of people have no address of their own; link to a view.")


def personal_files() -> Storage:
    return storages["people"]


def new_key(kind: str, user_id: UUID, ending: str) -> str:
    """`avatars/<person>/<random>.webp`: cannot be guessed, and shows whose it is."""
    return f"{kind}/{user_id}/{secrets.token_urlsafe(24)}.{ending}"


def is_of(user_id: UUID, kind: str, key: str) -> bool:
    """Whether the key lies in this person's folder. The disk knows nobody, so whoever serves a file asks."""
    return key.startswith(f"{kind}/{user_id}/") and posixpath.normpath(key) == key
