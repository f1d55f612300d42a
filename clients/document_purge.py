"""What was deleted long ago goes for good, files and all; and packages nobody needs any more lose their zip.

Each has a job of its own from the moment it is deleted, or made. A job that comes too early, because the row was
restored and deleted again, does nothing: the later deletion has a later job.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone

from audit import log
from clients.models import Document, DocumentContent, EvidencePackage
from organizations import retention
from tenancy.jobs import tenant_task

#: Rules of the apps above, asked of a client: while one holds, nothing of the client is purged.
holds: list[Callable[[UUID], bool]] = []
#: What may not go yet is looked at again after this.
LATER = timedelta(days=30)


RETENTION = retention.Kind(
    "documents",
    "Deleted documents",
    "Can be restored for so long, then they go with their files; one that a workpaper shows stays.",
    lambda: settings.DELETED_DOCUMENTS_KEPT_DAYS,
    lambda before: sweep(before),
)


PACKAGES = retention.Kind(
    "packages",
    "Packages of evidence",
    "Then the zip goes; its checksums stay, so that a copy somebody kept can still be verified.",
    lambda: settings.PACKAGES_KEPT_DAYS,
    lambda before: discard_packages(before),
)


def kept_for() -> timedelta:
    return retention.kept_for("documents")


@tenant_task()
def purge_document(document_id: str) -> None:
    """Unless it was restored, a workpaper still shows it, or its client is on hold."""
    deleted = Document.with_deleted.select_for_update(of=("self",)).exclude(deleted_at=None)
    document = deleted.filter(pk=document_id, deleted_at__lte=timezone.now() - kept_for()).first()
    if document is not None and not _is_purged(document):
        purge_document.enqueue_in(int(LATER.total_seconds()), document_id=document.pk)


def sweep(before: datetime) -> None:
    """For a firm that keeps them less long than it did when they were deleted. What may not go is left for its own job."""
    for document in Document.with_deleted.select_for_update(of=("self",)).filter(deleted_at__lte=before):
        _is_purged(document)


def _is_purged(document: Document) -> bool:
    keys = _keys(document)
    try:
        if any(is_held(document.client_id) for is_held in holds):
            raise ProtectedError("On hold.", {document})
        with transaction.atomic():
            log.record("purge", document, name=document.name, files=len(keys))
            document.delete()
    except ProtectedError:
        return False
    transaction.on_commit(lambda: _delete(keys))
    return True


@tenant_task()
def discard_package(package_id: str) -> None:
    """Unless the firm keeps them longer by now: then a later night finds it."""
    before = timezone.now() - retention.kept_for("packages")
    _discard(EvidencePackage.objects.filter(pk=package_id, finished_at__lte=before))


def discard_packages(before: datetime) -> None:
    _discard(EvidencePackage.objects.filter(finished_at__lte=before))


def _discard(packages: "QuerySet[EvidencePackage]") -> None:
    """The zips go; the rows stay."""
    for package in packages.exclude(storage_key="").select_for_update(of=("self",)):
        if not any(is_held(package.client_id) for is_held in holds):
            key = package.storage_key
            EvidencePackage.objects.filter(pk=package.pk).update(storage_key="")
            transaction.on_commit(partial(_delete, [key]))


def _keys(document: Document) -> list[str]:
    contents = DocumentContent.objects.filter(document=document).exclude(thumbnail_key="")
    return [
        *document.versions.values_list("storage_key", flat=True), *contents.values_list("thumbnail_key", flat=True)
    ]  # fmt: skip


def _delete(keys: list[str]) -> None:
    for key in keys:
        default_storage.delete(key)
