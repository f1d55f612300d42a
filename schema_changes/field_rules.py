"""What adding or altering a column does to a table that is in use."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connections, models
from django.db.models.expressions import Value
from django.db.models.fields import AutoFieldMixin
from django.db.models.functions import Now

from schema_changes.problem import Problem

VARCHAR = re.compile(r"varchar(?:\((\d+)\))?$")
NUMERIC = re.compile(r"numeric\((\d+), (\d+)\)$")


def added_field(model: str, name: str, field: Any) -> Iterator[Problem]:
    if field.many_to_many:
        return
    if is_key(field):
        yield foreign_key(model)
    elif field.unique:
        yield unique_field(model)
    elif field.db_index:
        yield indexed_field(model)
    if (field.generated and field.db_persist) or isinstance(field, AutoFieldMixin):
        yield Problem(
            "computed column",
            f"ACCESS EXCLUSIVE lock: nobody can use {model} until the whole table is written anew.",
            "a plain column that may be null, a trigger or the code that fills it for new rows, a Backfill for the old.",
        )
    elif not (field.null or field.generated or field.has_db_default()):
        yield Problem(
            "not null without a default of the database",
            f"the code that is still running leaves {model}.{name} out of its inserts, and they fail.",
            "give the field db_default=…, or null=True.",
        )
    elif field.has_db_default() and not is_constant(field.db_default):
        yield Problem(
            "default that differs by row",
            f"ACCESS EXCLUSIVE lock: nobody can use {model} until the whole table is written anew.",
            "add the column with null=True, then AlterField to the db_default, then a Backfill for the old rows.",
        )
    if is_checked(field):
        yield checked_field(model)


def altered_field(operation: Any, old: Any, proven_not_null: Iterable[str]) -> Iterator[Problem]:
    """`proven_not_null` names the columns that a validated check constraint keeps from being null."""
    new, model = operation.field, operation.model_name
    if new.many_to_many or old.many_to_many:
        return
    if is_key(new) and not _is_same_key(old, new):
        yield foreign_key(model)
    elif new.unique and not old.unique:
        yield unique_field(model)
    elif new.db_index and not old.db_index:
        yield indexed_field(model)
    if old.null and not new.null and operation.name not in proven_not_null:
        yield Problem(
            "set not null",
            f"ACCESS EXCLUSIVE lock: nobody can use {model} until every row is looked at.",
            f"AddConstraintNotValid of a CheckConstraint(condition=Q({operation.name}__isnull=False)), ValidateConstraint "
            "in the next migration, this AlterField in the one after it; then the constraint may go.",
        )
    if not new.is_relation and not old.is_relation and rewrites(old, new):
        yield Problem(
            "change of type",
            f"ACCESS EXCLUSIVE lock: nobody can use {model} until table and indexes are written anew.",
            "a new column, written beside the old one, a Backfill, then contract: docs/migrations.md.",
        )
    if is_checked(new) and not is_checked(old):
        yield checked_field(model)
    if (old.db_column or operation.name) != (new.db_column or operation.name):
        yield Problem(
            "rename",
            f"the code that is still running asks for {model}.{old.db_column or operation.name} and fails.",
            "leave db_column as it is, or expand and contract: docs/migrations.md.",
        )


def foreign_key(model: str) -> Problem:
    return Problem(
        "foreign key",
        f"SHARE ROW EXCLUSIVE lock on {model} and on the table it points at: nobody can write to either until every "
        "row is checked and the index is built.",
        "AddForeignKeyNotValid, then AddForeignKeyIndexConcurrently and ValidateForeignKey in migrations of their own.",
    )


def unique_field(model: str) -> Problem:
    return Problem(
        "unique column",
        f"ACCESS EXCLUSIVE lock on {model} until its index is built.",
        "the field without unique=True, and a UniqueConstraint added with AddUniqueConcurrently.",
    )


def indexed_field(model: str) -> Problem:
    return Problem(
        "indexed column",
        f"SHARE lock: nobody can write to {model} until the index is built.",
        "the field without db_index, and an Index in Meta added with AddIndexConcurrently.",
    )


def checked_field(model: str) -> Problem:
    return Problem(
        "checked column",
        f"ACCESS EXCLUSIVE lock: nobody can use {model} until every row is checked.",
        "an IntegerField, with AddConstraintNotValid and, in the next migration, ValidateConstraint.",
    )


def is_checked(field: Any) -> bool:
    """Its type brings a check constraint with it. `db_check` cannot say so of a field that knows no column yet."""
    return field.get_internal_type() in _connection().data_type_check_constraints


def is_key(field: Any) -> bool:
    return isinstance(field, models.ForeignKey) and bool(getattr(field, "db_constraint", False))


def is_constant(default: Any) -> bool:
    """The same for every row that is there: PostgreSQL then notes it once and writes no row."""
    return not hasattr(default, "resolve_expression") or isinstance(default, Value | Now)


def rewrites(old: Any, new: Any) -> bool:
    if old.db_parameters(_connection()).get("collation") != new.db_parameters(_connection()).get("collation"):
        return True
    before, after = old.db_type(_connection()), new.db_type(_connection())
    return before != after and not _widens(str(before), str(after))


def _widens(before: str, after: str) -> bool:
    """Changes PostgreSQL makes in the catalogue alone."""
    if (VARCHAR.match(before) and after == "text") or (before == "text" and after == "varchar"):
        return True
    if (old := VARCHAR.match(before)) and (new := VARCHAR.match(after)):
        return not new[1] or (bool(old[1]) and int(new[1]) >= int(old[1]))
    if (old := NUMERIC.match(before)) and (new := NUMERIC.match(after)):
        return int(new[1]) >= int(old[1]) and new[2] == old[2]
    return False


def _is_same_key(old: Any, new: Any) -> bool:
    return is_key(old) and _target(old) == _target(new)


def _target(field: Any) -> str:
    target = field.remote_field.model
    return (target if isinstance(target, str) else target._meta.label).lower()


def _connection() -> Any:
    """Only its names of types are asked, which needs no server."""
    return connections["default"]
