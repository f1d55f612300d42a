"""The contact answers a request: files come in, an upload is taken back, the whole is sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients import document_changes
from clients.file_checks import clean_name, format_note
from clients.models import ClientContact, Document, DocumentVersion, InformationRequest, RequestDocument, RequestSample
from clients.models.answer_type import AnswerType
from clients.models.request_lifecycle import TransitionRefused
from clients.models.request_status import Answer
from clients.uploads import UploadRefused, other_name, same_elsewhere, store_upload
from conversations.live.topics import publish
from portal.items import File as Shown
from portal.items import Item, shared_documents
from portal.typed_answers import TypedAnswer, keep_rows, row_words

NOTHING_TO_SEND = gettext_lazy("There is nothing to send yet: add a file, or write your answer below.")
NOTHING_NEW = gettext_lazy("Nothing was added since this came back: add what is missing, or write an answer below.")


@dataclass(frozen=True)
class Received:
    """What became of one file. Without a refusal it is here; `note` says so if it was before, under another name.

    `advice` is about a file that was added: it is not in the format asked for, or was sent for something else already.
    """

    name: str
    error: str = ""
    note: str = ""
    advice: str = ""


def receive(uploads: Iterable[UploadedFile], *, request: InformationRequest, by: ClientContact) -> list[Received]:
    """Keep each file that may come in; a refused one does not lose the others."""
    return [_receive_one(upload, request, by) for upload in uploads]


def _receive_one(upload: UploadedFile, request: InformationRequest, by: ClientContact) -> Received:
    try:
        version = store_upload(upload, request=request, by=by)
    except UploadRefused as refused:
        return Received(clean_name(upload.name), str(refused))
    return received_as(version, upload.name or "", request, by)


def received_as(version: DocumentVersion, sent_as: str, request: InformationRequest, by: ClientContact) -> Received:
    name = clean_name(sent_as)
    advice = format_note(name, request.expected_format) or _sent_elsewhere(version, by)
    return Received(name, note=_note(version, sent_as), advice=advice)


def _sent_elsewhere(version: DocumentVersion, by: ClientContact) -> str:
    """The same file on another request the contact sees: it may answer both, and need not be sent again."""
    same = same_elsewhere(version).filter(pk__in=shared_documents(by).values("pk"))
    pair = RequestDocument.objects.filter(document__in=same).select_related("request").first()
    return _("You sent the same file already for “%(title)s”.") % {"title": pair.request.title[:80]} if pair else ""


def _note(version: DocumentVersion, sent_as: str) -> str:
    if not (name := other_name(version, sent_as)):
        return ""
    if version.uploaded_by_contact_id:
        return _("You already sent this as “%(name)s”.") % {"name": name}
    return _("This is here already as “%(name)s”.") % {"name": name}


def receive_rows(form: TypedAnswer, *, files: Any, by: ClientContact) -> list[Received]:
    """Keep what was filled into a table of samples, and the files of its rows. Names the files that were refused."""
    refused: list[Received] = []

    def store(sample: RequestSample, upload: UploadedFile) -> None:
        try:
            sample.document = store_upload(upload, request=form.request, by=by).document
        except UploadRefused as reason:
            refused.append(Received(clean_name(upload.name), f"{row_words(sample)}: {reason}"))
        else:
            sample.save(update_fields=["document"])

    keep_rows(form, store, files)
    return refused


@transaction.atomic
def take_back(file: Shown) -> None:
    """Remove an upload that was not sent yet. An earlier version, which was, comes back in its place.

    Raises InUse where the firm works with it already.
    """
    document, version = file.version.document, file.version
    elsewhere = RequestDocument.objects.filter(document=document).exclude(request=file.request)
    if elsewhere.exists():
        RequestDocument.objects.filter(document=document, request=file.request).delete()
    elif version.number == 1:
        document_changes.hold(document)
        Document.objects.filter(pk=document.pk).update(deleted_at=timezone.now())
    else:
        document_changes.hold(document, version)
        version.delete()
        transaction.on_commit(lambda: default_storage.delete(version.storage_key))
    publish("document", document.pk)


def send_answer(item: Item, *, by: ClientContact, answer: str, text: str, value: Any = None) -> None:
    """Hand the request over to the firm. Raises TransitionRefused."""
    is_of_files = item.request.answer_type == AnswerType.FILES
    if answer == Answer.PROVIDED and is_of_files and not text.strip() and not item.has_news:
        raise TransitionRefused(NOTHING_NEW if item.came_back else NOTHING_TO_SEND)
    item.request.submit(by=by, answer=answer, text=text, value=value)
