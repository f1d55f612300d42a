from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.adopting.adoption import adopt
from config.adopting.problems import AdoptionRefused


class Command(BaseCommand):
    help = "Bring a firm's data from elsewhere into one organization, all of it or nothing: docs/adopting.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="one CSV or JSON file a table, organization.json, and files/")
        parser.add_argument("--slug", required=True, help="the firm's address, such as harcourt-pell")
        parser.add_argument("--ids", choices=["keep", "map"], default="map", help="take the ids over, or make new ones")
        parser.add_argument("--dry-run", action="store_true", help="tell everything that is wrong and write nothing")
        parser.add_argument("--existing", action="store_true", help="add to a firm that was not adopted")
        parser.add_argument("--reason", default="", help="what the audit trail says of every row")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        dry = options["dry_run"]
        try:
            outcome = adopt(
                folder, slug=options["slug"], keep_ids=options["ids"] == "keep", dry=dry, existing=options["existing"],
                reason=options["reason"] or f"Adopted from {folder.resolve().name}",
            )  # fmt: skip
        except AdoptionRefused as refusal:
            for problem in refusal.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"{refusal}; nothing was written.") from refusal
        for table, added in outcome.added.items():
            if added:
                self.stdout.write(f"{table}: {added}")
        for email in outcome.invited:
            self.stdout.write(f"Invited: {email}")
        if not any(outcome.added.values()):
            self.stdout.write("Every row is there already; nothing was added.")
        elif dry:
            self.stdout.write("Nothing is wrong. This was a dry run: nothing was written.")
