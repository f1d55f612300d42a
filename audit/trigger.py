"""The trigger that writes `audit_logs` for every change to a tenant row, whoever makes it."""

from typing import Any

from django.db import models

from tenancy.isolation import TenantTable

# Kept out of old and new values: search vectors are long and say nothing of their own.
SKIPPED_TYPES = ("SearchVectorField", "GeneratedField")


def masked_columns(model: type[models.Model]) -> list[str]:
    """Columns whose values the log hides: encrypted fields, and hashes of secrets."""
    fields = model._meta.concrete_fields
    return [f.column for f in fields if getattr(f, "sensitive", False) or isinstance(f, models.BinaryField)]


def skipped_columns(model: type[models.Model]) -> list[str]:
    """What says nothing of its own; and marks a person makes for themselves alone, by thousands with one press: fields
    that say `unaudited = True`."""
    return ["updated_at", *(str(f.column) for f in model._meta.concrete_fields if _is_skipped(f))]


def _is_skipped(field: "models.Field[Any, Any]") -> bool:
    return type(field).__name__ in SKIPPED_TYPES or getattr(field, "unaudited", False)


def audit_trigger(table: TenantTable) -> list[str]:
    """The statement that attaches the trigger; none for tables that only ever grow, the audit log first of all."""
    if table.append_only:
        return []
    arguments = [table.column, table.key, ",".join(masked_columns(table.model)), ",".join(skipped_columns(table.model))]
    quoted = ", ".join(f"'{argument}'" for argument in arguments)
    return [
        f'CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON "{table.name}" '
        f"FOR EACH ROW EXECUTE FUNCTION app.write_audit({quoted})"
    ]
