"""The contact answers a request: files come in, an upload is taken back, the whole is sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from clients.file_checks import clean_name
from clients.models import ClientContact, Document, DocumentVersion, InformationRequest, RequestDocument, RequestSample
from clients.models.answer_type import AnswerType
from clients.models.request_lifecycle import TransitionRefused
from clients.models.request_status import Answer
from clients.uploads import UploadRefused, other_name, store_upload
from portal.items import File, Item
from portal.typed_answers import TypedAnswer, keep_rows

NOTHING_TO_SEND = "There is nothing to send yet: add a file, or write your answer below."
NOTHING_NEW = "Nothing was added since this came back: add what is missing, or write an answer below."


@dataclass(frozen=True)
class Received:
    """What became of one file. Without a refusal it is here; `note` says so if it was before, under another name."""

    name: str
    error: str = ""
    note: str = ""


def receive(uploads: Iterable[UploadedFile], *, request: InformationRequest, by: ClientContact) -> list[Received]:
    """Keep each file that may come in; a refused one does not lose the others."""
    return [_receive_one(upload, request, by) for upload in uploads]


def _receive_one(upload: UploadedFile, request: InformationRequest, by: ClientContact) -> Received:
    try:
        version = store_upload(upload, request=request, by=by)
    except UploadRefused as refused:
        return Received(clean_name(upload.name), str(refused))
    return Received(clean_name(upload.name), note=_note(version, upload))


def _note(version: DocumentVersion, upload: UploadedFile) -> str:
    if not (name := other_name(version, upload)):
        return ""
    said = "You already sent this as" if version.uploaded_by_contact_id else "This is here already as"
    return f"{said} “{name}”."


def receive_rows(form: TypedAnswer, *, files: Any, by: ClientContact) -> list[Received]:
    """Keep what was filled into a table of samples, and the files of its rows. Names the files that were refused."""
    refused: list[Received] = []

    def store(sample: RequestSample, upload: UploadedFile) -> None:
        try:
            sample.document = store_upload(upload, request=form.request, by=by).document
        except UploadRefused as reason:
            refused.append(Received(clean_name(upload.name), f"Row {sample.position}: {reason}"))
        else:
            sample.save(update_fields=["document"])

    keep_rows(form, store, files)
    return refused


@transaction.atomic
def take_back(file: File) -> None:
    """Remove an upload that was not sent yet. An earlier version, which was, comes back in its place."""
    document, version = file.version.document, file.version
    elsewhere = RequestDocument.objects.filter(document=document).exclude(request=file.request)
    if elsewhere.exists():
        RequestDocument.objects.filter(document=document, request=file.request).delete()
    elif version.number == 1:
        Document.objects.filter(pk=document.pk).update(deleted_at=timezone.now())
    else:
        version.delete()
        transaction.on_commit(lambda: default_storage.delete(version.storage_key))


def send_answer(item: Item, *, by: ClientContact, answer: str, text: str, value: Any = None) -> None:
    """Hand the request over to the firm. Raises TransitionRefused."""
    is_of_files = item.request.answer_type == AnswerType.FILES
    if answer == Answer.PROVIDED and is_of_files and not text.strip() and not item.has_news:
        raise TransitionRefused(NOTHING_NEW if item.is_returned else NOTHING_TO_SEND)
    item.request.submit(by=by, answer=answer, text=text, value=value)
