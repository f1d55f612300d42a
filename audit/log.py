"""Events that are no change of a row: sign-ins, downloads, reads of sensitive fields, exports."""

import uuid
from typing import Any

from audit.models import AuditFields, AuditLog, PlatformAuditLog
from tenancy.context import current, current_tenant_id


def record(action: str, resource: Any, **values: Any) -> None:
    """Write one line into the current firm's audit trail. `resource` is a saved model instance."""
    AuditLog.objects.create(
        organization_id=current_tenant_id(), **_line(action, resource._meta.db_table, resource.pk, values)
    )


def record_platform(action: str, resource_type: str, resource_id: uuid.UUID | None = None, **values: Any) -> None:
    """Write one line that belongs to no firm."""
    PlatformAuditLog.objects.create(**_line(action, resource_type, resource_id, values))


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
