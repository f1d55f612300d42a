"""A file comes in as an answer to a request: checked, stored, and a version of a document that never changes again."""

import hashlib

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from clients.file_checks import UploadRefused, check, clean_name
from clients.models import ClientContact, Document, DocumentVersion, InformationRequest, RequestDocument
from clients.storage import new_storage_key
from clients.telling import uploaded
from organizations.models import Membership

__all__ = ["UploadRefused", "other_name", "store_upload"]


@transaction.atomic
def store_upload(
    upload: UploadedFile, *, request: InformationRequest, by: Membership | ClientContact
) -> DocumentVersion:
    """Keep the file and say which version of which document it became. Raises UploadRefused.

    Another file of the same name is the document's next version, an earlier one of it sent again, too. The bytes that
    are its newest version, or that of a document of another name, are that version: see `other_name`.
    """
    content_type, sha256, size = check(upload), _sha256(upload), upload.size
    # The lock lets a double click wait here, and then find what the first press has stored.
    InformationRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    name = clean_name(upload.name)
    if existing := _is_there(request, name, sha256):
        return existing
    key = default_storage.save(new_storage_key(), upload)
    try:
        with transaction.atomic():
            document = _document(request, name, by)
            version = DocumentVersion.objects.create(
                document=document, number=_next_number(document), sha256=sha256, size=size, content_type=content_type,
                storage_key=key, **_uploader(by),
            )  # fmt: skip
            uploaded(request, by=by)
            return version
    except BaseException:
        default_storage.delete(key)
        raise


def other_name(version: DocumentVersion, upload: UploadedFile) -> str:
    """The name under which the file was here already, if that is not the one it has now; else nothing."""
    name = version.document.name
    return "" if name.casefold() == clean_name(upload.name).casefold() else name


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


def _document(request: InformationRequest, name: str, by: Membership | ClientContact) -> Document:
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


def _uploader(by: Membership | ClientContact) -> dict[str, Membership | ClientContact]:
    return {"uploaded_by_member" if isinstance(by, Membership) else "uploaded_by_contact": by}


def _sha256(upload: UploadedFile) -> str:
    """Read piece by piece: a large file is never whole in memory."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
