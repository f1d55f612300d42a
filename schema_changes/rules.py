"""What an operation does to a table that is in use: the lock it takes, and the recipe that does without.

Sources: PostgreSQL's pages on ALTER TABLE, CREATE INDEX and explicit locking, for versions 15 to 18.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import ModelOperation
from django.db.models import CheckConstraint, UniqueConstraint

from schema_changes.field_rules import added_field, altered_field
from schema_changes.operations import (
    AddForeignKeyIndexConcurrently,
    AddForeignKeyNotValid,
    AddUniqueConcurrently,
    ValidateForeignKey,
)
from schema_changes.problem import Problem
from schema_changes.sql_rules import statements_of, tables_made, whole_table
from schema_changes.walk import Place, table_of
from tenancy.isolation import TenantIsolation

Rule = Callable[[Any, Place], Iterator[Problem]]


def problems(operation: Operation, place: Place) -> Iterator[Problem]:
    """What is wrong with one operation. An operation of a kind nobody has thought of is not silently fine."""
    yield from _transaction(operation, place)
    for kind, rule in RULES:
        if isinstance(operation, kind):
            model_name = model_of(operation)
            if model_name is None or not place.is_new(model_name):
                yield from rule(operation, place)
            return
    yield Problem(
        "unknown operation",
        "nobody has said what it locks.",
        "add a rule to schema_changes/rules.py, or say reviewed(operation, because=…).",
    )


def model_of(operation: Any) -> str | None:
    """The model whose table it changes; None for free SQL and Python."""
    if isinstance(operation, ops.RenameModel):
        return operation.old_name
    return operation.name if isinstance(operation, ModelOperation) else getattr(operation, "model_name", None)


def _transaction(operation: Operation, place: Place) -> Iterator[Problem]:
    if place.migration.atomic and isinstance(operation, CONCURRENT):
        yield Problem(
            "concurrent in a transaction",
            "PostgreSQL refuses to build an index concurrently inside a transaction.",
            "set atomic = False on the migration, and put nothing else into it.",
        )
    if (
        not place.migration.atomic
        and not isinstance(operation, (*CONCURRENT, ops.RunPython))
        and not _runs_outside(operation)
    ):
        yield Problem(
            "change without a transaction",
            "if a later operation fails, this one stays and the migration cannot be run again.",
            "keep migrations with atomic = False to concurrent operations alone.",
        )


def _runs_outside(operation: Operation) -> bool:
    return isinstance(operation, ops.RunSQL) and all(
        "CONCURRENTLY" in text.upper() for text in statements_of(operation)
    )


# --- indexes and constraints ------------------------------------------------------------------------------------


def _index(operation: ops.AddIndex, place: Place) -> Iterator[Problem]:
    yield Problem(
        "index",
        f"SHARE lock: nobody can write to {operation.model_name} until the index is built.",
        "AddIndexConcurrently, alone in a migration with atomic = False.",
    )


def _constraint(operation: ops.AddConstraint, place: Place) -> Iterator[Problem]:
    constraint, model = operation.constraint, operation.model_name
    if isinstance(constraint, UniqueConstraint):
        yield Problem(
            "unique constraint",
            f"ACCESS EXCLUSIVE or SHARE lock on {model} until its index is built.",
            "AddUniqueConcurrently, alone in a migration with atomic = False.",
        )
    elif isinstance(constraint, CheckConstraint):
        yield Problem(
            "check constraint",
            f"ACCESS EXCLUSIVE lock: nobody can use {model} until every row is checked.",
            "AddConstraintNotValid, then ValidateConstraint in the next migration.",
        )
    elif isinstance(constraint, TenantIsolation):
        yield Problem(
            "isolation",
            f"ACCESS EXCLUSIVE lock on {model} while its primary key is built anew, and no policy before.",
            "a table is isolated in the migration that makes it: make a new table and move the rows with a back-fill.",
        )
    else:
        yield Problem(
            "constraint",
            f"ACCESS EXCLUSIVE lock on {model} until every row is checked.",
            "PostgreSQL has no gentle way for this kind: make a new table and move the rows with a back-fill.",
        )


def _validate(operation: ValidateConstraint | ValidateForeignKey, place: Place) -> Iterator[Problem]:
    """Validation alone is gentle; after another change in the same transaction it runs under that one's lock."""
    if place.migration.atomic and place.earlier:
        yield Problem(
            "validation too early",
            "every row is read while the locks of the operations before it are held.",
            "put the validation into the next migration, alone.",
        )


