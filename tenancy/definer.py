"""Look-ups that run before an organization or a person is known.

Each is SECURITY DEFINER, owned by a role that can only read, returns what an exact secret or key names, and is listed
in `settings.TENANCY_DEFINER_FUNCTIONS`, which a system check compares with the catalogue.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import migrations


def definer_function(signature: str, *, returns: str, body: str, roles: Sequence[str] = ("app",)) -> migrations.RunSQL:
    """A migration operation that creates `app.<signature>` as an SQL look-up `roles` may call."""
    names, lookup = settings.TENANCY_ROLES, settings.TENANCY_ROLES["lookup"]
    bare = _without_names(signature)
    create = f"""
        CREATE FUNCTION app.{signature} RETURNS TABLE ({returns})
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ {body} $$
    """
    statements: list[Any] = [
        create,
        f"REVOKE ALL ON FUNCTION app.{bare} FROM PUBLIC",
        *(f"GRANT EXECUTE ON FUNCTION app.{bare} TO {names[role]}" for role in roles),
        f"GRANT CREATE ON SCHEMA app TO {lookup}",
        f"ALTER FUNCTION app.{bare} OWNER TO {lookup}",
        f"REVOKE CREATE ON SCHEMA app FROM {lookup}",
    ]
    return migrations.RunSQL(statements, f"DROP FUNCTION app.{bare}")


def _without_names(signature: str) -> str:
    """`f(p_hash bytea)` → `f(bytea)`."""
    name, _, arguments = signature.rstrip(")").partition("(")
    return f"{name}({', '.join(argument.split()[-1] for argument in arguments.split(',') if argument)})"
