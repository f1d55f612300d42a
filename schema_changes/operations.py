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

FOUND = """
SELECT i.indisvalid, i.indisunique FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relname = %s AND i.indrelid = to_regclass(%s)
"""
TAKEN_OVER = "SELECT FROM pg_constraint WHERE conname = %s AND conrelid = to_regclass(%s)"


@contextmanager
def concurrently(schema_editor: Any) -> Iterator[None]:
    """Build or drop an index while the table is in use: wait for old transactions as long as they take.

    It blocks nobody meanwhile. Whatever else a migration does keeps the session's patience and stands outside.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        (patience,) = cursor.fetchone()
        cursor.execute("SET lock_timeout = 0")
    try:
        yield
    finally:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])


def is_missing(schema_editor: Any, model: Any, index: str, *, unique: bool = False) -> bool:
    """Whether the index has still to be built, which an earlier run that was broken off may have done.

    A build that was broken off itself leaves an index that serves nothing and holds the name; it is dropped here.
    """
    is_valid, is_unique = first_row(schema_editor, FOUND, index, model) or (True, None)
    if not is_valid:
        schema_editor.execute(f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(index)}")
    return not is_valid or is_unique is not unique


def first_row(schema_editor: Any, query: str, name: str, model: Any) -> tuple | None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(query, [name, schema_editor.quote_name(model._meta.db_table)])
        return cursor.fetchone()


def statement_concurrently(statement: Statement, make: str) -> str:
    """The same index, made with `CREATE … CONCURRENTLY`."""
    return str(statement).replace(f"{make} ", f"{make} CONCURRENTLY ", 1)


class AddIndexConcurrently(operations.AddIndexConcurrently):
    """Django's, made so that a migration that was broken off can simply be run again."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        with concurrently(schema_editor):
            if is_missing(schema_editor, model, self.index.name):
                super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        with concurrently(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class RemoveIndexConcurrently(operations.RemoveIndexConcurrently):
    """Django's, which waits for old transactions as long as they take."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        with concurrently(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        with concurrently(schema_editor):
            if is_missing(schema_editor, model, self.name):
                super().database_backwards(app_label, schema_editor, from_state, to_state)


class AddUniqueConcurrently(NotInTransactionMixin, AddConstraint):
    """A unique constraint whose index is built while the table is in use.

    A broken-off build is built anew; duplicates make it fail, with nothing left behind but the dead index. A run that
    could not have the table for its constraint goes on there the next time.
    """

    atomic = False
    category = OperationCategory.ADDITION

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        name = self.constraint.name
        made: Any = self.constraint.create_sql(model, schema_editor)
        is_constraint = made.template == schema_editor.sql_create_unique
        made.template = schema_editor.sql_create_unique_index
        with concurrently(schema_editor):
            if is_missing(schema_editor, model, name, unique=True):
                schema_editor.execute(statement_concurrently(made, "CREATE UNIQUE INDEX"), params=None)
        if is_constraint and first_row(schema_editor, TAKEN_OVER, name, model) is None:
            self._take_over(schema_editor, model, self.constraint)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        AddConstraint.database_backwards(self, app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Concurrently create unique constraint {self.constraint.name} on model {self.model_name}"

    def _take_over(self, schema_editor: Any, model: Any, constraint: Any) -> None:
        """The constraint takes the finished index; a matter of the catalogue, but everybody waits while it queues."""
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
            with concurrently(schema_editor):
                if is_missing(schema_editor, model, str(statement.parts["name"]).strip('"')):
                    schema_editor.execute(statement_concurrently(statement, "CREATE INDEX"), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            for statement in schema_editor._field_indexes_sql(model, model._meta.get_field(self.name)):
                with concurrently(schema_editor):
                    schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {statement.parts['name']}")

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
