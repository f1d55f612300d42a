"""The first wall: every query carries `organization_id = <this organization>`."""

from typing import Any

from django.db import models

from tenancy.context import current, current_tenant_id


class TenantPredicate(models.Func):
    """`column = <current organization>`, decided when the query is compiled, not when it is built.

    Module-level forms and shared querysets are built with no organization, or reused by the next one. Compiling
    without an organization raises TenantError.
    """

    conditional = True
    output_field = models.BooleanField()
    arity = 1

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        if current().reason:
            return "TRUE", []
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} = %s", [*params, current_tenant_id()]


class TenantManager(models.Manager):
    """Rows of the current organization. `column` is `id` on the organization itself."""

    use_in_migrations = False
    column = "organization_id"

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(TenantPredicate(self.column))


class LivingManager(TenantManager):
    """Rows of the current organization that nobody has deleted."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(deleted_at=None)
