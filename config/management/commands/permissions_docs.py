"""Writes docs/permissions.md from the roles and from the guards above the views. A test fails when it is stale."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import URLPattern, get_resolver

from organizations.operations import permission_of, verbs_of
from organizations.permissions import PERMISSION_WORDS, ROLE_PERMISSIONS, Permission
from tenancy.management.made_page import MadePageCommand

INTRODUCTION = """\
# Who may do what

Made by `manage.py permissions_docs` from the roles and the guards of the views; do not edit it by hand.

A member may do what the built-in role gives, and what the firm's own roles add; an exception for that member overrules
both. What somebody may not see is not found (404); what they see but may not do is refused (403). A wall hides a client
from one member whatever their role.
"""


class Command(MadePageCommand):
    help = "Write docs/permissions.md: roles, permissions and pages."
    name = "permissions"

    def page(self) -> str:
        return page()


def page() -> str:
    roles = list(ROLE_PERMISSIONS)
    head = ["| permission | what | " + " | ".join(roles) + " |", "|---|---|" + "---|" * len(roles)]
    rows = [f"| `{p.value}` | {PERMISSION_WORDS[p]} | {marks(p)} |" for p in Permission]
    pages = ["| page | needs | " + " | ".join(roles) + " |", "|---|---|" + "---|" * len(roles)]
    for name, needed in sorted(guards(get_resolver(settings.ORGANIZATION_URLCONF).url_patterns)):
        pages.append(f"| `{name}` | {f'`{needed}`' if needed else 'any member'} | {marks(needed)} |")
    calls = ["| operation | needs | " + " | ".join(roles) + " |", "|---|---|" + "---|" * len(roles)]
    for name, needed in sorted(operations()):
        calls.append(f"| `{name}` | `{needed}` | {marks(needed)} |")
    parts = [INTRODUCTION, "## Permissions\n", *head, *rows, "", "## Pages of a firm\n", *pages]
    return "\n".join([*parts, "", "## Operations for programs\n", *calls]) + "\n"


def operations() -> Iterator[tuple[str, str]]:
    for pattern in get_resolver(settings.API_URLCONF).url_patterns:
        view: Any = pattern.callback
        for verb in verbs_of(view):
            address = re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
            yield f"{verb} {address}", permission_of(view, verb) or ""


def marks(needed: str) -> str:
    return " | ".join("yes" if not needed or needed in allowed else "" for allowed in ROLE_PERMISSIONS.values())


def guards(patterns: list[Any]) -> Iterator[tuple[str, str]]:
    for entry in patterns:
        if isinstance(entry, URLPattern):
            yield entry.name or str(entry.pattern), getattr(entry.callback, "required_permission", None) or ""
        else:
            yield from guards(entry.url_patterns)
