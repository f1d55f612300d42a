"""PostgreSQL backend that carries the tenant context into every transaction and builds composite foreign keys."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.ddl_references import Columns
from django.db.backends.postgresql import base, features, schema
from psycopg import OperationalError, sql
from psycopg.errors import Error, error_from_result
from psycopg.pq import TransactionStatus

from tenancy.context import EMPTY, OWNER, Context, TenantError, current
from tenancy.platform import platform_tables

logger = logging.getLogger(__name__)


def context_statements(context: Context) -> str:
    """The SET LOCAL statements of a context. SET LOCAL, not set_config(): Citus hands only the former to its workers."""
    values = {
        "app.current_tenant_id": str(context.tenant or ""),
        "app.current_user_id": str(context.user or ""),
        "app.audit_context": context.audit,
    }
    statements = [f"SET LOCAL {name} = {sql.Literal(value).as_string()}" for name, value in values.items()]
    if settings.TENANCY_ASSUME_ROLES:
        statements.append(f"SET LOCAL ROLE {settings.TENANCY_ROLES[context.surface]}")
    return "; ".join(statements)


def failure(result: Any) -> Error:
    """What psycopg itself raises for such an answer. One without an SQLSTATE is libpq's own: the connection is gone."""
    error = error_from_result(result)
    return error if error.diag.sqlstate else OperationalError(str(error))


POLICIES_OF_COLUMN = """
SELECT DISTINCT p.polname::text FROM pg_policy p
JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refobjid = p.polrelid
JOIN pg_attribute a ON a.attrelid = p.polrelid AND a.attnum = d.refobjsubid
WHERE p.polrelid = to_regclass(%s) AND a.attname = %s
"""


class SchemaEditor(schema.DatabaseSchemaEditor):
    # Never inline: a tenant foreign key has two columns, and only _create_fk_sql writes both.
    sql_create_column_inline_fk = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tables_to_drop: set[str] = set()

    def delete_model(self, model: Any) -> None:
        super().delete_model(model)
        self.tables_to_drop.discard(model._meta.db_table)

    def remove_field(self, model: Any, field: Any) -> None:
        """Of a platform table: its policies name the column, and come back after every migration as the list says."""
        table, platform = model._meta.db_table, {entry.name for entry in platform_tables()}
        if table in platform and not self.collect_sql:
            with self.connection.cursor() as cursor:
                cursor.execute(POLICIES_OF_COLUMN, [f'public."{table}"', field.column])
                for (policy,) in cursor.fetchall():
                    self.execute(f"DROP POLICY {self.quote_name(policy)} ON {self.quote_name(table)}")
        super().remove_field(model, field)

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        """Isolation goes only together with its table: a migration that removes it must have dropped the table."""
        if exc_type is None and self.tables_to_drop:
            kept = TenantError(
                f"{', '.join(sorted(self.tables_to_drop))}: isolation goes only together with its table."
            )
            super().__exit__(type(kept), kept, None)
            raise kept
        super().__exit__(exc_type, exc_value, traceback)

    def _create_fk_sql(self, model: Any, field: Any, suffix: str) -> Any:
        statement = super()._create_fk_sql(model, field, suffix)
        if statement is not None and hasattr(field, "tenant_columns"):
            here, there = field.tenant_columns()
            statement.parts["column"] = Columns(model._meta.db_table, here, self.quote_name)
            statement.parts["to_column"] = Columns(field.related_model._meta.db_table, there, self.quote_name)
            # Checked at once, so that the error names the constraint also on a sharded database.
            statement.parts["deferrable"] = " DEFERRABLE INITIALLY IMMEDIATE"
        return statement

    def _field_indexes_sql(self, model: Any, field: Any) -> list[Any]:
        if hasattr(field, "tenant_columns") and self._field_should_be_indexed(model, field):
            return [self._create_index_sql(model, fields=[model._meta.get_field("organization"), field])]
        return super()._field_indexes_sql(model, field)


class DatabaseFeatures(features.DatabaseFeatures):
    def allows_group_by_selected_pks_on_model(self, model: Any) -> bool:
        # Django takes `id` for the primary key; PostgreSQL knows (organization_id, id) and refuses GROUP BY id alone.
        names = {field.name for field in model._meta.concrete_fields}
        return "organization" not in names and super().allows_group_by_selected_pks_on_model(model)


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = SchemaEditor
    features_class = DatabaseFeatures

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        if alias == NO_DB_ALIAS:  # making a database is the login role's right, not the assumed role's
            options = {name: value for name, value in settings_dict["OPTIONS"].items() if name != "assume_role"}
            settings_dict = {**settings_dict, "OPTIONS": options}
        super().__init__(settings_dict, alias)
        self._applied = EMPTY
        self._undoing: list[tuple[set[str], Callable[[], None]]] = []
        self._is_rolled_back = False

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """The counterpart of `on_commit`, for what the database cannot take back: a file that was stored, say."""
        if self.in_atomic_block:
            self._undoing.append((set(self.savepoint_ids), undo))

    def commit(self) -> None:
        super().commit()
        self._undoing = []

    def rollback(self) -> None:
        super().rollback()
        self._is_rolled_back = True

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        """After a rollback too: only now can what takes something back write in a transaction of its own."""
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if autocommit and self._is_rolled_back:
            self._is_rolled_back = False
            self._undo(lambda savepoints: True)

    def savepoint_rollback(self, sid: str) -> None:
        super().savepoint_rollback(sid)
        self._undo(lambda savepoints: sid in savepoints)

    def _undo(self, is_gone: Callable[[set[str]], bool]) -> None:
        """Of what failed to be taken back the log tells; the rollback itself never fails for it."""
        undoing, self._undoing = self._undoing, [pair for pair in self._undoing if not is_gone(pair[0])]
        for savepoints, undo in undoing:
            if is_gone(savepoints):
                try:
                    undo()
                except Exception:
                    logger.exception("Something could not be taken back after a rollback.")

    @property
    def carries_context(self) -> bool:
        return self.settings_dict.get("TENANCY", False)

    @property
    def takes_statements(self) -> bool:
        """Not in a transaction that has failed, nor on a connection that is gone: Django may not have heard of it."""
        return self.connection.pgconn.transaction_status in (TransactionStatus.IDLE, TransactionStatus.INTRANS)

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)
        self._applied = EMPTY
        context = current()
        if autocommit or not self.carries_context or context == EMPTY:
            return
        # BEGIN and the settings travel in one message: no extra round trip. psycopg then finds itself in a transaction.
        with self.wrap_database_errors:
            result = self.connection.pgconn.exec_(f"BEGIN; {context_statements(context)}".encode())
            if result.status not in (1, 2):
                raise failure(result)
        self._applied = context

    def apply_context(self, context: Context) -> None:
        """Send a context to the transaction that is already open; free where it is there already."""
        if self.carries_context and context != self._applied:
            with self.wrap_database_errors, self.connection.cursor() as cursor:
                cursor.execute(context_statements(context))
            self._applied = context

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)
        # ROLLBACK TO SAVEPOINT undoes every SET LOCAL that came after the savepoint.
        if self.carries_context and self.in_atomic_block:
            self._applied = Context(surface=OWNER, reason="unknown")
            self.apply_context(current())
