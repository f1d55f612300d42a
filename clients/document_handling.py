"""What begins when a version is stored: it is checked for viruses where a scanner is set, and read for the search."""

from django.conf import settings

from clients.document_jobs import read_document, scan_version
from clients.models import DocumentContent, DocumentScan, DocumentVersion


def begin_handling(version: DocumentVersion) -> None:
    document = version.document
    DocumentContent.objects.update_or_create(
        document=document,
        defaults={
            "version": version, "name": document.name, "state": DocumentContent.State.WAITING, "text": "",
            "pages": None, "cut_at": None, "thumbnail_key": "",
        },
    )  # fmt: skip
    if settings.SCANNER_ADDRESS:
        DocumentScan.objects.create(version=version)
        scan_version.enqueue(version_id=version.pk)  # reads it once it is clean
    else:
        read_document.enqueue(version_id=version.pk)
