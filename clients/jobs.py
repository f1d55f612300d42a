"""Jobs of imports: large ones in parts, and housekeeping of the file store, which reads no table and needs no firm."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from clients import client_import, import_files
from tenancy.jobs import tenant_task


@app.periodic(cron="23 * * * *")
@app.task(name="clients.jobs.discard_abandoned_imports", queue="default", pass_context=False)
def discard_abandoned_imports(timestamp: int = 0) -> None:
    """Delete uploads of imports that nobody finished within a day: their tokens open nothing any more."""
    import_files.discard_older_than(timezone.now() - timedelta(seconds=import_files.DAY))


@tenant_task()
def import_clients(import_id: str) -> None:
    """Write the next part of a large import, and queue the part after it with the same commit."""
    if client_import.go_on(import_id):
        import_clients.enqueue(import_id=import_id)
