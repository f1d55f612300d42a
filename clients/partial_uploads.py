"""A large file comes in pieces, so that a connection that drops costs one piece and not the file.

The sender says what comes (`begin`), is told how much of it is here already, sends piece after piece from there
(`add_piece`), and asks for the whole (`finish`). Each piece is an object of its own in the store, whichever that is.
"""

import io
from collections.abc import Callable
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from clients.document_jobs import KEPT_FOR, discard_partial_upload
from clients.file_checks import UploadRefused, check_announced, clean_name
from clients.models import Client, ClientContact, DocumentVersion, PartialUpload
from clients.models.partial_upload import person_field
from clients.storage import new_partial_folder
from clients.uploads import store_for_client, store_upload, store_version
from organizations.models import Membership

#: One person's uploads that may be under way at once.
MOST_AT_ONCE = 500
TOO_MANY = gettext_lazy("Not sent: too many unfinished uploads. They are cleared after two days; finish or wait.")


class WrongPlace(Exception):
    """The piece does not begin where the last one ended."""


def begin(
    *, by: Membership | ClientContact, client: Client, name: str, size: str, fingerprint: str, **target: Any
) -> PartialUpload:
    """The upload, from its start or as far as it came before. Raises UploadRefused.

    `target` is where it goes: a `request`, a `request_list`, a `document`, or none of them, and its `visibility`.
    """
    announced = int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else 0
    name = clean_name(name)
    check_announced(name, announced)
    mine = PartialUpload.objects.of(by)
    same = mine.filter(
        client=client, name=name, size=announced, fingerprint=fingerprint[:100],
        **{field: target.get(field) for field in ("request", "request_list", "document")},
    )  # fmt: skip
    if known := same.order_by("-received").first():
        return known
    if mine.count() >= MOST_AT_ONCE:
        raise UploadRefused(TOO_MANY)
    upload = PartialUpload.objects.create(
        client=client, name=name, size=announced, fingerprint=fingerprint[:100], folder=new_partial_folder(),
        **{person_field(by): by}, **target,
    )  # fmt: skip
    discard_partial_upload.enqueue_in(int(KEPT_FOR.total_seconds()), upload_id=upload.pk)
    return upload


@transaction.atomic
def add_piece(upload: PartialUpload, content: bytes, *, offset: str) -> PartialUpload:
    """Keep the next piece. Raises WrongPlace if it is not the next."""
    locked = PartialUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if (
        not content
        or offset != str(locked.received)
        or len(content) != min(settings.UPLOAD_PIECE_BYTES, locked.size - locked.received)
    ):
        raise WrongPlace
    key = f"{locked.folder}/{locked.pieces:06d}"
    if default_storage.exists(key):  # of a try that the database did not keep
        default_storage.delete(key)
    default_storage.save(key, ContentFile(content))
    locked.received += len(content)
    locked.pieces += 1
    locked.last_piece_at = timezone.now()
    locked.save(update_fields=["received", "pieces", "last_piece_at"])
    return locked


@transaction.atomic
def finish(upload: PartialUpload, *, by: Membership | ClientContact) -> DocumentVersion:
    """Make the whole file a version. Raises UploadRefused, and then nothing of it is kept."""
    upload = PartialUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if not upload.is_whole:
        raise WrongPlace
    store: Callable[[File], DocumentVersion]
    if upload.document:
        document = upload.document
        store = lambda file: store_version(file, document=document, by=by)  # noqa: E731
    elif upload.request:
        request = upload.request
        store = lambda file: store_upload(file, request=request, by=by)  # noqa: E731
    else:
        store = lambda file: store_for_client(  # noqa: E731
            file, client=upload.client, by=by, visibility=upload.visibility, intake=upload.request_list
        )
    with whole(upload) as file:
        version = store(file)
    upload.discard()
    return version


def whole(upload: PartialUpload) -> File:
    file = File(io.BufferedReader(Pieces(upload), 1024 * 1024), name=upload.name)
    file.size = upload.size
    return file


class Pieces(io.RawIOBase):
    """The pieces of an upload as one file that can be read from anywhere. One piece is open at a time."""

    def __init__(self, upload: PartialUpload) -> None:
        self.keys, self.size, self.place = upload.piece_keys(), upload.size, 0
        self.number = -1
        self.piece: IO[bytes] = io.BytesIO()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        self.place = max(0, start + offset)
        return self.place

    def readinto(self, buffer: Any) -> int:
        if self.place >= self.size:
            return 0
        number, inside = divmod(self.place, settings.UPLOAD_PIECE_BYTES)
        self._open(number)
        self.piece.seek(inside)
        read = self.piece.read(min(len(buffer), settings.UPLOAD_PIECE_BYTES - inside))
        buffer[: len(read)] = read
        self.place += len(read)
        return len(read)

    def close(self) -> None:
        self.piece.close()
        super().close()

    def _open(self, number: int) -> None:
        if number != self.number:
            self.piece.close()
            self.piece = default_storage.open(self.keys[number])
            self.number = number
