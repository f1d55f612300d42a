from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clients.firm_archive import ImportRefused
from clients.firm_import import bring
from clients.whole_firm import refuse_without_owner


class Command(BaseCommand):
    help = "Bring a firm that was exported elsewhere into this installation, ids and files: docs/operations.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the zip that the firm's owner downloaded")
        parser.add_argument("--checksum", default="", help="of its manifest, as the firm's page showed it")

    def handle(self, *args: Any, file: Path, checksum: str, **options: Any) -> None:
        refuse_without_owner()
        if settings.TENANCY_CITUS:
            raise CommandError(
                "This installation is a Citus cluster, and a firm cannot be brought into one: nothing was changed. Bring "
                "it into an installation on one machine, and convert that (docs/scaling.md)."
            )
        try:
            with file.open("rb") as opened:
                outcome = bring(opened, checksum=checksum.strip().lower())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except ImportRefused as refused:
            raise CommandError(f"{refused} Nothing was brought in.") from refused
        if outcome.was_here:
            self.stdout.write(f"“{outcome.slug}” is here already; {outcome.files} missing files were brought.")
            return
        for email in outcome.made:
            self.stdout.write(f"Account without a password: {email}")
        self.stdout.write(f"“{outcome.slug}”: {sum(outcome.rows.values())} rows, {outcome.files} files.")
