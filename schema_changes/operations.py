"""Operations for tables that are in use: none of them keeps anybody waiting for longer than a moment.

Django has the pair for check constraints, which is named here again so that a migration finds all of them in one place.
`AddForeignKeyNotValid` and its companions know composite keys, for they ask the schema editor for the SQL.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from django.contrib.postgres import operations
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    NotInTransactionMixin,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db.backends.ddl_references import Statement
from django.db.migrations.operations import AddConstraint, AddField
from django.db.migrations.operations.base import Operation, OperationCategory

__all__ = [
    "AddConstraintNotValid",
    "AddForeignKeyIndexConcurrently",
    "AddForeignKeyNotValid",
    "AddIndexConcurrently",
    "AddUniqueConcurrently",
    "RemoveIndexConcurrently",
    "ValidateConstraint",
    "ValidateForeignKey",
]

LEFTOVER = """
SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relname = %s AND NOT i.indisvalid AND pg_table_is_visible(c.oid)
"""


@contextmanager
def concurrently(schema_editor: Any, index: str) -> Iterator[None]:
    """Build an index while the table is in use: wait for old transactions as long as they take, for it blocks nobody.

    A build that was broken off leaves an index that serves nothing and holds the name; it is dropped first.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        (patience,) = cursor.fetchone()
        cursor.execute("SET lock_timeout = 0")
        cursor.execute(LEFTOVER, [index])
        leftovers = cursor.fetchall()
    try:
        if leftovers:
            schema_editor.execute(f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(index)}")
        yield
    finally:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])


def statement_concurrently(statement: Statement, make: str) -> str:
    """The same index, made with `CREATE … CONCURRENTLY`."""
    return str(statement).replace(f"{make} ", f"{make} CONCURRENTLY ", 1)


class AddIndexConcurrently(operations.AddIndexConcurrently):
    """Django's, made so that a migration that was broken off can simply be run again."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        with concurrently(schema_editor, self.index.name):
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class AddUniqueConcurrently(NotInTransactionMixin, AddConstraint):
    """A unique constraint whose index is built while the table is in use.

    A broken-off build is built anew; duplicates make it fail, with nothing left behind but the dead index.
    """

    atomic = False
    category = OperationCategory.ADDITION

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        name = self.constraint.name
        with concurrently(schema_editor, name):
            made: Any = self.constraint.create_sql(model, schema_editor)
            is_constraint = made.template == schema_editor.sql_create_unique
            made.template = schema_editor.sql_create_unique_index
            schema_editor.execute(statement_concurrently(made, "CREATE UNIQUE INDEX"), params=None)
            if is_constraint:
                self._take_over(schema_editor, model, self.constraint)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        AddConstraint.database_backwards(self, app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Concurrently create unique constraint {self.constraint.name} on model {self.model_name}"

    def _take_over(self, schema_editor: Any, model: Any, constraint: Any) -> None:
        """The constraint takes the finished index; a matter of the catalogue alone."""
        table, name = (schema_editor.quote_name(part) for part in (model._meta.db_table, constraint.name))
        deferrable = schema_editor._deferrable_constraint_sql(constraint.deferrable)
        schema_editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}{deferrable}")


# --- foreign keys -----------------------------------------------------------------------------------------------


class AddForeignKeyNotValid(AddField):
    """Add a nullable foreign key, checked for new rows from now on; index and validation follow, each on its own.

    1. `AddForeignKeyNotValid(model_name, name, field)`
    2. `AddForeignKeyIndexConcurrently(model_name, name)`, in a migration with `atomic = False`
    3. `ValidateForeignKey(model_name, name)`, in a migration after the first
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        field = model._meta.get_field(self.name)
        if not (field.null and field.many_to_one):
            raise TypeError(f"{field} has to be a foreign key that may be null: rows there have nothing to point at.")
        column = copy(field)
        column.db_constraint = column.db_index = False
        schema_editor.add_field(model, column)
        key = schema_editor._create_fk_sql(model, field, "_fk_%(to_table)s_%(to_column)s")
        schema_editor.execute(f"{key} NOT VALID", params=None)

    def describe(self) -> str:
        return f"Add foreign key {self.name} to {self.model_name}, not valid yet"


class OfForeignKey(Operation):
    """Concerns the foreign key of a field; the models do not change."""

    category = OperationCategory.ADDITION

    def __init__(self, model_name: str, name: str) -> None:
        self.model_name, self.name = model_name, name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__qualname__, [], {"model_name": self.model_name, "name": self.name}

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            self.work(schema_editor, model, model._meta.get_field(self.name))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        pass

    def work(self, schema_editor: Any, model: Any, field: Any) -> None:
        raise NotImplementedError

    def references_model(self, name: str, app_label: str) -> bool:
        return name.lower() == self.model_name.lower()


class AddForeignKeyIndexConcurrently(NotInTransactionMixin, OfForeignKey):
    """The index Django makes with a foreign key, on a table in use."""

    atomic = False

    def work(self, schema_editor: Any, model: Any, field: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        for statement in schema_editor._field_indexes_sql(model, field):
            with concurrently(schema_editor, str(statement.parts["name"]).strip('"')):
                schema_editor.execute(statement_concurrently(statement, "CREATE INDEX"), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            for statement in schema_editor._field_indexes_sql(model, model._meta.get_field(self.name)):
                schema_editor.execute(f"DROP INDEX CONCURRENTLY {statement.parts['name']}")

    def describe(self) -> str:
        return f"Concurrently create the index of foreign key {self.name} on {self.model_name}"


class ValidateForeignKey(OfForeignKey):
    """Check the rows that were there before a key was; reading and writing go on meanwhile."""

    def work(self, schema_editor: Any, model: Any, field: Any) -> None:
        name = schema_editor._fk_constraint_name(model, field, "_fk_%(to_table)s_%(to_column)s")
        schema_editor.execute(
            f"ALTER TABLE {schema_editor.quote_name(model._meta.db_table)} VALIDATE CONSTRAINT {name}"
        )

    def describe(self) -> str:
        return f"Validate foreign key {self.name} of {self.model_name}"
