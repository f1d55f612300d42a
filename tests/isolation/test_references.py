"""No row can point at another firm's, nor learn whether it exists; no unique key tells one firm what another has."""

import json
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from psycopg import sql
from psycopg.errors import CheckViolation, ForeignKeyViolation
from psycopg.types.json import Jsonb

from organizations.models import Organization
from tenancy.checks import is_root
from tenancy.context import tenant
from tenancy.keys import TenantForeignKey
from tests.cast import Cast, Firm
from tests.isolation.rows import MODELS, a_row, as_owner, column, is_append_only, key_of, keyed, run, written_columns
from tests.isolation.twins import moved

pytestmark = pytest.mark.django_db
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

KEYS = [
    (table, field)
    for table, model in sorted(MODELS.items())
    for field in model._meta.local_fields
    if isinstance(field, TenantForeignKey)
]
UNIQUES = [
    (table, constraint.name)
    for table, model in sorted(MODELS.items())
    for constraint in model._meta.constraints
    if isinstance(constraint, models.UniqueConstraint)
]


#: “Who” stands with “when” and “why”: a check wants them together.
PAIRED = {
    ("binders", "locked_by_id"): {
        "locked_at": "now()", "retained_until": "current_date", "report_released_on": "current_date",
    },
    ("binders", "legal_hold_by_id"): {"legal_hold_at": "now()", "legal_hold_reason": "'Suit'"},
    ("review_notes", "cleared_by_id"): {"cleared_at": "now()"},
    ("sign_offs", "withdrawn_by_id"): {"withdrawn_at": "now()", "withdrawn_reason": "'Mistake'"},
    ("session_snapshots", "created_by_id"): {"number": "number + 1000"},
    ("comments", "root_id"): {"parent_id": "id"},
    ("comments", "parent_id"): {"root_id": "id"},
}  # fmt: skip

#: Keys that no row of the cast meets → what one of their rows says, so that it does.
FILLED = {
    "firm_deletions_one_standing": {"cancelled_at": "NULL"},
    "binders_rolled_once": {"rolled_from_id": "gen_random_uuid()"},
    "journal_entries_reversed_once": {"reverses_id": "gen_random_uuid()"},
    "project_series_next": {"next_project_id": "gen_random_uuid()"},
    "requests_source_ref": {"source_ref": "'A-1'"},
    "tasks_recurs_once": {"recurs_from_id": "gen_random_uuid()"},
    "thread_readers_contact": {"contact_id": "gen_random_uuid()", "member_id": "NULL"},
}

#: Keys that only some rows of a table may have, and the cast's name of one that may.
POINTING = {("threads", "beside_id"): "firm_thread"}


def point_at(firm: Firm, table: str, column_name: str, target: Any, cleared: tuple[str, ...] = ()) -> None:
    """Change one of the firm's rows, or add a copy where rows may only be added."""
    values = {column_name: sql.Literal(target)} | {name: sql.SQL("NULL") for name in cleared}
    values |= {name: sql.SQL(said) for name, said in PAIRED.get((table, column_name), {}).items()}
    name = POINTING.get((table, column_name))
    row = getattr(firm, name).pk if name else a_row(table, firm)
    if is_append_only(table):
        values[key_of(table)] = sql.SQL("gen_random_uuid()")
        columns = written_columns(MODELS[table])
        query = sql.SQL("INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {key} = {id}").format(
            key=sql.Identifier(key_of(table)),
            table=sql.Identifier(table), columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(values.get(name, sql.Identifier(name)) for name in columns),
            id=sql.Literal(row),
        )  # fmt: skip
    else:
        changes = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, value in values.items()
        )
        query = sql.SQL(keyed("UPDATE {} SET {} WHERE id = {}", table)).format(
            sql.Identifier(table), changes, sql.Literal(row)
        )
    with transaction.atomic():
        run(query)


def refusal(firm: Firm, table: str, field: TenantForeignKey, target: Any) -> str:
    others = tuple(f.column for t, f in KEYS if t == table and f.null and f != field)
    with firm.inside():
        try:
            with pytest.raises(IntegrityError) as caught:
                point_at(firm, table, field.column, target)
            if isinstance(caught.value.__cause__, CheckViolation):  # "one of the two": empty the other
                with pytest.raises(IntegrityError) as caught:
                    point_at(firm, table, field.column, target, others)
        finally:
            assert not connection.needs_rollback
    assert isinstance(caught.value.__cause__, ForeignKeyViolation)
    return UUID.sub("…", str(caught.value))


