"""Every way the ORM and SQL read a table, asked for one row of ours and one of theirs: ours comes, theirs does not.

Generated from the models. Each question takes a model and ids, and answers which of them it found. It is asked twice:
as the product is, and without the manager's predicate, so that the database alone has to answer.
"""

import itertools
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import DatabaseError, connection, models, transaction
from django.db.models.expressions import RawSQL
from django.http import QueryDict
from psycopg import sql

from clients.models import Client
from look.paging import keyset_page
from organizations.models import Organization
from tenancy.expected import isolation_of
from tenancy.keys import TenantForeignKey
from tests.cast import Cast
from tests.isolation.rows import (
    MODELS,
    PARTITIONED,
    TABLES,
    a_row,
    as_owner,
    column,
    is_append_only,
    keyed,
    run,
)
from tests.isolation.walls import WALLS

pytestmark = pytest.mark.django_db

Model = Any
Found = Iterable[Any]
SEARCHED = [
    t for t in TABLES if any(isinstance(f, SearchVectorField) or f.name == "tsv" for f in MODELS[t]._meta.fields)
]
KEYS = [(t, f) for t in TABLES for f in MODELS[t]._meta.local_fields if isinstance(f, TenantForeignKey)]
REVERSE = [
    (t, relation.get_accessor_name())
    for t in TABLES
    for relation in MODELS[t]._meta.related_objects
    if not relation.hidden and isolation_of(relation.related_model)
]


def rows(model: Model, ids: list[Any]) -> models.QuerySet:
    return model._base_manager.filter(pk__in=ids)


def found_by_get(model: Model, ids: list[Any], ask: Callable[[Any], Any]) -> Found:
    for pk in ids:
        with suppress(model.DoesNotExist):
            yield ask(pk).pk


def refreshed(model: Model, pk: Any) -> Any:
    row = model(pk=pk)
    row.refresh_from_db()
    return row


def deferred(model: Model, pk: Any) -> Any:
    """A row of which only the id is known; its other columns are read when somebody looks."""
    row = model.from_db("default", [model._meta.pk.name], [pk])
    assert row.created_at
    return row


def by_window(model: Model, ids: list[Any]) -> Found:
    counted = rows(model, ids).annotate(n=models.Window(models.Count("pk"))).values_list("pk", "n")
    assert {n for _, n in counted} == {len(counted)}
    return [pk for pk, _ in counted]


def by_scalar(model: Model, ids: list[Any]) -> Found:
    for pk in ids:
        asked = models.Subquery(model._base_manager.filter(pk=pk).values("pk")[:1])
        yield from filter(None, Organization.objects.annotate(found=asked).values_list("found", flat=True))


def by_explain(model: Model, ids: list[Any]) -> Found:
    for pk in ids:
        plan = json.loads(model._base_manager.filter(pk=pk).explain(analyze=True, format="json"))
        if plan[0]["Plan"]["Actual Rows"]:
            yield pk


def by_raw_sql(model: Model, ids: list[Any]) -> Found:
    counted = RawSQL(f'SELECT count(*) FROM "{model._meta.db_table}" WHERE {model._meta.pk.column} = %s', [None])  # noqa: S608, S611
    for pk in ids:
        counted.params = [pk]
        if Organization.objects.annotate(n=counted).values_list("n", flat=True)[0]:
            yield pk


def by_page(model: Model, ids: list[Any]) -> Found:
    """From a cursor before every row, which anybody can write into an address."""
    assert ids
    return [
        row.pk for row in keyset_page(model._base_manager.all(), ("created_at", "id"), QueryDict(), size=10_000).rows
    ]


