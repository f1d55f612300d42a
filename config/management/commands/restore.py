import os
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backups.programs import ProgramFailed
from config.backups.restoring import restore
from config.backups.saving import BackupFailed
from tenancy.addresses import MissingSetting
from tenancy.provision import ProvisionError


class Command(BaseCommand):
    help = "Bring a folder made by `manage.py backup` back, as ADMIN_DATABASE_URL, into empty databases and folders."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("saved", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refusals = restore(options["saved"], os.environ, settings.VAR_DIR, self.stdout.write)
        except KeyError as missing:
            raise CommandError(f"{missing.args[0]} is not set.") from missing
        except (
            BackupFailed, BotoCoreError, ClientError, MissingSetting, ProgramFailed, ProvisionError, OSError,
        ) as error:  # fmt: skip
            raise CommandError(str(error)) from error
        for refusal in refusals:
            self.stderr.write(refusal)
        self.stdout.write("Restored. Now: manage.py migrate, check --database owner, prove_isolation.")
