"""Django's `migrate`, which does not make a whole site queue behind it."""

from typing import Any

from django.apps import apps
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connections, router

from schema_changes.models_in_place import models_in_place
from schema_changes.patience import GaveUp, Patience, impatient_locks, insist


def only_app_of(alias: str) -> str | None:
    """The app that has this database to itself, if one has: to go through the others there changes nothing, slowly."""
    here = [app.label for app in apps.get_app_configs() if router.allow_migrate(alias, app.label)]
    return here[0] if len(here) == 1 else None


class Command(migrate.Command):
    waiting = ""
    atomic = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        usual = Patience()
        parser.add_argument(
            "--lock-timeout", type=float, default=usual.seconds, help="seconds to queue for a table; 0 for ever"
        )
        parser.add_argument("--lock-attempts", type=int, default=usual.attempts, help="how often to queue")
        parser.add_argument(
            "--lock-pause", type=float, default=usual.pause, help="seconds before the second time, doubling"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        options["app_label"] = options["app_label"] or only_app_of(options["database"])
        options["run_syncdb"] = options["run_syncdb"] and not options["app_label"]
        patience = Patience(options["lock_timeout"], options["lock_attempts"], options["lock_pause"])
        connection = connections[options["database"]]

        def migrate_once() -> None:
            with impatient_locks(connection, patience.seconds), models_in_place():
                super(Command, self).handle(*args, **options)

        try:
            insist(migrate_once, patience, self.tell)
        except GaveUp as error:
            done = "nothing of it was done" if self.atomic else "a part of it may be done, for it is not atomic"
            raise CommandError(
                f"{self.waiting or 'The migration'} could not have its table in {patience.attempts} attempts, and {done}. "
                "Look in pg_stat_activity for long transactions, then run migrate again."
            ) from error

    def migration_progress_callback(self, action: str, migration: Any | None = None, fake: bool = False) -> None:
        if migration is not None and action in ("apply_start", "unapply_start"):
            self.waiting, self.atomic = f"{migration.app_label}.{migration.name}", migration.atomic
        super().migration_progress_callback(action, migration, fake)

    def tell(self, what: str) -> None:
        self.stdout.write(f"\n  {self.waiting or 'migrate'}: {what}.")
