"""Look-ups that run before an organization or a person is known.

Each is SECURITY DEFINER, owned by a role that can only read, returns what an exact secret or key names (or, to the
clock alone, which firms it is time for), and is listed with its reason in `settings.TENANCY_DEFINER_FUNCTIONS`, which a system check
compares with the catalogue.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import migrations

#: For a look-up about every firm, which only the clock may ask: inside a firm, or as a person, it finds nothing.
OUTSIDE = " AND ".join(
    f"coalesce(current_setting('app.{name}', true), '') = ''" for name in ("current_tenant_id", "current_user_id")
)


def definer_function(
    signature: str, *, returns: str, body: str, roles: Sequence[str] = ("app",), before: str = ""
) -> migrations.RunSQL:
    """A migration operation that creates `app.<signature>` as an SQL look-up `roles` may call; `before` is the body it
    had until now, if it had one."""
    drop = f"DROP FUNCTION app.{_without_names(signature)}"
    made = _statements(signature, returns, body, roles)
    if not before:
        return migrations.RunSQL(_here(made), _here([drop]))
    return migrations.RunSQL(_here([drop, *made]), _here([drop, *_statements(signature, returns, before, roles)]))


def _here(statements: list[Any]) -> list[Any]:
    """On a cluster the coordinator alone: its nodes would make the new function before they have dropped the old one,
    and none but `distribute --apply` needs one there (docs/scaling.md)."""
    if not settings.TENANCY_CITUS:
        return statements
    spread = "SET LOCAL citus.enable_ddl_propagation = {}"
    return [spread.format("off"), *statements, spread.format("on")]


def _statements(signature: str, returns: str, body: str, roles: Sequence[str]) -> list[Any]:
    names, lookup = settings.TENANCY_ROLES, settings.TENANCY_ROLES["lookup"]
    bare = _without_names(signature)
    create = f"""
        CREATE FUNCTION app.{signature} RETURNS TABLE ({returns})
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ {body} $$
    """
    return [
        create,
        f"REVOKE ALL ON FUNCTION app.{bare} FROM PUBLIC",
        *(f"GRANT EXECUTE ON FUNCTION app.{bare} TO {names[role]}" for role in roles),
        f"GRANT CREATE ON SCHEMA app TO {lookup}",
        f"ALTER FUNCTION app.{bare} OWNER TO {lookup}",
        f"REVOKE CREATE ON SCHEMA app FROM {lookup}",
    ]


def _without_names(signature: str) -> str:
    """`f(p_hash bytea)` → `f(bytea)`."""
    name, _, arguments = signature.rstrip(")").partition("(")
    return f"{name}({', '.join(argument.split()[-1] for argument in arguments.split(',') if argument)})"
