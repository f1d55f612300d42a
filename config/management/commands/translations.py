from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = (
        "Brings the catalogues of the portal's languages up to date; --check says what is missing and changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        try:
            from config import catalogues
        except ImportError as error:
            raise CommandError("This needs Babel: install requirements-dev.txt.") from error
        words = catalogues.gathered()
        for language in catalogues.LANGUAGES:
            if not check:
                catalogues.write(language, words)
            if faults := catalogues.faults(language, words):
                listed = "\n".join(f"  {fault}" for fault in faults)
                raise CommandError(f"{language} is not complete. Run manage.py translations and fill in:\n{listed}")
            self.stdout.write(f"{language} is complete.")
