"""A firm whose rows are copies of another firm's, ids and all: whatever asks by id alone would meet both."""

import json
import uuid

from django.db import transaction
from psycopg import sql
from psycopg.types.json import Jsonb

from organizations.models import Organization
from tenancy.checks import is_root
from tenancy.context import tenant
from tests.cast import Firm
from tests.isolation.rows import MODELS, TABLES, as_owner, column, run, written_columns


def make_twin(firm: Firm) -> uuid.UUID:
    """Needs a transaction around it, which somebody rolls back."""
    organization = Organization(name="Twin", slug="twin-of-theirs")
    with tenant(organization.pk):
        organization.save(force_insert=True)
        run("SET CONSTRAINTS ALL DEFERRED")
        for table in TABLES:
            if not is_root(MODELS[table]):
                copy_all(firm, table, organization.pk)
        run("SET CONSTRAINTS ALL IMMEDIATE")
    return organization.pk


def copy_all(firm: Firm, table: str, into: uuid.UUID, conflict: str = "") -> int:
    """Insert the firm's rows of a table as rows of the firm in force; returns how many were taken."""
    name, names = sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, written_columns(MODELS[table])))
    query = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s) {conflict}"
    )
    rows = [moved(row, into) for row in rows_of(firm, table)]
    with transaction.atomic():
        return run(query.format(table=name, names=names, conflict=sql.SQL(conflict)), Jsonb(rows))


def moved(row: dict, into: uuid.UUID) -> dict:
    """The row as that firm's, in whose folder its files would lie too."""
    return json.loads(json.dumps(row).replace(row["organization_id"], str(into)))


def rows_of(firm: Firm, table: str) -> list[dict]:
    query = sql.SQL("SELECT to_jsonb(t) FROM {} t WHERE {} = %s ORDER BY id").format(
        sql.Identifier(table), sql.Identifier(column(table))
    )
    return [json.loads(row) for (row,) in as_owner(query, firm.organization.pk)]
