from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo.builder import build_firm
from config.demo.firms import FIRMS, OPERATOR
from config.demo.people import ensure_user
from config.demo.sign_ins import sign_in_lines
from config.demo.site import ensure_site

MADE, THERE = "made", "is there already, nothing changed"


class Command(BaseCommand):
    help = "Fill an empty installation with two firms, their clients and requests. Running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--print-sign-ins", action="store_true", help="print addresses, the password, portal links")
        parser.add_argument("--force", action="store_true", help="run although this is not a development installation")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or options["force"]):
            raise CommandError(
                "This makes accounts with a password everybody knows, an operator among them. "
                "Set DEBUG=1, or give --force if you mean it."
            )
        made = {firm.name: build_firm(firm) for firm in FIRMS}
        made[OPERATOR.email] = ensure_user(OPERATOR)[1]
        made["The public site"] = ensure_site()
        if options["print_sign_ins"]:
            self.stdout.write("\n".join(sign_in_lines()))
        else:
            self.stdout.write("\n".join(f"{what}: {MADE if is_new else THERE}." for what, is_new in made.items()))
