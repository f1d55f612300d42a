"""The other roles: each reaches its own surface's tables and none of the rest."""

import os
import uuid

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import DatabaseError, transaction
from psycopg import sql
from psycopg.conninfo import make_conninfo

from accounts.models import User
from clients.models import Client, ClientGrant
from config.environment import role_password
from tenancy.context import IDENTITY, OPERATOR, acting_as, surface
from tenancy.expected import isolation_of
from tests.cast import Cast
from tests.isolation.rows import MODELS, TABLES, a_row, as_owner, keyed, run, signed_on

pytestmark = pytest.mark.django_db
CONTENT = [table for table in TABLES if isolation_of(MODELS[table]).options["operator"] in ("", "append")]
SERVING = ("tickmark_app", "tickmark_identity", "tickmark_operator")


def select(table: str) -> sql.Composed:
    return sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))


@pytest.mark.parametrize("role", SERVING)
def test_a_serving_role_is_bound_by_the_policies(cast: Cast, role: str) -> None:
    with signed_on(role) as fresh:
        query = "SELECT rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname = current_user"
        assert fresh.execute(query).fetchone() == (False, False, False)
        assert fresh.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole").fetchone() == (0,)
        assert fresh.execute(
            "SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole"
        ).fetchone() == (0,)


@pytest.mark.parametrize("table", TABLES)
def test_the_sign_in_role_reads_no_firm(cast: Cast, table: str) -> None:
    with surface(IDENTITY), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        run(select(table))


@pytest.mark.parametrize("table", CONTENT)
def test_operators_read_no_client_content(cast: Cast, table: str) -> None:
    with surface(OPERATOR), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        run(select(table))


@pytest.mark.parametrize("verb", ["INSERT INTO {} DEFAULT VALUES", "UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("table", TABLES)
def test_operators_change_nothing_outside_an_entered_firm(cast: Cast, table: str, verb: str) -> None:
    refused = "permission denied|row-level security|uuid"
    with surface(OPERATOR), pytest.raises(DatabaseError, match=refused), transaction.atomic():
        run(sql.SQL(keyed(verb, table)).format(sql.Identifier(table)))


@pytest.mark.parametrize("role", SERVING)
@pytest.mark.parametrize("table", sorted(set(TABLES)))
def test_no_role_takes_more_than_its_grants(cast: Cast, table: str, role: str) -> None:
    with signed_on(role) as fresh, pytest.raises(psycopg.Error, match="permission denied"):
        fresh.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(table)))


def test_a_person_sees_their_own_account_alone(cast: Cast) -> None:
    with acting_as(cast.ours.member.user_id):
        assert run("SELECT id FROM users") == [(cast.ours.member.user_id,)]
        assert run("SELECT DISTINCT user_id FROM user_sessions") in ([], [(cast.ours.member.user_id,)])
        assert not User.objects.filter(pk=cast.stranger.pk).exists()


