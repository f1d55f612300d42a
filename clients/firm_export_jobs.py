"""Making a firm's export apart from the page that asked for it, and deleting it when its week is over."""

import tempfile
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from audit import log
from clients import firm_export
from clients.firm_moment import now_and_then
from clients.models import FirmExport
from clients.models.firm_export import KEPT
from clients.storage import new_storage_key
from tenancy.context import tenant
from tenancy.jobs import tenant_task

State = FirmExport.State


@tenant_task(retry=0, in_parts=True)
def make_firm_export(organization_id: str, firm_export_id: str) -> None:
    """Zip onto the disk, then into the store. Run a second time, its worker has died: it can be asked for again."""
    if not _told(organization_id, firm_export_id, State.WAITING, state=State.RUNNING, parts=len(firm_export.tables())):
        _told(organization_id, firm_export_id, State.RUNNING, state=State.FAILED)
        return
    tell = now_and_then(partial(_told, organization_id, firm_export_id, State.RUNNING))
    try:
        with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
            with tenant(organization_id) as context:
                key, firm = new_storage_key(), context.tenant
            assert firm  # noqa: S101 (entered)
            written = firm_export.write(file, firm, tell)
            size = file.tell()
            file.seek(0)
            default_storage.save(key, File(file))
    except Exception:
        _told(organization_id, firm_export_id, State.RUNNING, state=State.FAILED)
        raise
    done: dict[str, Any] = {"parts": written.parts, "parts_done": written.parts, "rows": written.rows, "size": size}
    done |= {"manifest_sha256": written.checksum, "storage_key": key, "finished_at": timezone.now()}
    if not _told(organization_id, firm_export_id, State.RUNNING, state=State.READY, **done):
        default_storage.delete(key)  # nobody waits for it any more: the firm is gone, or it took too long
        return
    with tenant(organization_id):
        discard_firm_export.enqueue_in(int(KEPT.total_seconds()), firm_export_id=firm_export_id)


def _told(organization_id: str, firm_export_id: str, was: str, **values: Any) -> int:
    with tenant(organization_id):
        return FirmExport.objects.filter(pk=firm_export_id, state=was).update(**values)


@tenant_task()
def discard_firm_export(firm_export_id: str) -> None:
    """Row and file; that it was made and who took it stays in the trail."""
    export = FirmExport.objects.select_for_update(of=("self",)).filter(pk=firm_export_id).first()
    if export is None:
        return
    key = export.storage_key
    log.record("purge", export, what="firm export")
    export.delete()
    if key:
        transaction.on_commit(lambda: default_storage.delete(key))
