"""Housekeeping of the file store. It reads no table, so it needs no firm."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from clients import import_files


@app.periodic(cron="23 * * * *")
@app.task(name="clients.jobs.discard_abandoned_imports", queue="default", pass_context=False)
def discard_abandoned_imports(timestamp: int = 0) -> None:
    """Delete uploads of imports that nobody finished within a day: their tokens open nothing any more."""
    import_files.discard_older_than(timezone.now() - timedelta(seconds=import_files.DAY))