def test_a_colleagues_account_is_not_visible_inside_the_firm(cast: Cast) -> None:
    with cast.ours.inside(cast.ours.member):
        assert run("SELECT id FROM users") == [(cast.ours.member.user_id,)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT password FROM users",
        "SELECT * FROM users",
        "UPDATE users SET is_operator = true",
        "UPDATE users SET email = 'other@example.com'",
        "UPDATE users SET status = 'active'",
        "INSERT INTO users (id, email) VALUES (gen_random_uuid(), 'x')",
        "DELETE FROM users",
        "SELECT * FROM account_emailaddress",
        "SELECT * FROM account_emailconfirmation",
        "SELECT * FROM auth_group",
        "SELECT * FROM guardian_userobjectpermission",
        "SELECT * FROM platform_audit_logs",
        "INSERT INTO user_sessions (id) VALUES (gen_random_uuid())",
        "UPDATE platform_settings SET value = '{}'",
    ],
)
def test_inside_a_firm_accounts_stay_closed(cast: Cast, statement: str) -> None:
    with cast.ours.inside(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        run(statement)


def test_a_grant_in_guardians_own_tables_opens_nothing_here(cast: Cast) -> None:
    """They know no firm, and nobody asks them: a grant is a row of the firm's."""
    ours, viewer = cast.ours, cast.ours.viewer
    address, browser = ours.url("client_detail", client_id=ours.bakery.pk), cast.browser(viewer)
    with ours.inside():
        Client.objects.filter(pk=ours.bakery.pk).update(access="assigned")
        ours.bakery.refresh_from_db()
        permission = Permission.objects.get(codename="view_client")
    granted = "INSERT INTO guardian_userobjectpermission (user_id, permission_id, content_type_id, object_pk) VALUES (%s, %s, %s, %s)"
    as_owner(granted, viewer.user_id, permission.pk, permission.content_type_id, str(ours.bakery.pk))
    assert browser.get(address).status_code == 404
    with ours.inside():
        ClientGrant.objects.assign_perm("view_client", viewer, ours.bakery)
    assert browser.get(address).status_code == 200


def test_without_a_person_no_account_is_visible(cast: Cast) -> None:
    with pytest.raises(DatabaseError, match=r"app\.current_user_id|uuid"), transaction.atomic():
        run("SELECT id FROM users")


@pytest.mark.parametrize("statement", ["SELECT password FROM users", "SELECT session_salt, password FROM users"])
def test_operators_read_no_password(cast: Cast, statement: str) -> None:
    with surface(OPERATOR), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        run(statement)


def test_the_look_up_role_signs_in_nowhere(cast: Cast) -> None:
    assert run("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", settings.TENANCY_ROLES["lookup"]) == [(False,)]


def test_look_ups_answer_one_exact_question(cast: Cast) -> None:
    for pattern in ("%", "_" * 8, "HARCOURT", ""):
        assert run("SELECT * FROM app.organization_by_slug(%s)", pattern) == []
    assert len(run("SELECT * FROM app.organization_by_slug(%s)", "harcourt")) == 1
    assert run("SELECT * FROM app.invitation_by_token(%s)", b"") == []
    assert run("SELECT * FROM app.session_by_token(%s)", b"") == []
    with acting_as(uuid.uuid4()):
        assert run("SELECT * FROM app.my_organizations()") == []
        assert run("SELECT * FROM app.my_invitations()") == []


def test_a_look_up_that_asks_for_nothing_tells_a_firm_of_no_other(cast: Cast) -> None:
    """What the clock asks of every firm is answered to the clock alone."""
    asks_nothing = "SELECT proname FROM pg_proc WHERE proname = ANY (%s) AND pronargs = 0"
    names = [name for (name,) in run(asks_nothing, list(settings.TENANCY_DEFINER_FUNCTIONS))]
    assert {"firms_to_remind", "firms_at_work", "my_organizations"} <= set(names)
    theirs = str(cast.theirs.organization.pk)
    as_owner("UPDATE reminder_schedules SET is_on = true")
    for name in names:
        if name.startswith("firms_"):
            assert theirs in str(run(f"SELECT * FROM app.{name}()")), name  # noqa: S608 (ours)
        with cast.ours.inside():
            assert theirs not in str(run(f"SELECT * FROM app.{name}()")), name  # noqa: S608 (ours)
    with cast.ours.inside():
        assert run("SELECT * FROM app.firms_at_work()") == []


def test_my_organizations_are_mine(cast: Cast) -> None:
    with acting_as(cast.ours.viewer.user_id):
        assert [row[0] for row in run("SELECT id FROM app.my_organizations()")] == [cast.ours.organization.pk]


two_databases = pytest.mark.skipif(
    bool(os.environ.get("ONE_DATABASE")), reason="In one database the schemas are the wall: tests/test_one_database.py."
)


@two_databases
@pytest.mark.parametrize("role", ["tickmark_marketing", "tickmark_marketing_owner"])
def test_the_marketing_site_cannot_connect(cast: Cast, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"), signed_on(role):
        pass


@two_databases
def test_the_application_cannot_connect_to_the_marketing_site(cast: Cast) -> None:
    admin_url = os.environ["TEST_ADMIN_DATABASE_URL"]
    database = settings.DATABASES["marketing"]["NAME"]
    for role in SERVING:
        address = make_conninfo(admin_url, user=role, password=role_password(admin_url, role), dbname=database)
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(address)


def test_every_table_has_rows_of_both_firms(cast: Cast) -> None:
    for table in TABLES:
        assert a_row(table, cast.ours) != a_row(table, cast.theirs)
