"""The safe operations on the real tables, in a copy of the database that goes away."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any

import pytest
from django.db import IntegrityError, NotSupportedError, OperationalError, ProgrammingError, connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import UniqueConstraint
from django.db.models.functions import Lower

from schema_changes.operations import (
    AddForeignKeyIndexConcurrently,
    AddForeignKeyNotValid,
    AddIndexConcurrently,
    AddUniqueConcurrently,
    RemoveIndexConcurrently,
    ValidateForeignKey,
)
from tenancy.checks import catalogue_messages
from tenancy.keys import TenantForeignKey
from tests.architecture.catalogue_state import catalogue
from tests.cast import Cast
from tests.scratch import another_session, released_after

KEY = TenantForeignKey("organizations.Membership", models.SET_NULL, null=True, related_name="+")


@pytest.fixture
def state(scratch: Cast) -> ProjectState:
    return MigrationLoader(connection).project_state()


def forwards(operation: Any, state: ProjectState) -> ProjectState:
    after = state.clone()
    operation.state_forwards("clients", after)
    with connection.schema_editor(atomic=operation.atomic) as editor:
        operation.database_forwards("clients", editor, state, after)
    return after


def backwards(operation: Any, before: ProjectState, after: ProjectState) -> None:
    with connection.schema_editor(atomic=operation.atomic) as editor:
        operation.database_backwards("clients", editor, after, before)


def asked(query: str, *params: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, params or None)
        return cursor.fetchall() if cursor.description else []


def key_of_the_new_column() -> list[tuple]:
    return asked(
        "SELECT convalidated, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = 'documents'::regclass AND contype = 'f' AND pg_get_constraintdef(oid) LIKE '%checked_by_id%'"
    )


@contextmanager
def as_before() -> Iterator[None]:
    before = catalogue("default")
    yield
    assert catalogue("default") == before


def test_a_composite_key_arrives_in_three_steps(state: ProjectState, scratch: Cast) -> None:
    definition = "FOREIGN KEY (organization_id, checked_by_id) REFERENCES organization_memberships(organization_id, id) DEFERRABLE"
    steps = [
        AddForeignKeyNotValid("document", "checked_by", KEY),
        AddForeignKeyIndexConcurrently("document", "checked_by"),
        ValidateForeignKey("document", "checked_by"),
    ]
    with as_before():
        states = [state, forwards(steps[0], state)]
        assert key_of_the_new_column() == [(False, f"{definition} NOT VALID")]
        with pytest.raises(IntegrityError):
            asked("UPDATE documents SET checked_by_id = %s", scratch.theirs.member.pk)
        for step in steps[1:]:
            states.append(forwards(step, states[-1]))
        assert key_of_the_new_column() == [(True, definition)]
        assert list(catalogue_messages(connection)) == []
        for step, before, after in zip(reversed(steps), reversed(states[:-1]), reversed(states[1:]), strict=True):
            backwards(step, before, after)


def test_a_key_that_may_not_be_null_is_refused(state: ProjectState) -> None:
    strict = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="+")
    with pytest.raises(TypeError, match="may be null"):
        forwards(AddForeignKeyNotValid("document", "checked_by", strict), state)


CONSTRAINTS = [
    UniqueConstraint(fields=["organization", "name"], name="one_name"),
    UniqueConstraint("organization", Lower("name"), name="one_name"),
    UniqueConstraint(fields=["organization", "name"], condition=models.Q(deleted_at=None), name="one_name"),
    UniqueConstraint(fields=["organization", "name"], name="one_name", nulls_distinct=False),
]


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=["plain", "expression", "condition", "nulls"])
def test_a_unique_constraint_is_the_one_that_django_would_make(
    state: ProjectState, constraint: UniqueConstraint
) -> None:
    document = state.apps.get_model("clients", "document")
    with as_before():
        with connection.schema_editor() as editor:
            editor.add_constraint(document, constraint)
        made_by_django = catalogue("default")
        with connection.schema_editor() as editor:
            editor.remove_constraint(document, constraint)
        operation = AddUniqueConcurrently("document", constraint)
        after = forwards(operation, state)
        assert catalogue("default") == made_by_django
        backwards(operation, state, after)


def test_a_build_that_broke_off_is_built_anew(state: ProjectState, scratch: Cast) -> None:
    operation = AddUniqueConcurrently("document", CONSTRAINTS[0])
    asked("CREATE TABLE kept AS SELECT id FROM documents")
    asked(
        "INSERT INTO documents (id, organization_id, client_id, name, visibility) "
        "SELECT gen_random_uuid(), organization_id, client_id, name, visibility FROM documents"
    )
    with pytest.raises(IntegrityError):
        forwards(operation, state)
    dead = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'one_name'::regclass"
    assert asked(dead) == [(False,)]
    asked("DELETE FROM documents WHERE id NOT IN (SELECT id FROM kept)")
    forwards(operation, state)
    assert asked(dead) == [(True,)]


def test_a_constraint_does_not_queue_for_its_table_without_end(state: ProjectState) -> None:
    operation = AddUniqueConcurrently("document", CONSTRAINTS[0])
    asked("SET lock_timeout = '50ms'")
    with another_session() as reader:
        reader.execute("LOCK TABLE documents IN ACCESS SHARE MODE")
        with released_after(4, reader), pytest.raises(OperationalError, match="lock timeout"):
            forwards(operation, state)
    forwards(operation, state)
    assert asked("SELECT contype::text FROM pg_constraint WHERE conname = 'one_name'") == [("u",)]


BY_NAME = models.Index(fields=["organization", "name"], name="by_name")


@pytest.mark.parametrize(
    "operation",
    [
        AddIndexConcurrently("document", BY_NAME),
        *(AddUniqueConcurrently("document", constraint) for constraint in CONSTRAINTS[:2]),
        AddForeignKeyIndexConcurrently("document", "checked_by"),
    ],
    ids=["index", "unique", "unique expression", "key"],
)
def test_what_was_done_but_not_noted_is_done_again_without_harm(state: ProjectState, operation: Any) -> None:
    state = forwards(AddForeignKeyNotValid("document", "checked_by", KEY), state)
    with as_before():
        after = forwards(operation, state)
        made = catalogue("default")
        forwards(operation, state)
        assert catalogue("default") == made
        backwards(operation, state, after)


def test_an_index_that_is_not_the_one_meant_is_no_excuse(state: ProjectState) -> None:
    asked("CREATE INDEX one_name ON documents (organization_id, name)")
    with pytest.raises(ProgrammingError, match="already exists"):
        forwards(AddUniqueConcurrently("document", CONSTRAINTS[0]), state)


@pytest.mark.parametrize("way", ["removed", "undone", "undone key"])
def test_an_index_goes_once_writers_are_done_as_long_as_they_take(state: ProjectState, way: str) -> None:
    with_key = forwards(AddForeignKeyNotValid("document", "checked_by", KEY), state)
    made = (
        AddForeignKeyIndexConcurrently("document", "checked_by")
        if way == "undone key"
        else AddIndexConcurrently("document", BY_NAME)
    )
    before = catalogue("default")
    with_index = forwards(made, with_key)
    asked("SET lock_timeout = '20ms'")
    with another_session() as writer:
        writer.execute("LOCK TABLE documents IN ROW EXCLUSIVE MODE")
        end = Timer(0.3, writer.commit)
        end.start()
        if way == "removed":
            forwards(RemoveIndexConcurrently("document", "by_name"), with_index)
        else:
            backwards(made, with_key, with_index)
        end.join()
    assert asked("SHOW lock_timeout") == [("20ms",)]
    assert catalogue("default") == before


def test_a_concurrent_index_waits_for_writers_as_long_as_they_take(state: ProjectState) -> None:
    asked("SET lock_timeout = '20ms'")
    operation = AddIndexConcurrently("document", models.Index(fields=["organization", "name"], name="by_name"))
    with another_session() as writer:
        writer.execute("LOCK TABLE documents IN ROW EXCLUSIVE MODE")
        end = Timer(0.3, writer.commit)
        end.start()
        forwards(operation, state)
        end.join()
    assert asked("SHOW lock_timeout") == [("20ms",)]
    assert asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_name'::regclass") == [(True,)]


def test_concurrent_operations_refuse_a_transaction(state: ProjectState) -> None:
    operation = AddUniqueConcurrently("document", CONSTRAINTS[0])
    with pytest.raises(NotSupportedError), connection.schema_editor(atomic=True) as editor:
        operation.database_forwards("clients", editor, state, state)
