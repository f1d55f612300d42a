"""How a context reaches the database, and how it leaves."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clients.models import Client
from tenancy.backend.base import context_statements
from tenancy.context import (
    IDENTITY,
    OPERATOR,
    OWNER,
    Context,
    TenantError,
    acting_as,
    all_tenants,
    audited,
    current,
    current_tenant_id,
    surface,
    tenant,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        return cursor.fetchone()[0] or ""


def role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


def test_outside_there_is_no_organization() -> None:
    assert current() == Context()
    with pytest.raises(TenantError):
        current_tenant_id()


def test_the_settings_follow_the_blocks(cast: Cast) -> None:
    ours, person = cast.ours.organization.pk, cast.ours.member.user_id
    with tenant(ours, user=person):
        assert (setting("app.current_tenant_id"), setting("app.current_user_id")) == (str(ours), str(person))
        with surface(IDENTITY):
            assert (role(), setting("app.current_tenant_id")) == ("tickmark_identity", "")
        assert (role(), setting("app.current_tenant_id")) == ("tickmark_app", str(ours))
    assert setting("app.current_tenant_id") == setting("app.current_user_id") == ""


def test_the_same_organization_again_is_free(cast: Cast) -> None:
    with cast.ours.inside(), CaptureQueriesContext(connection) as asked, tenant(cast.ours.organization):
        Client.objects.count()
    assert [query["sql"].split()[0] for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]] == [
        "SELECT"
    ]


def test_an_instance_an_id_and_its_text_are_the_same(cast: Cast) -> None:
    organization = cast.ours.organization
    for value in (organization, organization.pk, str(organization.pk)):
        with tenant(value) as context:
            assert context.tenant == organization.pk


def test_what_is_no_id_never_reaches_the_database() -> None:
    with pytest.raises(ValueError, match="badly formed"), tenant("x'; SET ROLE tickmark_owner; --"):
        pass
    assert current() == Context()


def test_audit_facts_are_quoted() -> None:
    with audited(agent="'; SET ROLE tickmark_owner; --\0", empty=None):
        statements = context_statements(current())
        assert current().facts == {"agent": "'; SET ROLE tickmark_owner; --"}
    assert "''; SET ROLE tickmark_owner" in statements
    assert current().facts == {}


def test_facts_reach_the_transaction_that_starts_after_them(cast: Cast) -> None:
    with audited(request="abc"), cast.ours.inside():
        assert '"request": "abc"' in setting("app.audit_context")


def test_acting_as_a_person_leaves_the_firm(cast: Cast) -> None:
    with acting_as(cast.ours.member.user_id):
        assert current().tenant is None and setting("app.current_tenant_id") == ""
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM clients")


@pytest.mark.parametrize("name", [IDENTITY, OPERATOR, OWNER])
def test_a_surface_is_a_role_and_has_no_firm(cast: Cast, name: str) -> None:
    with surface(name):
        assert role() == f"tickmark_{name}"
        with pytest.raises(TenantError):
            Client.objects.count()
    assert role() == "tickmark_app"


def test_all_tenants_wants_a_reason_and_ends(cast: Cast) -> None:
    with pytest.raises(TypeError):
        all_tenants()  # type: ignore[call-arg]
    with all_tenants(reason="a test"):
        assert "organization_id" not in str(Client.objects.all().query).split("WHERE")[1]
    with pytest.raises(TenantError):
        str(Client.objects.all().query)


def test_the_owner_with_a_reason_sees_both_firms(cast: Cast) -> None:
    with surface(OWNER), all_tenants(reason="a test"):
        assert {cast.ours.bakery.pk, cast.theirs.bakery.pk} <= set(Client.objects.values_list("pk", flat=True))


def test_a_savepoint_that_is_rolled_back_takes_its_settings_along(cast: Cast) -> None:
    with cast.ours.inside():
        with pytest.raises(RuntimeError), transaction.atomic(), audited(step="inner"):
            connection.apply_context(current())
            raise RuntimeError
        assert setting("app.current_tenant_id") == str(cast.ours.organization.pk)
        assert setting("app.audit_context") == ""
        with audited(step="inner"):
            connection.apply_context(current())
            assert "inner" in setting("app.audit_context")
    assert setting("app.current_tenant_id") == ""


def test_an_error_of_the_database_ends_the_firm_too(cast: Cast) -> None:
    with pytest.raises(DatabaseError), cast.ours.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")
    assert current() == Context()
    with cast.theirs.inside():
        assert set(Client.objects.values_list("organization_id", flat=True)) == {cast.theirs.organization.pk}


def test_a_queryset_belongs_to_the_firm_that_runs_it(cast: Cast) -> None:
    shared = Client.objects.order_by("name")
    for firm in (cast.ours, cast.theirs):
        with firm.inside():
            assert [client.organization_id for client in shared.all()] == [firm.organization.pk]


def test_new_rows_belong_to_the_firm(cast: Cast) -> None:
    with cast.ours.inside():
        assert Client.objects.create(name="New").organization_id == cast.ours.organization.pk
    with pytest.raises(DatabaseError), transaction.atomic():
        Client(name="Nobody's").save(force_insert=True)


def test_an_organization_that_does_not_exist_is_empty(cast: Cast) -> None:
    with tenant(uuid.uuid4()):
        assert Client.objects.count() == 0
