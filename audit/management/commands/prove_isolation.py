"""Probes the running installation's walls; fails if one of them has a hole."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.isolation_proof import keep, prove


class Command(BaseCommand):
    help = "Ask the running database, as the application's role, whether it keeps firms apart. Safe in production."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--organization", type=UUID, action="append", default=[], metavar="ID",
            help="also look from inside this firm for rows of others; may be given more than once",
        )  # fmt: skip

    def handle(self, *args: Any, organization: list[UUID], verbosity: int, **options: Any) -> None:
        proof = prove(organization)
        for probe in proof.probes:
            if probe.answered and (verbosity > 1 or not probe.passed):
                self.stdout.write(f"{'pass' if probe.passed else 'FAIL'}  {probe.table:32}  {probe.question}")
                if probe.said and not probe.passed:
                    self.stdout.write(f"      {probe.said}")
            elif not probe.answered:
                self.stdout.write(f"?     {probe.table:32}  {probe.question}: {probe.said}")
        kept = keep(proof)
        self.stdout.write(f"{kept} in {proof.milliseconds} ms, {kept.created_at:%Y-%m-%d %H:%M} UTC")
        if proof.failures:
            raise CommandError(f"{len(proof.failures)} probes failed: firms are not kept apart as promised.")
        if proof.unanswered:
            raise CommandError(f"{len(proof.unanswered)} probes got no answer, for the server was busy. Run it again.")
