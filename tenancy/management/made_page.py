"""Commands that write a page of `docs/` from the code, or say with `--check` that it is stale."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class MadePageCommand(BaseCommand):
    """`name` is the page's file in `docs/`; the command is called like it, with `_docs`."""

    requires_system_checks: list[str] = []
    name = ""

    def page(self) -> str:
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is stale")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path, text = Path(settings.BASE_DIR) / "docs" / f"{self.name}.md", self.page()
        if not check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            raise CommandError(f"docs/{self.name}.md is stale: run `manage.py {self.name}_docs`.")
