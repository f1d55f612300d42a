"""Makes coming months' partitions and drops those past their retention."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connections, router, transaction
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from tenancy import partitions

OWNERS = ("owner", "marketing_owner")


class Command(BaseCommand):
    help = (
        "Make partitions for this month and the next three, and drop those past their retention, wherever this process "
        "has an owner's address. Safe to run again; run it daily."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", help="only the tables of this one")
        parser.add_argument("--keep-all", action="store_true", help="drop nothing")

    def handle(self, *args: Any, database: str | None, keep_all: bool, **options: Any) -> None:
        aliases = [database] if database else [alias for alias in OWNERS if alias in settings.DATABASES]
        if not aliases:
            raise CommandError(
                "Set OWNER_DATABASE_URL, MARKETING_OWNER_DATABASE_URL or both: partitions are the owner's."
            )
        today = timezone.now().date()
        busy = [
            table
            for alias in aliases
            for table, keep in tables(alias)
            if not self.is_brought_up_to_date(alias, table, today, keep=0 if keep_all else keep)
        ]
        if busy:
            raise CommandError(f"In use: {', '.join(busy)}. The others are done; run it again.")

    def is_brought_up_to_date(self, alias: str, table: str, today: date, *, keep: int) -> bool:
        """Each by itself: one that pages keep busy holds up no other. Pages go first."""
        try:
            with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '5s'")
                self.bring_up_to_date(cursor, table, today, keep=keep)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            return False
        return True

    def bring_up_to_date(self, cursor: Any, table: str, today: date, *, keep: int) -> None:
        for name in partitions.make(cursor, table, today):
            self.stdout.write(f"{name}: made.")
        if keep:
            for name in partitions.drop(cursor, table, today, keep=timedelta(days=keep)):
                self.stdout.write(f"{name}: dropped, older than {keep} days.")


def tables(alias: str) -> Iterator[tuple[str, int]]:
    """Those that lie in this database, with the days they are kept."""
    for label, keep in settings.TENANCY_PARTITIONED.items():
        model = apps.get_model(label)
        if router.allow_migrate_model(alias, model):
            yield model._meta.db_table, keep
