"""Every way the ORM writes, aimed at another firm's rows: refused, or nothing is reached; their rows stay as they were.

Generated from the models. The sharpest case is the twin: a firm whose rows have the very ids of theirs, so that a write
by id alone, which Django sends for deletes and cascades, would meet both.
"""

import itertools
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import DatabaseError, models, transaction
from django.db.models import F, ProtectedError, RestrictedError, Subquery
from psycopg import sql

from clients.models import Client
from tenancy.checks import is_root
from tenancy.context import tenant
from tests.cast import Cast
from tests.isolation.rows import (
    MODELS,
    TABLES,
    Snapshot,
    a_row,
    as_owner,
    changed,
    column,
    is_append_only,
    run,
    snapshot,
)
from tests.isolation.twins import rows_of
from tests.isolation.walls import WALLS

pytestmark = pytest.mark.django_db

KEYED = [table for table in TABLES if not is_root(MODELS[table])]
CHANGEABLE = [table for table in TABLES if not is_append_only(table)]
#: How a refusal may look: the database says no, or there is no such row to save.
REFUSED = (DatabaseError, models.ObjectDoesNotExist)
#: What is said to who plants a row; the latter two where rows may only be added, and none replaced.
NOT_THERE = "row-level security|permission denied|no unique or exclusion constraint"


def their_row(cast: Cast, table: str) -> Any:
    """Loaded inside their firm, as a careless cache or a pickled job might hand it over."""
    with cast.theirs.inside():
        return MODELS[table]._base_manager.get(pk=a_row(table, cast.theirs))


def harmed(before: Snapshot, firm: Any) -> set[str]:
    return {table for table, owner in changed(before) if owner == firm}


def delete(row: Any) -> Any:
    """As Django deletes; where a parent is protected, or has children that may never go, its row alone."""
    try:
        with transaction.atomic():
            return row.delete()
    except (ProtectedError, RestrictedError, DatabaseError):
        return type(row)._base_manager.filter(pk=row.pk)._raw_delete("default")


AIMED: dict[str, Callable[[Any, Any], Any]] = {
    "save": lambda model, row: models.Model.save(row),
    "forced_save": lambda model, row: models.Model.save(row, force_update=True),
    "save_of_one_field": lambda model, row: models.Model.save(row, update_fields=["created_at"]),
    "insert_again": lambda model, row: models.Model.save(row, force_insert=True),
    "bulk_create": lambda model, row: model._base_manager.bulk_create([row]),
    "bulk_create_ignoring": lambda model, row: model._base_manager.bulk_create([row], ignore_conflicts=True),
    "bulk_create_updating": lambda model, row: model._base_manager.bulk_create(
        [row], update_conflicts=True, update_fields=["created_at"], unique_fields=conflict_key(model)
    ),
    "bulk_update": lambda model, row: model._base_manager.bulk_update([row], ["created_at"]),
    "update": lambda model, row: model._base_manager.filter(pk=row.pk).update(created_at=F("created_at")),
    "update_of_every_row": lambda model, row: model._base_manager.update(created_at=F("created_at")),
    "update_by_firm": lambda model, row: model._base_manager.filter(**firm_of(row)).update(created_at=F("created_at")),
    "delete": lambda model, row: delete(row),
    "delete_by_query": lambda model, row: model._base_manager.filter(pk=row.pk).delete(),
    "delete_raw": lambda model, row: model._base_manager.filter(pk=row.pk)._raw_delete("default"),
    "delete_of_the_firm": lambda model, row: model._base_manager.filter(**firm_of(row))._raw_delete("default"),
}  # fmt: skip
#: What reaches rows of ours by right, and must reach no more.
WIDE = {"update_of_every_row"}


def count(reached: Any) -> int:
    """How many rows a verb says it reached: a number, a pair of a number and details, or nothing."""
    return (reached[0] if isinstance(reached, tuple) else reached) or 0


def firm_of(row: Any) -> dict[str, Any]:
    return {"pk": row.pk} if is_root(type(row)) else {"organization_id": row.organization_id}


