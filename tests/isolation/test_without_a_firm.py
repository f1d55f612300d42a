"""The ORM where no firm is selected: every verb of every model refuses, and so does the database when the manager lets it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, models, transaction

from tenancy.context import TenantError
from tests.cast import Cast
from tests.isolation.rows import MODELS, TABLES, a_row, changed, column, snapshot
from tests.isolation.walls import manager_wall_down

pytestmark = pytest.mark.django_db

Verb = Callable[[Any, Any], Any]


READS: dict[str, Verb] = {
    "list": lambda model, pk: list(model._default_manager.all()),
    "get": lambda model, pk: model._default_manager.get(pk=pk),
    "count": lambda model, pk: model._default_manager.count(),
    "exists": lambda model, pk: model._default_manager.exists(),
    "in_bulk": lambda model, pk: model._base_manager.in_bulk([pk]),
    "iterator": lambda model, pk: list(model._base_manager.iterator(chunk_size=1)),
    "aggregate": lambda model, pk: model._base_manager.aggregate(n=models.Count("pk")),
    "refresh_from_db": lambda model, pk: model(pk=pk).refresh_from_db(),
    "explain": lambda model, pk: model._base_manager.all().explain(analyze=True),
}
WRITES: dict[str, Verb] = {
    "update": lambda model, pk: model._base_manager.filter(pk=pk).update(id=pk),
    "delete": lambda model, pk: model._base_manager.filter(pk=pk).delete(),
    "update_or_create": lambda model, pk: model._base_manager.update_or_create(pk=pk),
    "get_or_create": lambda model, pk: model._base_manager.get_or_create(pk=pk),
    "select_for_update": lambda model, pk: list(model._base_manager.select_for_update(of=("self",))),
}
UNFILTERED: dict[str, Verb] = {
    "raw": lambda model, pk: list(model._base_manager.raw(f'SELECT * FROM "{model._meta.db_table}"')),  # noqa: S608
    "bulk_create": lambda model, pk: model._base_manager.bulk_create([model(pk=pk)]),
    "ignore_conflicts": lambda model, pk: model._base_manager.bulk_create([model(pk=pk)], ignore_conflicts=True),
    "save": lambda model, pk: models.Model.save(model(pk=pk), force_insert=True),
}


@pytest.mark.parametrize("table", TABLES)
def test_the_orm_does_nothing_without_a_firm(cast: Cast, table: str) -> None:
    before, pk = snapshot(), a_row(table, cast.theirs)
    for name, verb in (READS | WRITES).items():
        with pytest.raises(TenantError), transaction.atomic():
            pytest.fail(f"{name} answered {verb(MODELS[table], pk)!r}")
    assert not changed(before)


@pytest.mark.parametrize("table", TABLES)
def test_the_database_does_nothing_without_a_firm(cast: Cast, table: str) -> None:
    """Also where no manager stands in the way: raw(), and every insert, which no filter narrows."""
    before, pk = snapshot(), a_row(table, cast.theirs)
    for name, verb in (READS | WRITES | UNFILTERED).items():
        with manager_wall_down(), pytest.raises(DatabaseError), transaction.atomic():
            pytest.fail(f"{name} answered {verb(MODELS[table], pk)!r}")
    assert not changed(before)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_names_a_firm_is_not_taken_without_one(cast: Cast, table: str) -> None:
    before = snapshot()
    key = "pk" if column(table) == "id" else "organization_id"
    for firm in (cast.ours, cast.theirs):
        row = MODELS[table](**{key: firm.organization.pk})
        with pytest.raises(DatabaseError), transaction.atomic():
            models.Model.save(row, force_insert=True)
    assert not changed(before)