QUESTIONS: dict[str, Callable[[Model, list[Any]], Found]] = {
    "all": lambda model, ids: [row.pk for row in model._default_manager.all()],
    "get": lambda model, ids: found_by_get(model, ids, lambda pk: model._default_manager.get(pk=pk)),
    "pk_in": lambda model, ids: model._default_manager.filter(pk__in=ids).values_list("pk", flat=True),
    "base_manager": lambda model, ids: rows(model, ids).values_list("pk", flat=True),
    "every_manager": lambda model, ids: [row.pk for m in model._meta.managers for row in getattr(model, m.name).all()],
    "in_bulk": lambda model, ids: model._base_manager.in_bulk(ids),
    "iterator": lambda model, ids: [row.pk for row in rows(model, ids).iterator(chunk_size=1)],
    "exists": lambda model, ids: [pk for pk in ids if model._base_manager.filter(pk=pk).exists()],
    "contains": lambda model, ids: [pk for pk in ids if model._base_manager.all().contains(model(pk=pk))],
    "aggregate": lambda model, ids: rows(model, ids).aggregate(found=ArrayAgg("pk"))["found"],
    "window": by_window,
    "scalar_subquery": by_scalar,
    "exists_subquery": lambda model, ids: [
        pk for pk in ids if Organization.objects.filter(models.Exists(model._base_manager.filter(pk=pk))).exists()
    ],
    "in_subquery": lambda model, ids: rows(model, rows(model, ids).values("pk")).values_list("pk", flat=True),
    "union": lambda model, ids: rows(model, ids[:1]).union(rows(model, ids[1:]), all=True).values_list("pk", flat=True),
    "difference": lambda model, ids: model._base_manager.difference(model._base_manager.none()).values_list("pk", flat=True),
    "first_and_last": lambda model, ids: [
        row.pk for pk in ids for row in (model._base_manager.filter(pk=pk).first(), model._base_manager.filter(pk=pk).last()) if row
    ],
    "datetimes": lambda model, ids: [pk for pk in ids if model._base_manager.filter(pk=pk).datetimes("created_at", "day")],
    "explain": by_explain,
    "refresh_from_db": lambda model, ids: found_by_get(model, ids, lambda pk: refreshed(model, pk)),
    "deferred_fields": lambda model, ids: found_by_get(model, ids, lambda pk: deferred(model, pk)),
    "raw": lambda model, ids: [
        row.pk for row in model._base_manager.raw(f'SELECT * FROM "{model._meta.db_table}" WHERE {model._meta.pk.column} = ANY (%s)', [ids])  # noqa: S608
    ],
    "raw_sql_annotation": by_raw_sql,
    "keyset_page": by_page,
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_finds_our_row_and_not_theirs(cast: Cast, table: str, question: str) -> None:
    both = [a_row(table, cast.ours), a_row(table, cast.theirs)]
    for walls in WALLS:
        with cast.ours.inside(), walls():
            found = set(QUESTIONS[question](MODELS[table], both))
        assert found & set(both) == {both[0]}, walls.__name__


# --- relations --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "field"), KEYS, ids=[f"{table}.{field.name}" for table, field in KEYS])
def test_following_a_key_leads_into_no_other_firm(cast: Cast, table: str, field: TenantForeignKey) -> None:
    """A row in memory may hold any id: one that a form or a job has put there."""
    theirs = a_row(field.related_model._meta.db_table, cast.theirs)
    for walls, firm in itertools.product(WALLS, (cast.ours, cast.theirs)):
        with cast.ours.inside(), walls():
            row = MODELS[table](**{field.attname: theirs, "organization_id": firm.organization.pk})
            with pytest.raises(field.related_model.DoesNotExist):
                getattr(row, field.name)


@pytest.mark.parametrize(("table", "accessor"), REVERSE, ids=[".".join(relation) for relation in REVERSE])
def test_the_children_of_their_row_are_not_listed(cast: Cast, table: str, accessor: str) -> None:
    theirs, firm = a_row(table, cast.theirs), cast.theirs.organization.pk
    fields = {"pk": theirs} | ({} if column(table) == "id" else {"organization_id": firm})
    for walls in WALLS:
        with cast.ours.inside(), walls():
            parent = MODELS[table](**fields)
            assert list(getattr(parent, accessor).all()) == []
            assert not getattr(parent, accessor).exists()
            models.prefetch_related_objects([parent], accessor)
            assert list(getattr(parent, accessor).all()) == []


@pytest.mark.parametrize(("table", "accessor"), REVERSE, ids=[".".join(relation) for relation in REVERSE])
def test_a_join_brings_children_of_our_rows_alone(cast: Cast, table: str, accessor: str) -> None:
    relation = next(r for r in MODELS[table]._meta.related_objects if r.get_accessor_name() == accessor)
    child, name = relation.related_model, relation.field.name
    for walls in WALLS:
        with cast.ours.inside(), walls():
            joined = MODELS[table]._base_manager.filter(**{f"{relation.name}__isnull": False})
            children = list(joined.values_list(f"{relation.name}__pk", flat=True))
            ours = child._base_manager.filter(**{f"{name}__isnull": False}).values_list("pk", flat=True)
            assert sorted(children) == sorted(ours), walls.__name__


@pytest.mark.parametrize("table", sorted({table for table, _ in KEYS}))
def test_related_rows_loaded_along_are_ours(cast: Cast, table: str) -> None:
    keys = [field.name for t, field in KEYS if t == table]
    for walls in WALLS:
        with cast.ours.inside(), walls():
            for load in (MODELS[table]._base_manager.select_related, MODELS[table]._base_manager.prefetch_related):
                loaded = [getattr(row, name) for row in load(*keys) for name in keys]
                assert {row.organization_id for row in loaded if row} <= {cast.ours.organization.pk}


@pytest.mark.parametrize("table", SEARCHED)
def test_words_both_firms_use_find_our_rows(cast: Cast, table: str) -> None:
    word = {
        "clients": "northwind",
        "requests": "request",
        "workpapers": "bank",
        "document_contents": "statement",
        "client_contacts": "ana",
        "comments": "months",
        "projects": "audit",
        "tasks": "bank",
        "ai_architecture_sessions": "stock",
    }[table]
    for walls in WALLS:
        with cast.ours.inside(), walls():
            found = MODELS[table]._base_manager.filter(tsv=SearchQuery(word, config="simple"))
            assert set(found.values_list("organization_id", flat=True)) == {cast.ours.organization.pk}
            assert not MODELS[table]._base_manager.filter(tsv=SearchQuery("okafor", config="simple"))


LIKENESS = {
    "trigram": "similarity(name, %s) > 0",
    "trigram_word": "word_similarity(%s, name) > 0",
    "trigram_operator": "name %%> %s",
    "unaccent": "unaccent(%s) <> unaccent(name)",
    "pattern": "name !~* %s",
}


@pytest.mark.parametrize("likeness", LIKENESS)
def test_a_likeness_to_their_name_finds_nothing_of_theirs(cast: Cast, likeness: str) -> None:
    query = sql.SQL("SELECT DISTINCT organization_id FROM clients WHERE {}").format(sql.SQL(LIKENESS[likeness]))
    with cast.ours.inside():
        assert run(query, cast.theirs.bakery.name) == [(cast.ours.organization.pk,)]


def test_a_cursor_from_their_list_starts_no_page_of_theirs(cast: Cast) -> None:
    with cast.theirs.inside():
        Client.objects.bulk_create([Client(name=f"Client {number:03d}") for number in range(5)])
        page = keyset_page(Client.objects.all(), ("name_key", "id"), QueryDict(), size=2)
    with cast.ours.inside():
        again = keyset_page(Client.objects.all(), ("name_key", "id"), QueryDict(page.next.removeprefix("?")), size=2)
    assert page.next and [row.pk for row in again.rows] == [cast.ours.bakery.pk]


# --- SQL --------------------------------------------------------------------------------------------------------

SQL_FORMS = {
    "table": "TABLE {table}",
    "only": "SELECT * FROM ONLY {table}",
    "cte": "WITH found AS MATERIALIZED (SELECT * FROM {table}) SELECT * FROM found",
    "lateral": "SELECT t.* FROM unnest(%(ids)s) wanted, LATERAL (SELECT * FROM {table} WHERE id = wanted) t",
    "full_join": "SELECT b.* FROM {table} a FULL JOIN {table} b ON a.id = b.id",
    "whole_row": "SELECT (t).* FROM (SELECT t FROM {table} t) found",
    "as_json": "SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(t))).* FROM {table} t",
    "except": "SELECT * FROM {table} EXCEPT ALL SELECT * FROM {table} WHERE false",
    "tablesample": "SELECT * FROM {table} TABLESAMPLE SYSTEM (100)",
    "always_true": "SELECT * FROM {table} WHERE id IS NULL OR true",
    "recursive": "WITH RECURSIVE r AS (TABLE {table} UNION ALL SELECT * FROM r WHERE false) SELECT * FROM r",
}


@pytest.mark.parametrize("table", TABLES)
def test_sql_of_any_form_sees_our_rows_alone(cast: Cast, table: str) -> None:
    key, ids = sql.Identifier(column(table)), [a_row(table, cast.ours), a_row(table, cast.theirs)]
    forms = SQL_FORMS.keys() - ({"only", "tablesample"} if table in PARTITIONED else set())
    with cast.ours.inside(), connection.cursor() as cursor:
        for form in forms:
            asked = sql.SQL(keyed(SQL_FORMS[form], table)).format(table=sql.Identifier(table))
            cursor.execute(sql.SQL("SELECT DISTINCT {} FROM ({}) asked").format(key, asked), {"ids": ids})
            assert cursor.fetchall() == [(cast.ours.organization.pk,)], form


LEAKY = {
    "cast_error": "SELECT 1 FROM {table} WHERE id = %s AND id::text::int = 1",
    "division": "SELECT 1 FROM {table} WHERE id = %s AND 1 / (length(id::text) - 36) = 1",
    "in_the_list": "SELECT id::text::int FROM {table} WHERE id = %s",
    "in_a_join": "SELECT 1 FROM {table} a JOIN {table} b ON a.id::text::int = 1 WHERE a.id = %s",
}


@pytest.mark.parametrize("table", TABLES)
def test_no_error_is_raised_over_their_row(cast: Cast, table: str) -> None:
    """A condition that fails loudly would tell of every row it meets before the policy has put it aside."""
    ours, theirs = a_row(table, cast.ours), a_row(table, cast.theirs)
    with cast.ours.inside():
        for form, text in LEAKY.items():
            query = sql.SQL(keyed(text, table)).format(table=sql.Identifier(table))
            assert run(query, theirs) == [], form
            with pytest.raises(DatabaseError), transaction.atomic():
                run(query, ours)


@pytest.mark.parametrize("table", [table for table in TABLES if not is_append_only(table)])
def test_their_row_cannot_be_locked(cast: Cast, table: str) -> None:
    both = [a_row(table, cast.ours), a_row(table, cast.theirs)]
    query = sql.SQL(keyed("SELECT id FROM {} WHERE id = ANY (%s) FOR KEY SHARE", table)).format(sql.Identifier(table))
    for walls in WALLS:
        with cast.ours.inside(), walls():
            assert [row.pk for row in rows(MODELS[table], both).select_for_update(of=("self",))] == both[:1]
            assert run(query, both) == [(both[0],)]


@pytest.mark.parametrize("table", TABLES)
def test_its_place_on_disk_does_not_show_their_row(cast: Cast, table: str) -> None:
    where = sql.SQL(keyed("SELECT tableoid, ctid::text FROM {} WHERE id = %s", table)).format(sql.Identifier(table))
    ((part, place),) = as_owner(where, a_row(table, cast.theirs))
    query = sql.SQL("SELECT {} FROM {} WHERE tableoid = %s AND ctid = %s::tid")
    with cast.ours.inside():
        assert run(query.format(sql.Identifier(column(table)), sql.Identifier(table)), part, place) == []
