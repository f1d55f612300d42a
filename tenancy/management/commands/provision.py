import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenancy.addresses import MissingSetting, installation
from tenancy.provision import ProvisionError, provision, script


class Command(BaseCommand):
    help = "Prepare a PostgreSQL server as ADMIN_DATABASE_URL: roles, databases and their rights. Safe to run again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--print", action="store_true", help="print the SQL for psql instead of running it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            wanted = installation(os.environ)
            if options["print"]:
                self.stdout.write(script(wanted))
                return
            refusals = provision(os.environ["ADMIN_DATABASE_URL"], wanted)
        except KeyError as missing:
            raise CommandError(f"{missing.args[0]} is not set.") from missing
        except (MissingSetting, ProvisionError) as error:
            raise CommandError(str(error)) from error
        for refusal in refusals:
            self.stderr.write(refusal)
        self.stdout.write("The server is ready for `manage.py migrate`.")
