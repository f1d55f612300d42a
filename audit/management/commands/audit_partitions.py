from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.utils import timezone

from audit.partitions import make_partitions


class Command(BaseCommand):
    help = "Make the audit log's partitions for this month and the next three. Run monthly, as the owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="owner")

    def handle(self, *args: Any, database: str, **options: Any) -> None:
        make_partitions(connections[database], timezone.now().date())
