import os
from typing import Any

import psycopg
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from config.site_split import MissingSetting, Place, ProvisionError, SplitRefused, drop, move, place
from config.site_undo import undo
from tenancy.provision import one_line

ALIAS = "marketing_target"


class Command(BaseCommand):
    help = "Move the marketing site's tables from the application's database to one of their own. Safe to run again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to",
            metavar="URL",
            help="the new database, as tickmark_marketing_owner; its password only on another server",
        )
        after = parser.add_mutually_exclusive_group()
        after.add_argument("--drop", action="store_true", help="after the move: remove the old tables")
        after.add_argument("--undo", action="store_true", help="after the move: open the old tables for writing again")
        parser.add_argument("--discard", action="store_true", help="with --undo: give up what the new database holds")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["undo"]:
                undo(os.environ, options["to"] or "", self.stdout.write, discard=options["discard"])
            elif not options["to"]:
                raise CommandError("Say where to: --to postgresql://tickmark_marketing_owner:password@host/name.")
            elif options["drop"]:
                drop(os.environ, place(options["to"], os.environ), self.stdout.write)
            else:
                move(os.environ, place(options["to"], os.environ), migrate, self.stdout.write)
        except (MissingSetting, ProvisionError, SplitRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        except psycopg.Error as error:
            raise CommandError(f"The database refused: {one_line(error)}. Run the command again.") from error


def migrate(target: Place) -> None:
    """Make the site's tables in the new database."""
    parts = psycopg.conninfo.conninfo_to_dict(target.address)
    given = {"USER": parts.get("user"), "PASSWORD": parts.get("password", ""), "OPTIONS": extra(parts)}
    known = {"NAME": target.database, "HOST": target.host, "PORT": target.port, **given}
    connections.settings[ALIAS] = {**connections.settings["marketing"], **known}
    try:
        call_command("migrate", database=ALIAS, interactive=False, verbosity=0)
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def extra(parts: dict[str, Any]) -> dict[str, Any]:
    """What an address says besides the place: sslmode and its like."""
    return {key: value for key, value in parts.items() if key not in ("user", "password", "host", "port", "dbname")}
