from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from schema_changes.linter import RELEASED, lint_ours, record_release


class Command(BaseCommand):
    help = "Refuse migrations that would keep people waiting, or that the running code cannot live with."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--record-release", action="store_true", help="write down that every migration of today has been released"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["record_release"]:
            leaves = record_release()
            self.stdout.write(f"{RELEASED.name} names the last migration of {len(leaves)} apps.")
            return
        findings = lint_ours()
        if findings:
            told = "\n\n".join(map(str, findings))
            raise CommandError(
                f"{told}\n\ndocs/migrations.md explains the recipes and what to say where a rule is wrong."
            )
        self.stdout.write("Nothing here keeps anybody waiting.")
