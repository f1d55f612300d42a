import os
import re
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from psycopg import Error
from psycopg.conninfo import conninfo_to_dict

from tenancy.distribution.apply import Conversion, DistributionError, connected
from tenancy.distribution.plan import Target
from tenancy.distribution.rules import keys
from tenancy.expected import parameters, tenant_tables
from tenancy.isolation import table_hooks


class Command(BaseCommand):
    help = "Spread the firms' tables over the nodes of a Citus cluster. Prints the plan; --apply carries it out."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="run the steps that are not done yet")
        parser.add_argument("--dry-run", action="store_true", help="print the steps as SQL; the default")
        parser.add_argument("--keys", action="store_true", help="say of every key whether it carries the organization")
        parser.add_argument("--shard-count", type=int, default=32)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["apply"] and options["dry_run"]:
            raise CommandError("Give --apply or --dry-run, not both.")
        try:
            owner_url, admin_url = os.environ["OWNER_DATABASE_URL"], os.environ["ADMIN_DATABASE_URL"]
            database = conninfo_to_dict(owner_url)["dbname"]
            with connected(owner_url) as owner, connected(admin_url, dbname=database) as superuser:
                conversion = Conversion(owner, superuser, parameters(), target(options["shard_count"]))
                self.answer(conversion, **options)
        except KeyError as missing:
            raise CommandError(f"{missing.args[0]} is not set.") from missing
        except (DistributionError, Error) as error:
            raise CommandError(str(error)) from error

    def answer(self, conversion: Conversion, *, apply: bool, keys: bool, **options: Any) -> None:
        if keys:
            self.stdout.write("\n".join(map(str, all_keys(conversion))))
        elif apply:
            taken = conversion.run(self.stdout.write)
            self.stdout.write(f"Done: {taken} steps." if taken else "Nothing to do.")
        else:
            if reasons := conversion.refusals():
                raise CommandError("\n".join(reasons))
            for step in conversion.plan():
                who = " (as a superuser)" if step.superuser else ""
                self.stdout.write(f"-- {step.title}{who}\n{step.statement};\n")


def all_keys(conversion: Conversion) -> list[Any]:
    return keys(conversion.superuser, conversion.parameters)


def target(shard_count: int) -> Target:
    return Target(roles=settings.TENANCY_ROLES, shard_count=shard_count, audit=tuple(sorted(writing_functions())))


def writing_functions() -> set[str]:
    """Functions of triggers other apps attach: they write into a firm's table."""
    statements = [statement for table in tenant_tables() for hook in table_hooks for statement in hook(table)]
    return {match[1] for statement in statements for match in re.finditer(r"EXECUTE FUNCTION ([\w.]+)\(", statement)}
