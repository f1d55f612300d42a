"""Makes coming months' partitions and drops those past their retention."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections, transaction
from django.utils import timezone

from tenancy import partitions


class Command(BaseCommand):
    help = "Make partitions for this month and the next three, and drop those past their retention. Run daily, as the owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="owner")
        parser.add_argument("--keep-all", action="store_true", help="drop nothing")

    def handle(self, *args: Any, database: str, keep_all: bool, **options: Any) -> None:
        today = timezone.now().date()
        with transaction.atomic(using=database), connections[database].cursor() as cursor:
            # A page that reads the table goes first; the next run does what this one could not.
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            for table, keep in settings.TENANCY_PARTITIONED.items():
                for name in partitions.make(cursor, table, today):
                    self.stdout.write(f"{name}: made.")
                if keep and not keep_all:
                    for name in partitions.drop(cursor, table, today, keep=timedelta(days=keep)):
                        self.stdout.write(f"{name}: dropped, older than {keep} days.")
