"""No unique key, id or conflict tells one firm what another has: what is theirs is free here, and says nothing.

Goes on where test_references.py ends, which puts whole rows of theirs into another firm: here are the forms of
ON CONFLICT, and what the models and the pages say before the database is asked.
"""

import re
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, models, transaction
from psycopg import sql

from clients.models import Client, ClientContact, InformationRequest
from organizations.models import Invitation
from tenancy.checks import is_root
from tenancy.context import tenant
from tests.cast import Cast, signed_in
from tests.isolation.rows import (
    MODELS,
    TABLES,
    a_row,
    changed,
    is_append_only,
    key_of,
    keyed,
    run,
    snapshot,
    written_columns,
)
from tests.isolation.test_references import FILLED, fill
from tests.isolation.twins import copy_all, rows_of
from tests.isolation.walls import WALLS

pytestmark = pytest.mark.django_db

KEYED = [table for table in TABLES if not is_root(MODELS[table])]
UNIQUE = [t for t in KEYED if any(isinstance(c, models.UniqueConstraint) for c in MODELS[t]._meta.constraints)]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: The cast's row meets no key of its own firm; what it says, so that it does.
STANDING = {"firm_deletions": FILLED["firm_deletions_one_standing"]}
NOTHING, INSTEAD = "ON CONFLICT DO NOTHING", "ON CONFLICT (organization_id, id) DO UPDATE SET id = EXCLUDED.id"


@pytest.fixture
def newcomer(db: None) -> Any:
    """A firm without rows."""
    from organizations.models import Organization

    organization = Organization(name="Newcomer", slug="newcomer")
    with transaction.atomic():
        with tenant(organization.pk):
            organization.save(force_insert=True)
        yield organization.pk
        transaction.set_rollback(True)


@pytest.mark.parametrize("table", KEYED)
def test_do_nothing_takes_what_is_theirs_and_refuses_what_is_ours(cast: Cast, newcomer: uuid.UUID, table: str) -> None:
    """A global key would silently take none: the count is what tells."""
    theirs = len(rows_of(cast.theirs, table))
    with tenant(newcomer):
        run("SET CONSTRAINTS ALL DEFERRED")
        assert copy_all(cast.theirs, table, newcomer, NOTHING) == theirs
        assert copy_all(cast.theirs, table, newcomer, NOTHING) == 0


@pytest.mark.parametrize("table", [table for table in KEYED if not is_append_only(table)])
def test_do_update_reaches_no_row_of_theirs(cast: Cast, newcomer: uuid.UUID, table: str) -> None:
    before, theirs = snapshot(), len(rows_of(cast.theirs, table))
    with tenant(newcomer):
        run("SET CONSTRAINTS ALL DEFERRED")
        assert copy_all(cast.theirs, table, newcomer, keyed(INSTEAD, table)) == theirs
        assert copy_all(cast.theirs, table, newcomer, keyed(INSTEAD, table)) == theirs
    assert {firm for _, firm in changed(before)} == {newcomer}


@pytest.mark.parametrize("conflict", ["", NOTHING, INSTEAD], ids=["plain", "do_nothing", "do_update"])
@pytest.mark.parametrize("table", KEYED)
def test_planting_over_a_row_is_like_planting_beside_it(cast: Cast, table: str, conflict: str) -> None:
    """Whether their firm has a row with that id must not be heard in the refusal."""
    said = []
    for pk in (a_row(table, cast.theirs), uuid.uuid4()):
        query = sql.SQL(keyed("INSERT INTO {} (organization_id, id) VALUES (%s, %s) {}", table)).format(
            sql.Identifier(table), sql.SQL(keyed(conflict, table))
        )
        with cast.ours.inside(), pytest.raises(DatabaseError) as caught, transaction.atomic():
            run(query, cast.theirs.organization.pk, pk)
        said.append(UUID.sub("…", str(caught.value)))
    assert said[0] == said[1]
    assert re.search("row-level security|permission denied|no unique or exclusion constraint", said[0])


@pytest.mark.parametrize("table", UNIQUE)
def test_a_model_finds_no_fault_with_what_is_theirs(cast: Cast, newcomer: uuid.UUID, table: str) -> None:
    """The checks a form runs before it saves: their values are free here, and taken only where they are."""
    model = MODELS[table]
    fill(cast.theirs, table, STANDING.get(table, {}))
    for walls in WALLS:
        rows = copies(cast, model, newcomer)
        with tenant(newcomer), walls():
            assert not any(map(clashes, rows))
        rows = copies(cast, model, cast.theirs.organization.pk)
        with cast.theirs.inside(), walls():
            assert any(map(clashes, rows))


