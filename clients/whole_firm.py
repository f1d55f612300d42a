"""Work on a firm as a whole, as the owner of the tables: bringing one in, deleting one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.db import connections, models

from audit.models import AuditLog, ChainBlock, ChainCheck
from clients.storage import IMPORTS, PARTIAL
from tenancy.context import OWNER, alias_for, surface, tenant
from tenancy.expected import tenant_models

#: They outlive the firm until their retention ends.
TRAIL = (AuditLog, ChainBlock, ChainCheck)
#: Rows outside the firms that name one in `organization_id`, and stay: they say that it was here.
KEPT = ("deleted_firms",)
BEFORE = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL app.whole_firm = 'on'",
    "SET CONSTRAINTS ALL DEFERRED",
)
AFTER = ("SET CONSTRAINTS ALL IMMEDIATE", "SET LOCAL app.whole_firm = ''")


@contextmanager
def whole_firm(firm: Any) -> Iterator[Any]:
    """One transaction of the owner's inside the firm: the trail does not tell each row, and keys are looked at in the end."""
    with surface(OWNER), tenant(firm), cursor() as open_cursor:
        run(open_cursor, BEFORE)
        yield open_cursor
        run(open_cursor, AFTER)


def cursor() -> Any:
    """Of the owner's connection."""
    return connections[alias_for(OWNER)].cursor()


def run(open_cursor: Any, statements: Iterable[str]) -> None:
    for statement in statements:
        open_cursor.execute(statement)


def refuse_without_owner() -> None:
    if alias_for(OWNER) not in settings.DATABASES:
        raise CommandError("Set OWNER_DATABASE_URL: a firm comes and goes whole by the owner of the tables alone.")


def deletion_order() -> list[type[models.Model]]:
    """Every table of the firms but the trail, each after those that name it. Where some name each other in a circle,
    the keys are looked at in the end all the same."""
    ours = {model for model in tenant_models() if model not in TRAIL}
    named_by: dict[Any, set[Any]] = {model: set() for model in ours}
    for model in ours:
        for field in model._meta.concrete_fields:
            if field.related_model in ours:
                named_by[field.related_model].add(model)
    order: dict[Any, None] = {}
    seen = set[Any]()

    def visit(model: Any) -> None:
        if model not in seen:
            seen.add(model)
            for other in by_table(named_by[model]):
                visit(other)
            order[model] = None

    for model in by_table(ours):
        visit(model)
    return list(order)


def by_table(found: Iterable[Any]) -> list[Any]:
    return sorted(found, key=lambda model: model._meta.db_table)


def platform_models() -> list[type[models.Model]]:
    """Tables outside the firms whose rows belong to one: they go with it."""
    isolated = set(tenant_models())
    return by_table(
        model
        for model in apps.get_models()
        if model not in isolated
        and model._meta.managed
        and model._meta.db_table not in KEPT
        and any(field.column == "organization_id" for field in model._meta.concrete_fields)
    )


def folders(firm: UUID) -> list[str]:
    """Where a firm's files lie, and nobody else's (`clients.storage`)."""
    return [f"{top}/{firm}" for top in ("org", IMPORTS, PARTIAL)]


def files_of(firm: UUID) -> Iterator[str]:
    for folder in folders(firm):
        yield from _inside(folder)


def _inside(folder: str) -> Iterator[str]:
    try:
        names, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        yield from _inside(f"{folder}/{name}")
    yield from (f"{folder}/{file}" for file in files if file)
