"""What the models and the platform list say the database's catalogue must hold. `tenancy.catalogue` compares."""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from psycopg.types.json import Jsonb

from tenancy.isolation import TenantIsolation, TenantTable, table_hooks
from tenancy.platform import ALL, PlatformTable, platform_tables
from tenancy.support import READABLE

# As PostgreSQL prints it back. Written out here and not taken from tenancy.isolation, so that one cannot bend both.
MINE = "({column} = (current_setting('app.current_tenant_id'::text))::uuid)"
SUPPORTED = (
    "({column} = app.supported_firm(current_setting('app.current_tenant_id'::text, true), "
    "current_setting('app.current_user_id'::text, true)))"
)
ANY_ROW = "true"
SERVING = ("app", "identity", "operator")
#: SELECT everywhere: where the table itself says nothing of operators, under a firm's consent (tenancy.support).
OPERATOR_GRANTS = {
    "": ["SELECT"], "read": ["SELECT"], "write": ["SELECT", "UPDATE"], "append": ["SELECT", "INSERT"]
}  # fmt: skip
GRANT = re.compile(r"(?P<privilege>[A-Z]+)\s*(?:\((?P<columns>[^)]*)\))?")
TRIGGER = re.compile(r"CREATE TRIGGER (\w+)")


def isolation_of(model: type[models.Model]) -> TenantIsolation | None:
    return next((c for c in model._meta.constraints if isinstance(c, TenantIsolation)), None)


def tenant_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if isolation_of(model) and model._meta.managed]


def tenant_tables() -> list[TenantTable]:
    return [constraint.table(model) for model in tenant_models() if (constraint := isolation_of(model))]


def parameters() -> dict[str, Any]:
    """Everything the rules compare with, by the names their queries use."""
    roles, tables = settings.TENANCY_ROLES, tenant_tables()
    platform = platform_tables()
    return {
        **roles,
        "serving": [roles[surface] for surface in SERVING],
        "guarded": [role for surface, role in roles.items() if surface != "owner"],
        "site": list(settings.TENANCY_SITE_ROLES),
        "roots": [table.name for table in tables if table.column == table.key],
        "tenant_tables": [table.name for table in tables],
        "platform": [table.name for table in platform],
        "copied": [table.name for table in platform if table.copied],
        "definers": list(settings.TENANCY_DEFINER_FUNCTIONS),
        "callers": Jsonb(list(_definer_callers())),
        "policies": Jsonb([*_tenant_policies(tables), *_platform_policies(platform)]),
        "grants": Jsonb([*_tenant_grants(tables), *_platform_grants(platform), *_view_grants()]),
        "triggers": Jsonb([{"table": table.name, "trigger": name} for table in tables for name in _triggers(table)]),
    }


def _tenant_policies(tables: list[TenantTable]) -> Iterator[dict[str, Any]]:
    for table in tables:
        mine = MINE.format(column=table.column)
        yield _policy(table.name, "app", "ALL", mine, mine)
        yield _policy(table.name, "owner", "ALL", ANY_ROW, ANY_ROW)
        if table.operator in ("read", "write"):
            yield _policy(table.name, "operator", "SELECT", ANY_ROW, None)
        if table.operator == "write":
            yield _policy(table.name, "operator", "UPDATE", mine, mine)
        if table.operator == "append":
            yield _policy(table.name, "operator", "INSERT", None, mine)
        if table.operator not in READABLE:
            yield _policy(table.name, "operator", "SELECT", SUPPORTED.format(column=table.column), None)
        if table.lookup:
            yield _policy(table.name, "lookup", "SELECT", ANY_ROW, None)


def _platform_policies(platform: tuple[PlatformTable, ...]) -> Iterator[dict[str, Any]]:
    for table in platform:
        for surface, condition in ({"owner": ALL, **table.rows} if table.rows else {}).items():
            printed = re.sub(r"current_setting\('([\w.]+)'\)::uuid", r"(current_setting('\1'::text))::uuid", condition)
            using = ANY_ROW if condition == ALL else f"({printed})"
            yield _policy(table.name, surface, "ALL", using, using)
        for surface in table.reads:
            yield _policy(table.name, surface, "SELECT", ANY_ROW, None)


def _policy(table: str, surface: str, command: str, using: str | None, check: str | None) -> dict[str, Any]:
    role = settings.TENANCY_ROLES[surface]
    return {"table": table, "role": role, "command": command, "using": using, "check": check}


def _tenant_grants(tables: list[TenantTable]) -> Iterator[dict[str, str]]:
    for table in tables:
        granted = {
            "app": ["SELECT", "INSERT"] if table.append_only else ["SELECT", "INSERT", "UPDATE", "DELETE"],
            "operator": OPERATOR_GRANTS[table.operator],
            "lookup": ["SELECT"] if table.lookup else [],
        }
        for surface, privileges in granted.items():
            yield from (_grant(table.name, surface, privilege) for privilege in privileges)


def _platform_grants(platform: tuple[PlatformTable, ...]) -> Iterator[dict[str, str]]:
    for table in platform:
        for surface, text in table.grants.items():
            for match in GRANT.finditer(text):
                columns = [name.strip() for name in (match["columns"] or "").split(",")]
                yield from (_grant(table.name, surface, match["privilege"], column) for column in columns)


def _view_grants() -> Iterator[dict[str, str]]:
    """Views ask as their reader, so the right to read one opens no row."""
    for view, surfaces in settings.TENANCY_VIEWS.items():
        yield from (_grant(view, surface, "SELECT") for surface in surfaces)


def _definer_callers() -> Iterator[dict[str, str]]:
    for name in settings.TENANCY_DEFINER_FUNCTIONS:
        for surface in settings.TENANCY_DEFINER_CALLERS.get(name, ["app"]):
            yield {"name": name, "role": settings.TENANCY_ROLES[surface]}


def _grant(table: str, surface: str, privilege: str, column: str = "") -> dict[str, str]:
    return {"table": table, "column": column, "role": settings.TENANCY_ROLES[surface], "privilege": privilege}


def _triggers(table: TenantTable) -> Iterator[str]:
    """Those that other apps attach (the audit trail), by name."""
    for hook in table_hooks:
        for statement in hook(table):
            if match := TRIGGER.match(statement):
                yield match[1]
