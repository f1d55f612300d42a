"""Refuse to serve with a role that row-level security does not bind."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created

DANGEROUS = """
SELECT r.rolsuper OR r.rolbypassrls
    OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid)
    OR pg_has_role(r.oid, %s, 'MEMBER')
FROM pg_roles r WHERE r.rolname = session_user
"""

_checked: set[str] = set()


def install() -> None:
    connection_created.connect(refuse_privileged_role, dispatch_uid="tenancy.guard")


def refuse_privileged_role(*, connection: Any, **kwargs: Any) -> None:
    """Once a process and alias. Raises ImproperlyConfigured for a superuser, an owner or a BYPASSRLS role."""
    if connection.alias not in settings.TENANCY_GUARDED_ALIASES or connection.alias in _checked:
        return
    with connection.cursor() as cursor:
        cursor.execute(DANGEROUS, [settings.TENANCY_ROLES["owner"]])
        dangerous = cursor.fetchone()[0]
    if dangerous:
        raise ImproperlyConfigured(
            f"The database role of '{connection.alias}' is not bound by row-level security "
            "(superuser, BYPASSRLS or owner). Connect as the application role."
        )
    _checked.add(connection.alias)
