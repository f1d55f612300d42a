"""Work on stored files, apart from the page that stored them. None of it holds a transaction while it reads a file."""

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, transaction
from django.utils import timezone
from psycopg.errors import ProgramLimitExceeded

from clients.extraction import LENGTHS, Found, extract
from clients.models import DocumentContent, DocumentScan, DocumentVersion, PartialUpload
from clients.scanner import ScannerDown, finding
from clients.storage import new_storage_key
from conversations.live.topics import publish
from tenancy.context import tenant
from tenancy.jobs import tenant_task

#: A scanner that is down is asked again after a minute, two, four, … and then every ten minutes.
LONGEST_WAIT = 600
KEPT_FOR = timedelta(days=2)
#: Nobody waits for the words of a file as one waits for a mail.
CAN_WAIT = -10


@tenant_task(in_parts=True)
def scan_version(organization_id: str, version_id: str) -> None:
    """Hold the file until the scanner calls it clean. A scanner that is down keeps it held, and is asked again."""
    with tenant(organization_id):
        version = DocumentVersion.objects.filter(pk=version_id, scans__state=DocumentScan.State.WAITING).first()
    if version is None:
        return
    try:
        with default_storage.open(version.storage_key) as file:
            found = finding(file)
    except ScannerDown:
        return _ask_again(organization_id, version)
    with tenant(organization_id):
        state = DocumentScan.State.INFECTED if found else DocumentScan.State.CLEAN
        DocumentScan.objects.filter(version=version).update(state=state, finding=found[:200], scanned_at=timezone.now())
        publish("document", version.document_id)
        if not found:
            read_document.enqueue(version_id=version.pk)


def _ask_again(organization_id: str, version: DocumentVersion) -> None:
    with tenant(organization_id):
        scan = DocumentScan.objects.select_for_update().get(version=version)
        scan.tries += 1
        scan.save(update_fields=["tries"])
        scan_version.enqueue_in(min(60 * 2 ** min(scan.tries - 1, 8), LONGEST_WAIT), version_id=version.pk)


@tenant_task(in_parts=True, priority=CAN_WAIT)
def read_document(organization_id: str, version_id: str) -> None:
    """Take out words, pages and a small picture, for the search and the previews. Only the newest version counts."""
    with tenant(organization_id):
        content = DocumentContent.objects.select_related("version").filter(version=version_id, state="waiting").first()
        if content is None or content.version.is_held:
            return
        thumbnail_key = new_storage_key()
    version = content.version
    try:
        with default_storage.open(version.storage_key) as file:
            found = extract(file, version.content_type)
    except FileNotFoundError:
        found = Found()
    thumbnail = default_storage.save(thumbnail_key, ContentFile(found.thumbnail)) if found.thumbnail else ""
    state = DocumentContent.State.READ if found.is_read else DocumentContent.State.UNREADABLE
    with tenant(organization_id):
        _keep_what_fits(version_id, found, state=state, pages=found.pages, thumbnail_key=thumbnail)
        publish("document", version.document_id)


def _keep_what_fits(version_id: str, found: Found, **values: Any) -> None:
    """As much of the text as the search column takes: its size is that of the different words, which only it knows."""
    rows = DocumentContent.objects.filter(version=version_id)
    for length in LENGTHS:
        text = found.text[:length]
        values |= {"text": text, "cut_at": len(text) if found.is_cut or text != found.text else None}
        try:
            with transaction.atomic():
                rows.update(**values)
            return
        except OperationalError as error:
            if not isinstance(error.__cause__, ProgramLimitExceeded):
                raise


@tenant_task()
def discard_partial_upload(upload_id: str) -> None:
    """An upload nobody has gone on with for two days goes, with its pieces; one that still grows is looked at again."""
    upload = PartialUpload.objects.select_for_update(of=("self",)).filter(pk=upload_id).first()
    if upload is None:
        return
    if upload.last_piece_at > timezone.now() - KEPT_FOR:
        discard_partial_upload.enqueue_in(int(KEPT_FOR.total_seconds()), upload_id=upload.pk)
        return
    upload.discard()
