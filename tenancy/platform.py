"""Tables outside every organization: which role may do what, row by row.

The list itself is `settings.TENANCY_PLATFORM_TABLES`, one entry a table, ours and the libraries'. It is applied after
every migration by the owner, so a table that a library adds later is closed until somebody lists it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

ALL = "true"


def own(column: str) -> str:
    """A condition: the row belongs to the signed-in person. Fails loudly where nobody is signed in."""
    return f"{column} = current_setting('app.current_user_id')::uuid"


@dataclass(frozen=True)
class PlatformTable:
    """One table or view, its grants by role, and, where `rows` is given, row-level security with that condition by role.

    Roles in `reads` see every row, beyond those that `rows` lets them write. `copied` says why every node of a cluster has a copy of it, beyond those that firms' tables point at.
    """

    name: str
    grants: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    copied: str = ""

    def statements(self) -> Iterable[str]:
        roles = settings.TENANCY_ROLES
        everyone = ", ".join(role for surface, role in roles.items() if surface != "owner")
        yield f'REVOKE ALL ON "{self.name}" FROM PUBLIC, {everyone}'
        for surface, may in self.grants.items():
            yield f'GRANT {may} ON "{self.name}" TO {roles[surface]}'
        if self.rows:
            yield from self._policies()

    def _policies(self) -> Iterable[str]:
        roles = settings.TENANCY_ROLES
        yield f'ALTER TABLE "{self.name}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{self.name}" FORCE ROW LEVEL SECURITY'
        for surface, condition in {"owner": ALL, **self.rows}.items():
            yield f'DROP POLICY IF EXISTS {surface} ON "{self.name}"'
            yield f'CREATE POLICY {surface} ON "{self.name}" TO {roles[surface]} USING ({condition}) WITH CHECK ({condition})'
        for surface in self.reads:
            yield f'DROP POLICY IF EXISTS {surface}_reads ON "{self.name}"'
            yield f'CREATE POLICY {surface}_reads ON "{self.name}" FOR SELECT TO {roles[surface]} USING ({ALL})'


def platform_tables() -> tuple[PlatformTable, ...]:
    return import_string(settings.TENANCY_PLATFORM_TABLES)


def apply_platform_tables(*, using: str, app_config: AppConfig | None = None, **kwargs: Any) -> None:
    """After `migrate`, as the owner: bring grants and policies of platform tables to what the list says."""
    connection = connections[using]
    if not getattr(connection, "carries_context", False):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone() != (settings.TENANCY_ROLES["owner"],):
            return
        existing = set(connection.introspection.table_names(cursor, include_views=True))
        for table in platform_tables():
            if table.name in existing:
                for statement in (*table.statements(), *_sequences(cursor, table)):
                    cursor.execute(statement)
        for statement in _functions(cursor):
            cursor.execute(statement)


def _sequences(cursor: Any, table: PlatformTable) -> list[str]:
    """Libraries still number rows by sequences; whoever inserts must draw from them."""
    cursor.execute(
        "SELECT s.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') "
        "WHERE s.relkind = 'S' AND d.refobjid = to_regclass(%s)",
        [f'public."{table.name}"'],
    )
    roles = [settings.TENANCY_ROLES[surface] for surface, may in table.grants.items() if "INSERT" in may]
    return [f'GRANT USAGE ON SEQUENCE "{name}" TO {role}' for (name,) in cursor.fetchall() for role in roles]


def _functions(cursor: Any) -> list[str]:
    statements = []
    for prefix, surface in import_string(settings.TENANCY_PLATFORM_FUNCTIONS).items():
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace AND starts_with(proname, %s) AND NOT prosecdef",
            [prefix],
        )
        role = settings.TENANCY_ROLES[surface]
        statements += [f"GRANT EXECUTE ON FUNCTION {signature} TO {role}" for (signature,) in cursor.fetchall()]
    return statements
