from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.plan_offers import show_on_site
from marketing import offers


class Command(BaseCommand):
    help = "Copy the plans on offer to the public site. Needs DATABASE_URL and MARKETING_DATABASE_URL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-reachable",
            action="store_true",
            help="Say what is left to do, instead of failing, where they are not.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_reachable"]:
            self.stdout.write(show_on_site())
        else:
            self.stdout.write(f"The pricing page shows {offers.refresh()} plans.")
