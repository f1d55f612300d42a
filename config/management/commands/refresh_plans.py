from typing import Any

from django.core.management.base import BaseCommand

from marketing import offers


class Command(BaseCommand):
    help = "Copy the plans on offer to the public site. Needs DATABASE_URL and MARKETING_DATABASE_URL."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"The pricing page shows {offers.refresh()} plans.")