@pytest.mark.parametrize(("table", "field"), KEYS, ids=[f"{table}.{field.name}" for table, field in KEYS])
def test_another_firms_row_is_like_no_row(cast: Cast, table: str, field: TenantForeignKey) -> None:
    theirs = a_row(field.related_model._meta.db_table, cast.theirs)
    said = refusal(cast.ours, table, field, theirs)
    assert said == refusal(cast.ours, table, field, uuid.uuid4())
    assert "is not present" in said


@pytest.fixture
def newcomer(cast: Cast) -> Iterator[uuid.UUID]:
    """A third firm, without any rows; undone before anybody asks whether its keys hold."""
    organization = Organization(name="Newcomer", slug="newcomer")
    with transaction.atomic():
        with tenant(organization.pk):
            organization.save(force_insert=True)
        yield organization.pk
        transaction.set_rollback(True)


def fill(firm: Firm, table: str, values: dict[str, str]) -> None:
    """Undone with the newcomer, before anybody asks whether there is what the row then points at."""
    if values:
        changes = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.SQL(said)) for name, said in values.items()
        )
        with firm.inside():
            run("SET CONSTRAINTS ALL DEFERRED")
            query = sql.SQL("UPDATE {} SET {} WHERE {} = %s").format(
                sql.Identifier(table), changes, sql.Identifier(key_of(table))
            )
            assert run(query, a_row(table, firm)) == 1


def copy_into(firm_id: uuid.UUID, table: str, row: str, conflict: str = "", **changes: str) -> int:
    names = sql.SQL(", ").join(map(sql.Identifier, written_columns(MODELS[table])))
    query = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_record(NULL::{table}, %s::jsonb || %s)"
        " {conflict}"
    )
    run("SET CONSTRAINTS ALL DEFERRED")  # the copy points at rows this firm lacks; here only uniqueness is asked
    row = json.dumps(moved(json.loads(row), firm_id))
    names_and_more = {"table": sql.Identifier(table), "names": names, "conflict": sql.SQL(conflict)}
    return run(query.format(**names_and_more), row, Jsonb(changes))


@pytest.mark.parametrize(("table", "constraint"), UNIQUES, ids=[".".join(unique) for unique in UNIQUES])
def test_unique_keys_tell_nothing_of_another_firm(cast: Cast, newcomer: uuid.UUID, table: str, constraint: str) -> None:
    """The very same row, id and all, fits into another firm; twice into one it does not."""
    fill(cast.theirs, table, FILLED.get(constraint, {}))
    rows = as_owner(
        sql.SQL("SELECT to_jsonb(t) FROM {} t WHERE {} = %s").format(
            sql.Identifier(table), sql.Identifier(column(table))
        ),
        cast.theirs.organization.pk,
    )
    with tenant(newcomer):
        for (row,) in rows:
            copy_into(newcomer, table, row)
        assert run(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))) == [(len(rows),)]
        assert any(is_taken(newcomer, table, row, constraint) for (row,) in rows), (
            f"No row of the cast meets {constraint}."
        )


def is_taken(firm_id: uuid.UUID, table: str, row: str, constraint: str) -> bool:
    """Whether a second copy under a new id meets this very key: asked of the key itself, as others may refuse it too."""
    columns, condition = index_of(constraint)
    aside = f"ON CONFLICT ({', '.join(columns)}) {f'WHERE {condition}' if condition else ''} DO NOTHING"
    fresh = {} if key_of(table) in columns else {key_of(table): str(uuid.uuid4())}
    try:
        with transaction.atomic():
            return copy_into(firm_id, table, row, aside, **fresh) == 0
    except IntegrityError:
        return False  # another key of the table stands in the way


def index_of(constraint: str) -> tuple[list[str], str | None]:
    """What the index of that name is made of, and for which rows, as the catalogue has it."""
    query = """
        SELECT array_agg(pg_get_indexdef(indexrelid, position, true) ORDER BY position), pg_get_expr(indpred, indrelid)
        FROM pg_index, generate_series(1, indnkeyatts) AS position
        WHERE indexrelid = to_regclass(%s) AND indisunique GROUP BY indexrelid, indpred, indrelid
    """
    ((columns, condition),) = run(query, f"public.{constraint}")
    return columns, condition


@pytest.mark.parametrize("table", [table for table, model in sorted(MODELS.items()) if not is_root(model)])
def test_the_same_id_fits_into_both_firms(cast: Cast, newcomer: uuid.UUID, table: str) -> None:
    query = sql.SQL(keyed("SELECT to_jsonb(t) FROM {} t WHERE id = %s", table)).format(sql.Identifier(table))
    ((row,),) = as_owner(query, a_row(table, cast.theirs))
    with tenant(newcomer):
        copy_into(newcomer, table, row)
