"""Tables outside the firms whose rows name one: no other firm reads, changes, deletes or plants them."""

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from psycopg import sql

from tenancy.context import OWNER, all_tenants, surface
from tenancy.platform import platform_tables
from tests.cast import Cast, Firm
from tests.isolation.rows import MODELS, as_owner, run
from tests.scratch import plain_row

pytestmark = pytest.mark.django_db
LISTED = {table.name for table in platform_tables()}
NAMING = [
    model
    for model in apps.get_models()
    if model._meta.db_table in LISTED - MODELS.keys()
    and any(field.column == "organization_id" for field in model._meta.concrete_fields)
]
REFUSED = "permission denied|row-level security"
FIND = "SELECT 1 FROM {} WHERE organization_id = %s"
WRITES = (
    "UPDATE {} SET organization_id = %s",
    "UPDATE {} SET organization_id = organization_id WHERE organization_id = %s",
    "DELETE FROM {} WHERE organization_id = %s",
    "DELETE FROM {} WHERE %s IS NOT NULL",
)


def kept_of(table: str, firm: Firm) -> list[tuple]:
    """With the transaction that wrote each row last: an update that changes nothing shows."""
    query = sql.SQL("SELECT xmin::text, t::text FROM {} t WHERE organization_id = %s ORDER BY 2")
    return as_owner(query.format(sql.Identifier(table)), firm.organization.pk)


def attempt(statement: str, table: str, value: Any) -> Any:
    """None where it is refused."""
    try:
        with transaction.atomic():
            return run(sql.SQL(statement).format(sql.Identifier(table)), value)
    except DatabaseError as error:
        assert any(word in str(error) for word in REFUSED.split("|")), error
        return None


@pytest.mark.parametrize("model", NAMING, ids=lambda model: model._meta.db_table)
def test_what_the_platform_keeps_of_another_firm_is_not_ours(cast: Cast, model: type[models.Model]) -> None:
    table, ours, theirs = model._meta.db_table, cast.ours, cast.theirs
    if not kept_of(table, theirs):
        with surface(OWNER), all_tenants(reason="the test"), transaction.atomic():
            plain_row(model, "default", organization_id=theirs.organization.pk)
    before = kept_of(table, theirs)
    assert before
    with theirs.inside():
        own = attempt(FIND, table, theirs.organization.pk)
    with ours.inside():
        assert attempt(FIND, table, theirs.organization.pk) == (None if own is None else [])
        for statement in WRITES:
            attempt(statement, table, ours.organization.pk if statement is WRITES[0] else theirs.organization.pk)
    assert kept_of(table, theirs) == before
    with ours.inside(), pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        plain_row(model, "default", organization_id=theirs.organization.pk)


def test_there_are_such_tables() -> None:
    assert {model._meta.db_table for model in NAMING} >= {
        "mail_log",
        "verified_domains",
        "stripe_events",
        "deleted_firms",
    }
