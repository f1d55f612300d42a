"""Support access: an operator reads one firm's rows while that firm has consented to it, and the database asks each time.

The policy lets operators SELECT where `app.supported_firm()` finds an unexpired consent for the firm and the person of
this transaction; it raises where there is none, so nothing is ever silently empty. No other right is given with it.
The function belongs to the app that keeps the consents. The policies are brought to every tenant table after each
migration, so a new table needs no thought.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import connections

from tenancy.isolation import TenantTable

FUNCTION = "supported_firm"
ASKED = "current_setting('app.current_tenant_id', true), current_setting('app.current_user_id', true)"
#: What operators may read of a table anyway.
READABLE = ("read", "write")


def statements(table: TenantTable) -> Iterator[str]:
    """None for a table whose rows operators see anyway."""
    if table.operator in READABLE:
        return
    role = settings.TENANCY_ROLES["operator"]
    yield f'DROP POLICY IF EXISTS operator_support ON "{table.name}"'
    yield (
        f'CREATE POLICY operator_support ON "{table.name}" FOR SELECT TO {role} '
        f'USING ("{table.column}" = app.{FUNCTION}({ASKED}))'
    )
    yield f'GRANT SELECT ON "{table.name}" TO {role}'


#: Tables that have what `statements()` would give them.
HAVE_IT = """
SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE c.relnamespace = 'public'::regnamespace AND p.polname = 'operator_support'
    AND has_table_privilege(%s, c.oid, 'SELECT')
"""


def apply_support(*, using: str, app_config: AppConfig | None = None, **kwargs: Any) -> None:
    """After `migrate`, as the owner: give the tables that lack it the policy, and touch no other."""
    from tenancy.expected import tenant_tables

    connection = connections[using]
    if not getattr(connection, "carries_context", False):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, to_regproc(%s) IS NOT NULL", [f"app.{FUNCTION}"])
        if cursor.fetchone() != (settings.TENANCY_ROLES["owner"], True):
            return
        cursor.execute(HAVE_IT, [settings.TENANCY_ROLES["operator"]])
        done = {name for (name,) in cursor.fetchall()}
        existing = set(connection.introspection.table_names(cursor))
        for table in tenant_tables():
            if table.name in existing - done:
                for statement in statements(table):
                    cursor.execute(statement)