def copies(cast: Cast, model: Any, into: uuid.UUID) -> list[Any]:
    """Their rows as new rows of a firm."""
    names = [field.attname for field in model._meta.concrete_fields if not field.generated]
    folder = str(cast.theirs.organization.pk), str(into)  # a file would lie in that firm's

    def value(row: Any, name: str) -> Any:
        said = getattr(row, name)
        return said.replace(*folder) if isinstance(said, str) else said

    with cast.theirs.inside():
        found = [{name: value(row, name) for name in names} for row in model._base_manager.all()]
    return [model(**{**values, "organization_id": into, model._meta.pk.attname: uuid.uuid4()}) for values in found]


def clashes(row: Any) -> bool:
    try:
        row.validate_unique()
        row.validate_constraints()
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize("table", UNIQUE)
def test_the_error_of_a_clash_quotes_no_value(cast: Cast, table: str) -> None:
    """PostgreSQL would quote the key that is taken, but not where row-level security binds who asks."""
    names = sql.SQL(", ").join(sql.Identifier(n) for n in written_columns(MODELS[table]) if n != key_of(table))
    query = sql.SQL(keyed("INSERT INTO {t} (id, {names}) SELECT gen_random_uuid(), {names} FROM {t}", table)).format(
        t=sql.Identifier(table), names=names
    )
    fill(cast.ours, table, STANDING.get(table, {}))
    with cast.ours.inside(), pytest.raises(IntegrityError, match="unique") as caught, transaction.atomic():
        run(query)
    assert "Key (" not in str(caught.value) and not UUID.search(str(caught.value))


# --- through the pages ------------------------------------------------------------------------------------------


def test_a_code_another_firm_uses_is_free_here(cast: Cast) -> None:
    with cast.theirs.inside():
        Client.objects.filter(pk=cast.theirs.bakery.pk).update(code="THEIRS")
    data = {"name": "New client", "code": "theirs", "type": "company", "status": "active", "access": "firm"}
    answer = signed_in(cast.ours.owner).post(cast.ours.url("client_create"), data)
    assert answer.status_code == 302
    with cast.ours.inside():
        assert Client.objects.filter(code="theirs").count() == 1
    again = signed_in(cast.ours.owner).post(cast.ours.url("client_create"), data)
    assert again.status_code == 422 and "Another client has this code." in again.content.decode()


def test_a_contact_of_another_firm_can_be_a_contact_here(cast: Cast) -> None:
    email = cast.theirs.ana.email
    address = cast.ours.url("contact_create", client_id=cast.ours.bakery.pk)
    answer = signed_in(cast.ours.owner).post(address, {"name": "Somebody", "email": email, "portal_access": "on"})
    assert answer.status_code == 302
    with cast.ours.inside():
        assert ClientContact.objects.get(email=email).portal_key != cast.theirs.ana.portal_key


@pytest.mark.parametrize("email", ["newcomer@okafor.example", "owner@okafor.example"], ids=["invited", "member"])
def test_who_belongs_to_another_firm_can_be_invited_here(cast: Cast, email: str) -> None:
    """And the answer is the one for somebody nobody knows."""
    owner, answers = signed_in(cast.ours.owner), []
    for address in (email, "nobody@anywhere.example"):
        data = {"emails": address, "role": "member"}
        page = owner.post(cast.ours.url("invitation_list"), data, follow=True).content.decode()
        answers.append((page.count("Invitation sent"), "Already" in page, cast.theirs.organization.name in page))
    assert answers[0] == answers[1]
    with cast.ours.inside():
        assert Invitation.objects.open().filter(email=email).count() == 1


def test_a_taken_web_address_is_not_said_to_be_whose(cast: Cast) -> None:
    """Addresses are one name space for all firms, so that one is taken can be heard; by whom cannot."""
    data = {"name": "Copycat", "slug": "okafor", "brand": "#1f6f5c", "currency": "GBP", "timezone": "UTC"}
    page = signed_in(cast.ours.owner).post("/firms/new/", data)
    assert page.status_code == 422 and "is taken" in page.content.decode()
    assert cast.theirs.organization.name not in page.content.decode()


def test_numbers_of_requests_begin_at_one_in_every_list(cast: Cast) -> None:
    """A number counted across firms would tell how much the others do."""
    with cast.theirs.inside():
        InformationRequest.objects.filter(request_list=cast.theirs.request_list).update(number=models.F("number") + 100)
    with cast.ours.inside():
        assert max(InformationRequest.objects.values_list("number", flat=True)) == 6
        assert list(cast.ours.request_list.next_numbers(2)) == [7, 8]
