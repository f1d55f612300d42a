"""Writes docs/permissions.md from the roles and from the guards above the views. A test fails when it is stale."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import URLPattern, get_resolver

from organizations.permissions import PERMISSION_WORDS, ROLE_PERMISSIONS, Permission

PATH = Path(settings.BASE_DIR) / "docs" / "permissions.md"
INTRODUCTION = """\
# Who may do what

Made by `manage.py permissions_docs` from the roles and the guards of the views; do not edit it by hand.

A member may do what the built-in role gives, and what the firm's own roles add; an exception for that member overrules
both. What somebody may not see is not found (404); what they see but may not do is refused (403). A wall hides a client
from one member whatever their role.
"""


class Command(BaseCommand):
    help = "Write docs/permissions.md: roles, permissions and pages."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is stale")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            PATH.write_text(page())
        elif not PATH.exists() or PATH.read_text() != page():
            raise CommandError("docs/permissions.md is stale: run `manage.py permissions_docs`.")


def page() -> str:
    roles = list(ROLE_PERMISSIONS)
    head = ["| permission | what | " + " | ".join(roles) + " |", "|---|---|" + "---|" * len(roles)]
    rows = [f"| `{p.value}` | {PERMISSION_WORDS[p]} | {marks(p)} |" for p in Permission]
    pages = ["| page | needs | " + " | ".join(roles) + " |", "|---|---|" + "---|" * len(roles)]
    for name, needed in sorted(guards(get_resolver(settings.ORGANIZATION_URLCONF).url_patterns)):
        pages.append(f"| `{name}` | {f'`{needed}`' if needed else 'any member'} | {marks(needed)} |")
    return "\n".join([INTRODUCTION, "## Permissions\n", *head, *rows, "", "## Pages of a firm\n", *pages]) + "\n"


def marks(needed: str) -> str:
    return " | ".join("yes" if not needed or needed in allowed else "" for allowed in ROLE_PERMISSIONS.values())


def guards(patterns: list[Any]) -> Iterator[tuple[str, str]]:
    for entry in patterns:
        if isinstance(entry, URLPattern):
            yield entry.name or str(entry.pattern), getattr(entry.callback, "required_permission", None) or ""
        else:
            yield from guards(entry.url_patterns)
