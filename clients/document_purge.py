"""What was deleted long ago goes for good, files and all; and packages nobody needs any more lose their zip.

Each has a job of its own from the moment it is deleted, or made. A job that comes too early, because the row was
restored and deleted again, does nothing: the later deletion has a later job.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from audit import log
from clients.models import Document, DocumentContent, EvidencePackage
from tenancy.jobs import tenant_task

#: Rules of the apps above, asked of a client: while one holds, nothing of the client is purged.
holds: list[Callable[[UUID], bool]] = []
#: What may not go yet is looked at again after this.
LATER = timedelta(days=30)


def kept_for() -> timedelta:
    return timedelta(days=settings.DELETED_DOCUMENTS_KEPT_DAYS)


@tenant_task()
def purge_document(document_id: str) -> None:
    """Unless it was restored, a workpaper still shows it, or its client is on hold."""
    deleted = Document.with_deleted.select_for_update(of=("self",)).exclude(deleted_at=None)
    document = deleted.filter(pk=document_id, deleted_at__lte=timezone.now() - kept_for()).first()
    if document is None:
        return
    keys = _keys(document)
    try:
        if any(is_held(document.client_id) for is_held in holds):
            raise ProtectedError("On hold.", {document})
        with transaction.atomic():
            log.record("purge", document, name=document.name, files=len(keys))
            document.delete()
    except ProtectedError:
        purge_document.enqueue_in(int(LATER.total_seconds()), document_id=document.pk)
        return
    transaction.on_commit(lambda: _delete(keys))


@tenant_task()
def discard_package(package_id: str) -> None:
    """The zip goes; the row stays, so that a copy somebody kept can still be verified."""
    package = EvidencePackage.objects.select_for_update(of=("self",)).filter(pk=package_id).first()
    if package is None or not package.storage_key:
        return
    key = package.storage_key
    EvidencePackage.objects.filter(pk=package.pk).update(storage_key="")
    transaction.on_commit(lambda: _delete([key]))


def _keys(document: Document) -> list[str]:
    contents = DocumentContent.objects.filter(document=document).exclude(thumbnail_key="")
    return [
        *document.versions.values_list("storage_key", flat=True), *contents.values_list("thumbnail_key", flat=True)
    ]  # fmt: skip


def _delete(keys: list[str]) -> None:
    for key in keys:
        default_storage.delete(key)
