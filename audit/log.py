"""Events that are no change of a row: sign-ins, downloads, reads of sensitive fields, exports."""

import uuid
from collections.abc import Iterable
from itertools import batched
from typing import Any

from django.db import router
from django.db.models.functions import Now

from audit.models import AuditFields, AuditLog, PlatformAuditLog
from tenancy.context import current, current_tenant_id

#: So many lines go into one statement.
AT_ONCE = 1000


def record(action: str, resource: Any, **values: Any) -> None:
    """Write one line into the current firm's audit trail. `resource` is a saved model instance."""
    line = _line(action, resource._meta.db_table, resource.pk, values)
    _append(AuditLog(organization_id=current_tenant_id(), **line))


def record_each(action: str, resources: Iterable[Any], **values: Any) -> None:
    """One line for each of many, in few statements; the same values for all."""
    organization = current_tenant_id()
    for some in batched(resources, AT_ONCE):
        lines = (_line(action, each._meta.db_table, each.pk, values) for each in some)
        _append(*(AuditLog(organization_id=organization, **line) for line in lines))


def record_copies(resource_type: str, lines: Iterable[tuple]) -> None:
    """What the platform's trail told first, into this firm's: id, moment, person, action, address, agent and the row."""
    organization = current_tenant_id()
    for some in batched(lines, AT_ONCE):
        _append(
            *(
                AuditLog(
                    id=key, organization_id=organization, user_id=user, action=action, resource_type=resource_type,
                    resource_id=row, new_values={"at": at.isoformat()}, ip_address=ip, user_agent=agent or "",
                )
                for key, at, user, action, ip, agent, row in some
            )
        )  # fmt: skip


def record_platform(
    action: str, resource_type: str, resource_id: uuid.UUID | None = None, *, by: uuid.UUID | None = None, **values: Any
) -> None:
    """Write one line that belongs to no firm. `by` names a person who is only just signing in, or out."""
    line = _line(action, resource_type, resource_id, values)
    _append(PlatformAuditLog(**{**line, "user_id": by or line["user_id"]}))


def _append(*rows: AuditFields) -> None:
    """Insert and ask nothing back: a role that may only add lines is refused even its own line's columns."""
    for row in rows:
        row.created_at = Now()
    model, alias = type(rows[0]), router.db_for_write(type(rows[0]))
    model._base_manager.using(alias)._insert(  # type: ignore[attr-defined]
        rows, fields=model._meta.concrete_fields, returning_fields=[], using=alias
    )


def _line(action: str, resource_type: str, resource_id: uuid.UUID | None, values: dict[str, Any]) -> dict[str, Any]:
    facts = current().facts
    return {
        "action": action,
        "resource_type": resource_type,
        "resource_id": resource_id,
        "new_values": values or None,
        "user_id": current().user,
        "ip_address": facts.get("ip"),
        "user_agent": facts.get("agent", "")[: AuditFields._meta.get_field("user_agent").max_length],
        "context": {key: value for key, value in facts.items() if key not in ("ip", "agent")},
    }