def conflict_key(model: Any) -> list[str]:
    return [model._meta.pk.name] if is_root(model) else ["organization_id", model._meta.pk.name]


@pytest.mark.parametrize("table", CHANGEABLE)
@pytest.mark.parametrize("aim", AIMED)
def test_a_write_aimed_at_their_row_misses(cast: Cast, table: str, aim: str) -> None:
    before, model = rows_of(cast.theirs, table), MODELS[table]
    for walls in WALLS:
        row = their_row(cast, table)
        with cast.ours.inside(), walls():
            try:
                with transaction.atomic():
                    reached = count(AIMED[aim](model, row))
            except REFUSED:
                reached = 0
            assert aim in WIDE or reached == 0, walls.__name__
    assert rows_of(cast.theirs, table) == before


@pytest.mark.parametrize("table", [table for table in TABLES if is_append_only(table)])
@pytest.mark.parametrize("aim", [aim for aim in AIMED if aim not in WIDE])
def test_what_may_only_grow_is_not_written_either(cast: Cast, table: str, aim: str) -> None:
    before = rows_of(cast.theirs, table)
    for walls in WALLS:
        row = their_row(cast, table)
        with cast.ours.inside(), walls(), pytest.raises(REFUSED), transaction.atomic():
            if count(AIMED[aim](MODELS[table], row)) == 0:
                raise models.ObjectDoesNotExist
    assert rows_of(cast.theirs, table) == before


GIVEN: dict[str, Callable[[Any, Any], Any]] = {
    "save": lambda model, row: models.Model.save(row),
    "update": lambda model, row: model._base_manager.filter(pk=row.pk).update(organization_id=row.organization_id),
    "bulk_update": lambda model, row: model._base_manager.bulk_update([row], ["organization_id"]),
}


@pytest.mark.parametrize("table", KEYED)
def test_our_row_cannot_be_given_to_them(cast: Cast, table: str) -> None:
    before, model = snapshot(), MODELS[table]
    for walls, (how, give) in itertools.product(WALLS, GIVEN.items()):
        with cast.ours.inside(), walls():
            row = model._base_manager.get(pk=a_row(table, cast.ours))
            row.organization_id = cast.theirs.organization.pk
            with pytest.raises(DatabaseError), transaction.atomic():
                pytest.fail(f"{how} answered {give(model, row)}")
    assert not changed(before)


@pytest.mark.parametrize("table", KEYED)
def test_a_new_row_cannot_be_put_into_their_firm(cast: Cast, table: str) -> None:
    """A copy of their own row under a new id: every key in it would hold."""
    before, model, row = snapshot(), MODELS[table], their_row(cast, table)
    row.pk, row._state.adding = uuid.uuid4(), True
    hows = ["insert_again", "bulk_create", "bulk_create_ignoring", "bulk_create_updating"]
    for walls, how in itertools.product(WALLS, hows):
        with cast.ours.inside(), walls(), pytest.raises(DatabaseError, match=NOT_THERE), transaction.atomic():
            pytest.fail(f"{how} answered {AIMED[how](model, row)}")
    assert not changed(before)


@pytest.mark.parametrize("table", CHANGEABLE)
def test_creating_what_is_theirs_touches_no_row_of_theirs(cast: Cast, table: str) -> None:
    """Their id is not found here; what comes of it is a row of ours or a refusal."""
    before, theirs = snapshot(), a_row(table, cast.theirs)
    for walls, verb in itertools.product(WALLS, ("update_or_create", "get_or_create")):
        with cast.ours.inside(), walls(), suppress(*REFUSED), transaction.atomic():
            made, created = getattr(MODELS[table]._base_manager, verb)(pk=theirs)
            assert created and getattr(made, column(table)) == cast.ours.organization.pk
            transaction.set_rollback(True)
    assert not harmed(before, cast.theirs.organization.pk)


