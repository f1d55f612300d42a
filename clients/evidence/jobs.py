"""Making a large package apart from the page that asked for it."""

import tempfile
import time
from collections.abc import Iterable
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

from clients.document_openings import note_packed
from clients.document_purge import discard_package
from clients.evidence.contents import gather
from clients.evidence.papers import papers_of
from clients.evidence.zipping import FileChanged, zipped
from clients.models import EvidencePackage
from clients.storage import new_storage_key
from organizations import retention
from tenancy.context import tenant
from tenancy.jobs import tenant_task

State = EvidencePackage.State
TOLD_EVERY = 1.0


@tenant_task(in_parts=True)
def build_package(organization_id: str, package_id: str) -> None:
    """Zip onto the disk, then into the store. What a worker that died has begun is begun again."""
    with tenant(organization_id):
        packages = EvidencePackage.objects.select_related("client", "request_list", "created_by", "organization")
        package = packages.filter(pk=package_id, state=State.BUILDING).first()
        if package is None or package.created_by is None:
            return
        with timezone.override(package.organization.zone):
            contents = gather(package.client, package.request_list, seen_by=package.created_by)
            papers = papers_of(contents, package)
        note_packed(package, contents)
        key = new_storage_key()
        _told(
            organization_id,
            package_id,
            files=len(contents.entries),
            size=contents.size,
            manifest_sha256=papers.manifest_sha256,
        )
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as made:
        try:
            _write(made, zipped(contents.entries, papers.by_path, each=_Progress(organization_id, package_id)))
        except (FileChanged, FileNotFoundError):
            return _told(organization_id, package_id, state=State.FAILED, finished_at=timezone.now())
        made.seek(0)
        key = default_storage.save(key, File(made))
    done = {"state": State.READY, "storage_key": key, "files_done": len(contents.entries)}
    _told(organization_id, package_id, **done, finished_at=timezone.now())
    with tenant(organization_id):
        discard_package.enqueue_in(int(retention.kept_for("packages").total_seconds()) + 1, package_id=package_id)


def _write(made: IO[bytes], pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        made.write(piece)


class _Progress:
    """Tells the row now and then how many files are done."""

    def __init__(self, organization_id: str, package_id: str) -> None:
        self.organization_id, self.package_id, self.done, self.told_at = (
            organization_id,
            package_id,
            0,
            time.monotonic(),
        )

    def __call__(self) -> None:
        self.done += 1
        if time.monotonic() - self.told_at > TOLD_EVERY:
            self.told_at = time.monotonic()
            _told(self.organization_id, self.package_id, files_done=self.done)


def _told(organization_id: str, package_id: str, **changes: object) -> None:
    with tenant(organization_id):
        EvidencePackage.objects.filter(pk=package_id).update(**changes)
