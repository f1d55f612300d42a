"""The second wall: row-level security, declared on the model and carried by ordinary migrations."""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.ddl_references import Statement

# Bare on purpose: it fails loudly without a context, and the planner sees the organization's true size.
TENANT = "current_setting('app.current_tenant_id')::uuid"

#: Statements other apps add to every tenant table (the audit trigger); callables that take the model's description.
table_hooks: list[Callable[["TenantTable"], list[str]]] = []


class TenantTable:
    """What the SQL needs to know of one tenant table."""

    def __init__(
        self, name: str, *, column: str, key: str, operator: str, append_only: bool, lookup: bool, model: Any
    ) -> None:
        self.name, self.column, self.key = name, column, key
        self.operator, self.append_only, self.lookup, self.model = operator, append_only, lookup, model

    def statements(self) -> list[str]:
        hooks = [statement for hook in table_hooks for statement in hook(self)]
        return [*self._key(), *self.walls(), *self._clock(), *hooks]

    def walls(self) -> list[str]:
        """What a table needs whose key a migration writes itself, as that of a table of months."""
        return [*self._distribution(), *self.security(), *self.grants()]

    def _key(self) -> list[str]:
        """(organization_id, id): target of composite keys, no existence oracle, room for partitioning."""
        if self.column == self.key:
            return []
        return [
            f'ALTER TABLE "{self.name}" DROP CONSTRAINT "{self.name}_pkey"',
            f'ALTER TABLE "{self.name}" ADD CONSTRAINT "{self.name}_pkey" PRIMARY KEY ("{self.column}", "{self.key}")',
        ]

    def _distribution(self) -> list[str]:
        """On a cluster, a new table joins the others before any key ties it to them (docs/scaling.md)."""
        if not settings.TENANCY_CITUS or self.column == self.key:
            return []
        others = "SELECT min(logicalrelid::text) FROM pg_dist_partition WHERE partmethod = 'h'"
        place = f"coalesce(({others}), 'default')"
        return [f"SELECT create_distributed_table('{self.name}', '{self.column}', colocate_with => {place})"]

    def security(self) -> list[str]:
        roles, mine = settings.TENANCY_ROLES, f'"{self.column}" = {TENANT}'
        policies = [f"tenant ON {self._table} FOR ALL TO {roles['app']} USING ({mine}) WITH CHECK ({mine})"]
        # FORCE without a policy for the owner makes VALIDATE CONSTRAINT lie and data migrations touch nothing.
        policies.append(
            f"owner_maintenance ON {self._table} FOR ALL TO {roles['owner']} USING (true) WITH CHECK (true)"
        )
        if self.operator in ("read", "write"):
            policies.append(f"operator_read ON {self._table} FOR SELECT TO {roles['operator']} USING (true)")
        if self.operator == "write":
            policies.append(
                f"operator_write ON {self._table} FOR UPDATE TO {roles['operator']} USING ({mine}) WITH CHECK ({mine})"
            )
        if self.operator == "append":
            policies.append(f"operator_append ON {self._table} FOR INSERT TO {roles['operator']} WITH CHECK ({mine})")
        if self.lookup:
            policies.append(f"lookup ON {self._table} FOR SELECT TO {roles['lookup']} USING (true)")
        return [
            f"ALTER TABLE {self._table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {self._table} FORCE ROW LEVEL SECURITY",
            *(f"CREATE POLICY {policy}" for policy in policies),
        ]

    def grants(self) -> list[str]:
        roles = settings.TENANCY_ROLES
        may = "SELECT, INSERT" if self.append_only else "SELECT, INSERT, UPDATE, DELETE"
        grants = [f"REVOKE ALL ON {self._table} FROM PUBLIC", f"GRANT {may} ON {self._table} TO {roles['app']}"]
        if operator := {"read": "SELECT", "write": "SELECT, UPDATE", "append": "INSERT"}.get(self.operator):
            grants.append(f"GRANT {operator} ON {self._table} TO {roles['operator']}")
        if self.lookup:
            grants.append(f"GRANT SELECT ON {self._table} TO {roles['lookup']}")
        return grants

    def _clock(self) -> list[str]:
        if not any(field.column == "updated_at" for field in self.model._meta.concrete_fields):
            return []
        return [
            f"CREATE TRIGGER clock BEFORE UPDATE ON {self._table} FOR EACH ROW EXECUTE FUNCTION app.set_updated_at()"
        ]

    @property
    def _table(self) -> str:
        return f'"{self.name}"'


class TenantIsolation(models.constraints.BaseConstraint):
    """Declares in Meta.constraints that a table is isolated by organization.

    operator: what platform operators may do: "" nothing, "read", "write" (update inside an entered firm), "append".
    append_only: the application may insert and select, nothing else.
    lookup: the definer functions that run before an organization is known may read it.
    """

    DEFAULTS = {"column": "organization_id", "operator": "", "append_only": False, "lookup": False}

    def __init__(self, *, name: str, **options: Any) -> None:
        super().__init__(name=name)
        unknown = options.keys() - self.DEFAULTS.keys()
        if unknown:
            raise TypeError(f"TenantIsolation knows no {', '.join(sorted(unknown))}.")
        self.options = {**self.DEFAULTS, **options}

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        changed = {name: value for name, value in self.options.items() if value != self.DEFAULTS[name]}
        return path, args, {**kwargs, **changed}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TenantIsolation) and self.deconstruct() == other.deconstruct()

    __hash__ = models.constraints.BaseConstraint.__hash__

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database decides; there is nothing to validate in Python."""

    def table(self, model: Any) -> TenantTable:
        return TenantTable(model._meta.db_table, key=model._meta.pk.column, model=model, **self.options)

    def constraint_sql(self, model: Any, schema_editor: Any) -> None:
        # To the front: the composite key must exist before the foreign keys that name it. One statement a message.
        schema_editor.deferred_sql[:0] = [_statement(sql) for sql in self.table(model).statements()]

    def create_sql(self, model: Any, schema_editor: Any) -> Statement:
        *first, last = self.table(model).statements()
        for sql in first:
            schema_editor.execute(_statement(sql))
        return _statement(last)

    def remove_sql(self, model: Any, schema_editor: Any) -> None:
        """Nothing yet: the migration must drop the table too, or the schema editor refuses the whole of it."""
        schema_editor.tables_to_drop.add(model._meta.db_table)


def _statement(sql: str) -> Statement:
    return Statement("%(sql)s", sql=sql)
