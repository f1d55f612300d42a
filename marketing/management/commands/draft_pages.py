from typing import Any

from django.core.management.base import BaseCommand

from marketing import first_pages


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # they ask of the application's tables, which a process of the site has not
    help = "Write drafts of the pages that a public site should have, such as Privacy and Terms, where there are none."

    def handle(self, *args: Any, **options: Any) -> None:
        made = ", ".join(page.title for page in first_pages.add_drafts())
        self.stdout.write(f"Drafts to fill in and publish at /admin/: {made}." if made else "None is missing.")
