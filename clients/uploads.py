"""A file comes in: checked, stored, and a version of a document that never changes again."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from billing.entitlements import entitled
from billing.features import F
from clients.document_handling import begin_handling
from clients.file_checks import UploadRefused, check, clean_name
from clients.models import (
    Client,
    ClientContact,
    Document,
    DocumentIntake,
    DocumentVersion,
    InformationRequest,
    RequestDocument,
    RequestList,
)
from clients.models.document import DocumentQuerySet
from clients.storage import new_storage_key
from clients.telling import uploaded
from conversations.live.topics import publish
from organizations.models import Membership

__all__ = ["UploadRefused", "other_name", "store_for_client", "store_upload", "store_version"]

Person = Membership | ClientContact


@dataclass(frozen=True)
class Examined:
    """A file that may come in."""

    file: File
    name: str
    content_type: str
    sha256: str
    size: int


def examine(upload: File) -> Examined:
    """Raises UploadRefused."""
    return Examined(upload, clean_name(upload.name), check(upload), _sha256(upload), upload.size)


@transaction.atomic
def store_upload(upload: File, *, request: InformationRequest, by: Person) -> DocumentVersion:
    """Keep an answer to a request and say which version of which document it became. Raises UploadRefused.

    Another file of the same name is the document's next version, an earlier one of it sent again, too. The bytes that
    are its newest version, or that of a document of another name, are that version: see `other_name`.
    """
    examined = examine(upload)
    # The lock lets a double click wait here, and then find what the first press has stored.
    InformationRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if existing := _is_there(request, examined.name, examined.sha256):
        return existing
    version = _keep(examined, lambda: _document(request, examined.name, by), by)
    uploaded(request, by=by)
    return version


@transaction.atomic
def store_for_client(
    upload: File, *, client: Client, by: Person, visibility: str, intake: RequestList | None = None
) -> DocumentVersion:
    """Keep a document that answers no request yet; one that came for a list waits there to be matched.

    The same file pressed twice is there once: the same person, name and bytes, waiting for the same list or for none.
    """
    examined = examine(upload)
    Client.objects.select_for_update(of=("self",)).get(pk=client.pk)

    def document() -> Document:
        author = by if isinstance(by, Membership) else None
        new = Document.objects.create(client=client, name=examined.name, visibility=visibility, created_by=author)
        if intake:
            contact = by if isinstance(by, ClientContact) else None
            DocumentIntake.objects.create(document=new, request_list=intake, contact=contact)
        return new

    waiting = DocumentIntake.objects.filter(request_list=intake) if intake else None
    same = DocumentVersion.objects.filter(
        document__client=client, document__name=examined.name, document__deleted_at=None, sha256=examined.sha256,
        document__request_documents=None, document__visibility=visibility, **_uploader(by),
    )  # fmt: skip
    same = (
        same.filter(document__in=waiting.values("document"))
        if waiting is not None
        else same.filter(document__intakes=None)
    )
    return same.select_related("document").first() or _keep(examined, document, by)


@transaction.atomic
def store_version(upload: File, *, document: Document, by: Person) -> DocumentVersion:
    """Keep the document's next version; the bytes that are its newest already stay that one."""
    examined = examine(upload)
    locked = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    newest = locked.versions.order_by("-number").first()
    if newest and newest.sha256 == examined.sha256:
        return newest
    return _keep(examined, lambda: locked, by)


def other_name(version: DocumentVersion, sent_as: str) -> str:
    """The name under which the file was here already, if that is not the one it has now; else nothing."""
    name = version.document.name
    return "" if name.casefold() == clean_name(sent_as).casefold() else name


def same_elsewhere(version: DocumentVersion) -> DocumentQuerySet:
    """Other living documents of the client of which some version is the same file."""
    same = DocumentVersion.objects.filter(sha256=version.sha256, document__client=version.document.client_id)
    return (
        Document.objects.filter(pk__in=same.values("document")).exclude(pk=version.document_id).order_by("created_at")
    )


def _keep(examined: Examined, find_document: Callable[[], Document], by: Person) -> DocumentVersion:
    """Store the bytes and the row; without the row, whenever it is taken back, no bytes stay behind."""
    examined.file.seek(0)
    with transaction.atomic():
        key = default_storage.save(new_storage_key(), examined.file)
        connection.on_rollback(lambda: default_storage.delete(key))  # type: ignore[attr-defined]
        if isinstance(by, Membership) and (refusal := entitled(F.STORAGE, adding=examined.size).reason):
            raise UploadRefused(refusal)  # clients always get their files in: the firm is told, not they
        document = find_document()
        version = DocumentVersion.objects.create(
            document=document, number=_next_number(document), sha256=examined.sha256, size=examined.size,
            content_type=examined.content_type, storage_key=key, **_uploader(by),
        )  # fmt: skip
        begin_handling(version)
        publish("document", document.pk)
        return version


def _is_there(request: InformationRequest, name: str, sha256: str) -> DocumentVersion | None:
    """The newest version of the document of this name if it is this file; else of any, if none has the name."""
    newest = _newest(request)
    named = newest.filter(document__name__iexact=name)
    return (named if named.exists() else newest).filter(sha256=sha256).order_by("created_at").first()


def _newest(request: InformationRequest) -> QuerySet[DocumentVersion]:
    """What the client has on this request already, as it is now. A firm-only document stays unmentioned."""
    numbers = DocumentVersion.objects.filter(document=OuterRef("document")).order_by("-number").values("number")
    versions = DocumentVersion.objects.filter(document__in=_documents(request), number=Subquery(numbers[:1]))
    return versions.select_related("document")


def _documents(request: InformationRequest) -> QuerySet[Document]:
    return Document.objects.filter(request_documents__request=request, visibility=Document.Visibility.SHARED)


def _document(request: InformationRequest, name: str, by: Person) -> Document:
    """The document of this name on the request, locked, or a new one."""
    same = _documents(request).filter(name__iexact=name).order_by("created_at").values("pk")[:1]
    if document := Document.objects.select_for_update().filter(pk__in=same).first():
        return document
    document = Document.objects.create(
        client_id=request.request_list.client_id, name=name, created_by=by if isinstance(by, Membership) else None
    )
    RequestDocument.objects.create(request=request, document=document)
    return document


def _next_number(document: Document) -> int:
    return (document.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def _uploader(by: Person) -> dict[str, Person]:
    return {"uploaded_by_member" if isinstance(by, Membership) else "uploaded_by_contact": by}


def _sha256(upload: File) -> str:
    """Made while the file came in, or read piece by piece now: a large file is never whole in memory."""
    if made := getattr(upload, "sha256", ""):
        return made
    digest = hashlib.sha256()
    upload.seek(0)
    while piece := upload.read(1024 * 1024):
        digest.update(piece)
    upload.seek(0)
    return digest.hexdigest()