def _set(operation: Any, place: Place) -> Iterator[Problem]:
    if operation.option_value:
        yield Problem(
            "unique_together",
            f"ACCESS EXCLUSIVE lock on {operation.name} until the index is built.",
            "a UniqueConstraint, added with AddUniqueConcurrently.",
        )


# --- fields and tables ------------------------------------------------------------------------------------------


def _add_field(operation: ops.AddField, place: Place) -> Iterator[Problem]:
    yield from added_field(operation.model_name, operation.name, operation.field)


def _alter_field(operation: ops.AlterField, place: Place) -> Iterator[Problem]:
    old = place.model(operation.model_name).fields[operation.name]
    yield from altered_field(operation, old, set(place.proven_not_null(operation.model_name)))


def _remove_field(operation: ops.RemoveField, place: Place) -> Iterator[Problem]:
    if not place.model(operation.model_name).fields[operation.name].many_to_many:
        yield _removed(f"{operation.model_name}.{operation.name}")


def _delete_model(operation: ops.DeleteModel, place: Place) -> Iterator[Problem]:
    options = place.model(operation.name).options
    if options.get("managed", True) and not options.get("proxy"):
        yield _removed(operation.name)


def _removed(what: str) -> Problem:
    return Problem(
        "removal",
        f"ACCESS EXCLUSIVE lock, short; but the code that is still running asks for {what} and fails.",
        "stop using it and release that; then contract(operation, after=<that release's migration>, because=…).",
    )


def _renamed(what: str) -> Problem:
    return Problem(
        "rename",
        f"ACCESS EXCLUSIVE lock, short; but the code that is still running asks for {what} by its old name and fails.",
        "keep the name in the database (db_column, db_table), or expand and contract: docs/migrations.md.",
    )


def _rename_field(operation: ops.RenameField, place: Place) -> Iterator[Problem]:
    if not place.model(operation.model_name).fields[operation.old_name].db_column:
        yield _renamed(f"{operation.model_name}.{operation.old_name}")


def _rename_model(operation: ops.RenameModel, place: Place) -> Iterator[Problem]:
    if not place.model(operation.old_name).options.get("db_table"):
        yield _renamed(operation.old_name)


def _alter_table(operation: ops.AlterModelTable, place: Place) -> Iterator[Problem]:
    key = (place.migration.app_label, operation.name_lower)
    if table_of(place.before, key) != table_of(place.walk.state, key):
        yield _renamed(operation.name)


# --- free text --------------------------------------------------------------------------------------------------


def _run_python(operation: ops.RunPython, place: Place) -> Iterator[Problem]:
    if operation.code is not ops.RunPython.noop:
        yield Problem(
            "RunPython",
            "rows it changes stay locked until the whole migration is done, and no one sees how far it is.",
            "a Backfill (schema_changes/backfill.py), or reviewed(operation, because=…) where the rows are few.",
        )


def _run_sql(operation: ops.RunSQL, place: Place) -> Iterator[Problem]:
    made = set(tables_made(operation))
    for statement in statements_of(operation):
        yield from whole_table(statement, lambda table: table in made or place.table_is_new(table))


def _fine(operation: Operation, place: Place) -> Iterator[Problem]:
    yield from ()


CONCURRENT = (AddIndexConcurrently, RemoveIndexConcurrently, AddUniqueConcurrently, AddForeignKeyIndexConcurrently)
#: Nothing in the database, or a lock that is held for a moment and that the running code does not notice.
HARMLESS = (
    ops.CreateModel,
    ops.AlterModelOptions,
    ops.AlterModelManagers,
    ops.AlterModelTableComment,
    ops.AlterConstraint,
    ops.RemoveConstraint,
    ops.RemoveIndex,
    ops.RenameIndex,
    AddConstraintNotValid,
    AddForeignKeyNotValid,
)
#: The first that fits decides, so the kinds that derive from others stand before them.
RULES: tuple[tuple[Any, Rule], ...] = (
    ((*CONCURRENT, *HARMLESS), _fine),
    ((ValidateConstraint, ValidateForeignKey), _validate),
    (ops.AddIndex, _index),
    (ops.AddConstraint, _constraint),
    (ops.AlterUniqueTogether, _set),
    (ops.AddField, _add_field),
    (ops.AlterField, _alter_field),
    (ops.RemoveField, _remove_field),
    (ops.RenameField, _rename_field),
    (ops.DeleteModel, _delete_model),
    (ops.RenameModel, _rename_model),
    (ops.AlterModelTable, _alter_table),
    (ops.RunPython, _run_python),
    (ops.RunSQL, _run_sql),
)
