"""What was deleted goes for good, when nothing needs it any more; and no file outlives a transaction that failed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from audit.models import AuditLog
from clients import document_changes
from clients.document_purge import RETENTION, discard_package, kept_for, purge_document
from clients.models import Document, EvidencePackage
from clients.uploads import store_upload
from tests.cast import PDF, Cast
from tests.jobs import run_jobs
from workspaces.models import Binder, Workpaper

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "clients.storage.DocumentStorage", "OPTIONS": {"location": str(tmp_path)}}
    }
    yield tmp_path


def files(store: Path) -> int:
    return sum(path.is_file() for path in store.rglob("*"))


@pytest.fixture
def deleted(cast: Cast, store: Path) -> Document:
    """Sent, read and deleted, and the time for second thoughts is over."""
    with cast.ours.inside():
        upload = SimpleUploadedFile("Old ledger.pdf", PDF)
        document = store_upload(upload, request=cast.ours.pending, by=cast.ours.ana).document
        document_changes.delete(document)
        Document.with_deleted.filter(pk=document.pk).update(deleted_at=timezone.now() - kept_for())
    assert files(store) == 1
    return document


def is_there(cast: Cast, document: Document) -> bool:
    with cast.ours.inside():
        return Document.with_deleted.filter(pk=document.pk).exists()


def purge(captured: Any) -> None:
    with captured(execute=True):
        run_jobs(later=timedelta(days=RETENTION.usual() + 1))


def test_a_document_deleted_long_ago_goes_with_its_files(
    cast: Cast, deleted: Document, store: Path, django_capture_on_commit_callbacks: Any
) -> None:
    run_jobs()
    assert is_there(cast, deleted), "Nobody purges before its time."
    purge(django_capture_on_commit_callbacks)
    assert not is_there(cast, deleted) and files(store) == 0
    with cast.ours.inside():
        assert AuditLog.objects.get(action="purge", resource_id=deleted.pk).new_values["name"] == "Old ledger.pdf"


@pytest.mark.parametrize("why", ["restored", "on hold", "shown by a workpaper"])
def test_what_somebody_needs_stays(
    cast: Cast, deleted: Document, store: Path, why: str, django_capture_on_commit_callbacks: Any
) -> None:
    with cast.ours.inside():
        if why == "restored":
            document_changes.restore(deleted)
        elif why == "on hold":
            hold = {"legal_hold_at": timezone.now(), "legal_hold_by": cast.ours.owner, "legal_hold_reason": "Suit"}
            Binder.objects.filter(pk=cast.ours.binder.pk).update(**hold)
        else:
            Workpaper.objects.filter(pk=cast.ours.workpaper.pk).update(document=deleted)
    with django_capture_on_commit_callbacks(execute=True):
        purge_document.run(organization_id=str(cast.ours.organization.pk), document_id=str(deleted.pk))
    assert is_there(cast, deleted) and files(store) >= 1


def test_the_zip_of_a_package_goes_and_its_row_stays(
    cast: Cast, sign_in: Any, store: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with cast.ours.inside():
        key = f"org/{cast.ours.organization.pk}/ab/zip"
        EvidencePackage.objects.filter(pk=cast.ours.package.pk).update(
            state="ready", storage_key=key, finished_at=timezone.now() - timedelta(days=31)
        )
    (store / key).parent.mkdir(parents=True)
    (store / key).write_bytes(b"PK")
    with django_capture_on_commit_callbacks(execute=True):
        discard_package.run(organization_id=str(cast.ours.organization.pk), package_id=str(cast.ours.package.pk))
    assert files(store) == 0
    page = sign_in(cast.ours.member).get(cast.ours.url("evidence_package", package_id=cast.ours.package.pk))
    assert "can still have it verified" in page.text
    download = cast.ours.url("evidence_package_download", package_id=cast.ours.package.pk)
    assert sign_in(cast.ours.member).get(download).status_code == 302


def test_a_transaction_that_fails_after_the_upload_leaves_no_file(cast: Cast, store: Path) -> None:
    upload = SimpleUploadedFile("Ledger.pdf", PDF)
    with cast.ours.inside(), pytest.raises(ZeroDivisionError), transaction.atomic():
        store_upload(upload, request=cast.ours.pending, by=cast.ours.ana)
        assert files(store) == 1
        raise ZeroDivisionError
    assert files(store) == 0