@pytest.mark.parametrize("table", CHANGEABLE)
def test_an_update_of_everything_counts_our_rows(cast: Cast, table: str) -> None:
    key = sql.Identifier(column(table))
    ((ours,),) = as_owner(
        sql.SQL("SELECT count(*) FROM {} WHERE {} = %s").format(sql.Identifier(table), key), cast.ours.organization.pk
    )
    for walls in WALLS:
        with cast.ours.inside(), walls():
            assert MODELS[table]._base_manager.update(created_at=F("created_at")) == ours


def test_a_value_of_theirs_cannot_be_copied_into_our_row(cast: Cast) -> None:
    for walls in WALLS:
        with cast.ours.inside(), walls():
            name = Client._base_manager.filter(pk=cast.theirs.bakery.pk).values("name")
            with pytest.raises(DatabaseError, match="null value"), transaction.atomic():
                Client.objects.filter(pk=cast.ours.bakery.pk).update(notes=Subquery(name))
            copied = run(
                "UPDATE clients c SET notes = t.name FROM clients t WHERE c.id = %s AND t.id = %s",
                cast.ours.bakery.pk, cast.theirs.bakery.pk,
            )  # fmt: skip
            assert copied == 0


@pytest.mark.parametrize("table", KEYED)
def test_insert_from_select_brings_nothing_of_theirs(cast: Cast, table: str) -> None:
    """Copying a whole table into ours: the table ends where our firm ends."""
    with cast.ours.inside():
        ((ours,),) = run(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        query = sql.SQL("INSERT INTO {t} SELECT * FROM {t} WHERE organization_id <> %s").format(t=sql.Identifier(table))
        plain = "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND is_generated = 'ALWAYS'"
        if run(plain, table) == []:
            assert run(query, cast.ours.organization.pk) == 0
        assert run(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))) == [(ours,)]


# --- the same ids in two firms ----------------------------------------------------------------------------------


LONG_AGO = "2001-01-01T00:00Z"
BY_ID: dict[str, Callable[[Any, Any], Any]] = {
    "delete": lambda model, row: delete(row),
    "delete_all": lambda model, row: model._base_manager.all()._raw_delete("default"),
    "update": lambda model, row: model._base_manager.filter(pk=row.pk).update(created_at=LONG_AGO),
    "save": lambda model, row: models.Model.save(row, update_fields=["created_at"]),
    "bulk_update": lambda model, row: model._base_manager.bulk_update([row], ["created_at"]),
}


@pytest.mark.parametrize("table", [table for table in CHANGEABLE if table in KEYED])
def test_a_write_by_id_stays_in_the_firm_that_writes(cast: Cast, twin: uuid.UUID, table: str) -> None:
    before, model, pk = snapshot(), MODELS[table], a_row(table, cast.theirs)
    for walls, (verb, write) in itertools.product(WALLS, BY_ID.items()):
        with transaction.atomic():
            with tenant(twin), walls():
                run("SET CONSTRAINTS ALL DEFERRED")  # for the children that a deleted row leaves behind
                row = model._base_manager.get(pk=pk)
                row.created_at = LONG_AGO
                write(model, row)
            found = changed(before)
            assert (table, twin) in found, verb
            assert cast.theirs.organization.pk not in {firm for _, firm in found}, verb
            transaction.set_rollback(True)


@pytest.mark.parametrize("who", ["document", "tag"])
def test_a_cascade_stays_in_the_firm_that_deletes(cast: Cast, twin: uuid.UUID, who: str) -> None:
    """A document takes its versions and answers along; a tag its places on clients."""
    before, row = snapshot(), getattr(cast.theirs, who)
    for walls in WALLS:
        with transaction.atomic():
            with tenant(twin), walls():
                total, by_model = type(row)._base_manager.get(pk=row.pk).delete()
                assert total > 1 and len(by_model) > 1
            assert {"audit_logs", row._meta.db_table} < harmed(before, twin)
            assert not harmed(before, cast.theirs.organization.pk), walls.__name__
            transaction.set_rollback(True)
