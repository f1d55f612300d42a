import os
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backups.programs import ProgramFailed
from config.backups.saving import BackupFailed, save
from tenancy.addresses import MissingSetting


class Command(BaseCommand):
    help = "Save both databases and all files into a new folder below FOLDER, with checksums."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, default=0, help="take away the oldest beyond so many; 0 keeps all")
        parser.add_argument(
            "--leave-bucket", action="store_true", help="documents in S3 stay there: the bucket keeps copies of its own"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = save(
                options["folder"], os.environ, settings.VAR_DIR, self.stdout.write,
                keep=options["keep"], leave_bucket=options["leave_bucket"],
            )  # fmt: skip
        except (BackupFailed, BotoCoreError, ClientError, MissingSetting, ProgramFailed, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Saved as {made}")
