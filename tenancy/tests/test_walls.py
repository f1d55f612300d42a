"""The two walls, each tried alone."""

import uuid

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from clients.models import Client, InformationRequest
from organizations.models import Membership
from tenancy.context import TenantError, all_tenants, current, tenant

pytestmark = pytest.mark.django_db


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def test_tests_run_as_the_application_role():
    assert sql("SELECT current_user") == [("tickmark_app",)]


def test_without_a_firm_the_manager_refuses(cast):
    with pytest.raises(TenantError):
        Client.objects.count()


def test_without_a_firm_the_database_refuses(cast):
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("SELECT count(*) FROM clients")


def test_lifting_the_manager_alone_reveals_nothing(cast):
    with cast.ours.inside(), all_tenants(reason="test"), pytest.raises(DatabaseError), transaction.atomic():
        list(Client.objects.all())


def test_inside_a_firm_only_its_rows_exist(cast):
    with cast.ours.inside():
        assert set(Client.objects.values_list("organization_id", flat=True)) == {cast.ours.organization.pk}
        assert sql("SELECT DISTINCT organization_id FROM clients") == [(cast.ours.organization.pk,)]
        assert not Client.objects.filter(pk=cast.theirs.bakery.pk).exists()


def test_another_firms_row_cannot_be_written(cast):
    with cast.ours.inside():
        assert sql("UPDATE clients SET name = 'ours' WHERE id = %s", cast.theirs.bakery.pk) == 0
        assert sql("DELETE FROM user_clients WHERE id = %s", cast.theirs.assignment.pk) == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            Client(organization=cast.theirs.organization, name="Planted").save(force_insert=True)


def test_a_reference_to_another_firm_looks_like_one_to_nothing(cast):
    def error_for(client_id):
        with cast.ours.inside(), pytest.raises(IntegrityError) as caught, transaction.atomic():
            sql("UPDATE client_contacts SET client_id = %s", client_id)
        return str(caught.value).replace(str(client_id), "…")

    assert error_for(cast.theirs.bakery.pk) == error_for(uuid.uuid4())


def test_a_savepoint_that_fails_leaves_the_firm_selected(cast):
    with cast.ours.inside():
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(user_id=cast.ours.owner.user_id, display_name="Twice", email="a@b.example")
        assert Client.objects.count() == 1


def test_after_an_exception_no_firm_is_selected(cast):
    with pytest.raises(ValueError), cast.ours.inside():
        raise ValueError
    assert current().tenant is None
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("SELECT count(*) FROM clients")


def test_switching_firm_inside_a_transaction_is_refused(cast, settings):
    settings.TENANCY_ALLOW_SWITCH_IN_TRANSACTION = False
    with cast.ours.inside(), pytest.raises(TenantError), tenant(cast.theirs.organization):
        pass


def test_a_join_carries_the_firm(cast):
    with cast.ours.inside():
        query = str(InformationRequest.objects.select_related("request_list__client").query)
    assert query.count('"organization_id" = ') >= 3


def test_every_change_is_in_the_audit_log_with_secrets_masked(cast):
    with cast.ours.inside(cast.ours.member):
        Client.objects.filter(pk=cast.ours.bakery.pk).update(name="Southwind", tax_id="GB999999999")
        (line,) = sql(
            "SELECT action, user_id, old_values, new_values FROM audit_logs "
            "WHERE resource_id = %s AND action = 'update' AND created_at >= transaction_timestamp()",
            cast.ours.bakery.pk,
        )
    assert line[:2] == ("update", cast.ours.member.user_id)
    assert line[3] == '{"name": "Southwind", "tax_id": "[masked]"}' or '"tax_id": "[masked]"' in str(line[3])
    assert "GB999999999" not in str(line)


def test_nobody_can_change_the_audit_log(cast):
    for statement in ("UPDATE audit_logs SET action = 'x'", "DELETE FROM audit_logs", "TRUNCATE audit_logs"):
        with cast.ours.inside(), pytest.raises(DatabaseError), transaction.atomic():
            sql(statement)
