"""The conversion to a cluster, against a model of Citus (`citus_model.sql`): what it saves, drops and brings back."""

import io
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from config.environment import role_password, role_url
from tenancy.context import OWNER, surface
from tenancy.distribution.apply import Conversion, DistributionError, connected
from tenancy.distribution.plan import Target
from tenancy.distribution.rules import NEEDED, keys
from tenancy.expected import isolation_of, parameters, tenant_models, tenant_tables
from tenancy.management.commands.distribute import writing_functions
from tests.thinning import thinned

ADMIN_URL = os.environ["TEST_ADMIN_DATABASE_URL"]
MODEL = (Path(__file__).parent / "citus_model.sql").read_text()
#: Settings are made for these, so that the roles other tests sign in as stay as they are.
ROLES = {name: f"scratch_{uuid.uuid4().hex[:8]}_{name}" for name in ("app", "identity", "operator", "lookup", "owner")}

FACTS: dict[str, LiteralString] = {
    "keys": """
        SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid), convalidated FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
    """,
    "triggers": """
        SELECT tgrelid::regclass::text, replace(pg_get_triggerdef(oid), 'WHEN (app.is_coordinator()) ', ''), tgenabled
        FROM pg_trigger WHERE NOT tgisinternal
    """,
    "row security": """
        SELECT relname::text, relrowsecurity, relforcerowsecurity, relacl::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')
    """,
    "policies": "SELECT tablename::text, policyname::text, roles::text, cmd, qual, with_check, permissive FROM pg_policies",
    "look-ups": """
        SELECT oid::regprocedure::text, proowner::regrole::text, proacl::text, prosecdef,
            array_remove(proconfig, 'citus.allow_nested_distributed_execution=on')::text FROM pg_proc
        WHERE pronamespace = 'app'::regnamespace AND prosecdef
    """,
}


class Crash(Exception):
    """The machine dies."""


@dataclass
class Place:
    """A migrated database with the model of Citus in it."""

    name: str

    @contextmanager
    def conversion(self, owner: str = "tickmark_owner") -> Iterator[Conversion]:
        password = role_password(ADMIN_URL, owner)
        target = Target(roles=ROLES, shard_count=8, audit=tuple(writing_functions()))
        with (
            connected(ADMIN_URL, dbname=self.name, user=owner, password=password) as tables,
            connected(ADMIN_URL, dbname=self.name) as superuser,
        ):
            yield Conversion(tables, superuser, parameters(), target)

    def run(self, *, dies_after: int | None = None) -> list[str]:
        """The titles of the steps taken."""
        taken: list[str] = []

        def tell(title: str) -> None:
            if dies_after is not None and len(taken) >= dies_after:
                raise Crash(title)
            taken.append(title)

        with self.conversion() as conversion:
            try:
                conversion.run(tell)
            except Crash:
                taken.append("died")
        return taken

    def execute(self, statement: str) -> list[Any]:
        with connected(ADMIN_URL, dbname=self.name) as superuser:
            cursor = superuser.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def facts(self) -> dict[str, list[str]]:
        return {name: sorted(map(str, self.execute(query))) for name, query in FACTS.items()}


@pytest.fixture(scope="module")
def roles(django_db_setup: None) -> Iterator[None]:
    with connected(ADMIN_URL) as admin:
        for role in ROLES.values():
            admin.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    yield
    with connected(ADMIN_URL) as admin:
        for role in ROLES.values():
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.fixture(scope="module")
def prepared(roles: None, django_db_blocker: Any) -> Iterator[str]:
    """A copy of the tests' database with the model in it, from which every test makes its own."""
    name = f"scratch_{uuid.uuid4().hex[:8]}"
    with django_db_blocker.unblock():
        connections["default"].close()  # a database somebody is connected to cannot be copied
        copy(connections["default"].settings_dict["NAME"], name)
    place = Place(name)
    place.execute(MODEL)
    usage = ", ".join(ROLES[surface] for surface in ("app", "operator", "identity", "lookup"))
    place.execute(f"GRANT USAGE ON SCHEMA app TO {usage}")
    yield name
    drop(name)


@pytest.fixture
def place(prepared: str) -> Iterator[Place]:
    name = f"scratch_{uuid.uuid4().hex[:8]}"
    copy(prepared, name)
    yield Place(name)
    drop(name)


@pytest.fixture(scope="module")
def converted(prepared: str) -> Iterator[Place]:
    """Only for looking at."""
    name = f"scratch_{uuid.uuid4().hex[:8]}"
    copy(prepared, name)
    Place(name).run()
    yield Place(name)
    drop(name)


def copy(template: str, name: str) -> None:
    with connected(ADMIN_URL) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def drop(name: str) -> None:
    with connected(ADMIN_URL) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


# --- a whole conversion -----------------------------------------------------------------------------------------


def test_a_conversion_distributes_every_table_of_the_firms(converted: Place) -> None:
    by_kind = "SELECT logicalrelid::text FROM pg_dist_partition WHERE {}"
    distributed = {row[0] for row in converted.execute(by_kind.format("partmethod = 'h'"))}
    assert distributed == {table.name for table in tenant_tables()} - {"organizations"}
    copied = {row[0] for row in converted.execute(by_kind.format("repmodel = 't'"))}
    assert copied == {
        "organizations", "users", "auth_permission", "django_content_type", "account_emailaddress", "verified_domains",
        "mfa_authenticator", "organization_slugs", "subscription_plans", "features",
    }  # fmt: skip


def test_a_conversion_brings_everything_back(prepared: str, converted: Place) -> None:
    assert converted.facts() == Place(prepared).facts()


def test_running_it_again_does_nothing(converted: Place) -> None:
    assert converted.run() == []
    assert converted.execute("SELECT to_regclass('distribution.saved')") == [(None,)]


def test_a_conversion_that_dies_again_and_again_is_finished_by_the_next_run(prepared: str, place: Place) -> None:
    place.run(dies_after=200)  # everything is saved, the first keys are gone
    deaths = 0
    steps = 240 if thinned() else 29
    while (taken := place.run(dies_after=steps)) and taken[-1] == "died":
        deaths += 1
    assert deaths > 5
    assert place.facts() == Place(prepared).facts()


def test_the_plan_changes_nothing(prepared: str) -> None:
    place = Place(prepared)
    before = place.facts()
    with place.conversion() as conversion:
        assert len(conversion.plan()) > 300
    assert place.facts() == before
    assert place.execute("SELECT to_regnamespace('distribution')") == [(None,)]


def test_the_command_prints_the_plan_and_the_keys(prepared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNER_DATABASE_URL", role_url(ADMIN_URL, "tickmark_owner", prepared))
    monkeypatch.setenv("ADMIN_DATABASE_URL", ADMIN_URL)
    out = io.StringIO()
    call_command("distribute", shard_count=12, stdout=out)
    assert "'organization_id', shard_count => 12)" in out.getvalue()
    call_command("distribute", keys=True, stdout=out)
    assert "clients.clients_pkey (primary key) carries organization_id" in out.getvalue()
    with pytest.raises(CommandError, match="not both"):
        call_command("distribute", apply=True, dry_run=True)


def test_parents_are_distributed_before_their_children(prepared: str) -> None:
    with Place(prepared).conversion() as conversion:
        order = conversion.layout().tenants
    pairs = [("clients", "requests"), ("organization_memberships", "clients"), ("documents", "document_versions")]
    assert all(order.index(parent) < order.index(child) for parent, child in pairs)


def test_every_step_is_one_statement(prepared: str) -> None:
    with Place(prepared).conversion() as conversion:
        for step in conversion.plan():
            if "$look$" not in step.statement:
                assert ";" not in step.statement, step.title


def test_the_audit_of_a_copied_table_is_written_once(converted: Place) -> None:
    found = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'audit' AND tgrelid = '{}'::regclass"
    assert "WHEN (app.is_coordinator())" in converted.execute(found.format("organizations"))[0][0]
    assert "WHEN" not in converted.execute(found.format("clients"))[0][0]


def test_what_the_owner_sets_reaches_the_nodes(converted: Place) -> None:
    found = f"SELECT setconfig::text FROM pg_db_role_setting WHERE setrole = '{ROLES['owner']}'::regrole"  # noqa: S608 (ours)
    assert "citus.propagate_set_commands=local" in converted.execute(found)[0][0]


def test_look_ups_answer_as_before(converted: Place) -> None:
    languages = "SELECT DISTINCT lanname FROM pg_proc p JOIN pg_language l ON l.oid = prolang WHERE proname = '{}'"
    assert converted.execute(languages.format("contact_by_portal_key")) == [("plpgsql",)]
    functions = (
        "SELECT proname, array(SELECT format_type(t, NULL) FROM unnest(proargtypes) t) FROM pg_proc "
        "WHERE prosecdef AND pronamespace = 'app'::regnamespace"
    )
    nobody = f"SET app.current_user_id = '{uuid.uuid4()}'; SET app.current_tenant_id = '{uuid.uuid4()}'; "
    for name, types in converted.execute(functions):
        if name != "supported_firm":  # which raises rather than answer with nothing
            arguments = ", ".join(f"NULL::{kind}" for kind in types)
            converted.execute(f"{nobody} SELECT * FROM app.{name}({arguments})")  # noqa: S608 (ours); or its types differ


# --- refusals ---------------------------------------------------------------------------------------------------

UNFIT = [
    ("CREATE UNIQUE INDEX alone ON clients (name)", "alone"),
    ("CREATE TABLE stray (id int)", "stray"),
    ("CREATE POLICY more ON clients AS RESTRICTIVE USING (true)", "clients.more"),
    ("ALTER TABLE clients ADD n int GENERATED ALWAYS AS IDENTITY", "clients_n_seq"),
    ("ALTER TABLE clients ALTER CONSTRAINT {key} DEFERRABLE INITIALLY DEFERRED", "clients.clients_created_by"),
]


@pytest.mark.parametrize(("statement", "named"), UNFIT, ids=[named for _, named in UNFIT])
def test_a_table_that_does_not_fit_is_named_and_nothing_is_touched(place: Place, statement: str, named: str) -> None:
    found = "SELECT conname FROM pg_constraint WHERE conname LIKE 'clients_created_by%'"
    place.execute(statement.format(key=place.execute(found)[0][0]))
    before = place.facts()
    with place.conversion() as conversion, pytest.raises(DistributionError, match=named):
        conversion.run(print)
    assert place.facts() == before


def test_a_node_that_is_not_prepared_is_named(place: Place) -> None:
    place.execute(f"REVOKE USAGE ON SCHEMA app FROM {ROLES['app']}")
    with place.conversion() as conversion, pytest.raises(DistributionError, match="Node 1 is not prepared"):
        conversion.run(print)


def test_a_server_without_citus_is_told_so(place: Place) -> None:
    place.execute("DROP FUNCTION pg_catalog.create_distributed_table")
    with place.conversion() as conversion, pytest.raises(DistributionError, match="not installed"):
        conversion.run(print)


def test_an_alter_table_that_got_lost_is_noticed(place: Place) -> None:
    place.execute("CREATE OR REPLACE FUNCTION pg_catalog.run_command_on_placements(t regclass, command text) RETURNS TABLE "
                  "(nodename text, nodeport int, shardid bigint, success bool, result text) LANGUAGE sql AS "
                  "$$ SELECT 'worker', 5432, 1::bigint, true, 'f' $$")  # fmt: skip
    with place.conversion() as conversion:
        assert "The policies of requests are not forced on worker:5432." in list(conversion.open_placements())


@pytest.mark.parametrize(
    ("statement", "answer"),
    [
        ("SELECT create_reference_table('users')", "COPY FROM not supported"),
        ("SELECT create_distributed_table('invitations', 'organization_id')", "COPY FROM not supported"),
        ("ALTER TABLE threads NO FORCE ROW LEVEL SECURITY|SELECT create_distributed_table('threads', 'organization_id')",
         "audit_logs"),
        ("ALTER TABLE request_events NO FORCE ROW LEVEL SECURITY|"
         "SELECT create_distributed_table('request_events', 'organization_id')", "foreign keys from"),
    ],
)  # fmt: skip
def test_the_model_refuses_what_citus_refuses(place: Place, statement: str, answer: str) -> None:
    with place.conversion() as conversion, pytest.raises(psycopg.Error, match=answer):
        for part in statement.split("|"):
            conversion.owner.execute(part.encode())


# --- the rules --------------------------------------------------------------------------------------------------


def test_every_key_carries_the_organization_or_says_why_not(prepared: str) -> None:
    with Place(prepared).conversion() as conversion:
        found = keys(conversion.superuser, conversion.parameters)
    assert [str(key) for key in found if not key.fits] == []
    reasons = {key.table: key.reason for key in found if not key.carries and key.kind != "foreign key"}
    assert list(reasons) == ["organizations"]
    assert {key.table for key in found} == {model._meta.db_table for model in tenant_models()}


def test_the_rules_a_conversion_needs_exist() -> None:
    from tenancy.catalogue import RULES

    assert {rule.name for rule in RULES} >= set(NEEDED)


@pytest.mark.django_db
def test_the_audit_names_the_table_and_not_the_part_of_it_a_cluster_keeps(cast: Any) -> None:
    with surface(OWNER), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE clients_102008 (organization_id uuid, id uuid)")
        cursor.execute("CREATE TRIGGER audit AFTER INSERT ON clients_102008 FOR EACH ROW "
                       "EXECUTE FUNCTION app.write_audit('organization_id', 'id', '', '')")  # fmt: skip
        row = [cast.ours.organization.pk, uuid.uuid4()]
        cursor.execute("INSERT INTO clients_102008 VALUES (%s, %s)", row)
        cursor.execute("SELECT resource_type FROM audit_logs WHERE resource_id = %s", row[1:])
        assert cursor.fetchall() == [("clients",)]


@pytest.mark.django_db
def test_no_trigger_takes_a_table_by_its_whole_name(cast: Any) -> None:
    """On a cluster it fires for a shard, `workpaper_versions_102008`."""
    by_name = r"TG_TABLE_NAME\s*(=|<>|!=|IN\M)"
    query = (
        "SELECT proname, prosrc ~ %s FROM pg_proc WHERE pronamespace = 'app'::regnamespace AND prosrc ~ 'TG_TABLE_NAME'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [by_name])
        assert dict(cursor.fetchall()) == {"write_audit": False, "guard_paper_part": False}


@pytest.mark.django_db
def test_no_look_up_begins_an_outer_join_with_a_table_every_node_has(cast: Any) -> None:
    """Citus: complex joins are only supported when all distributed tables are co-located."""
    tables = "|".join(table.name for table in tenant_tables())
    begins = rf"\mpublic\.organizations\M\s+(AS\s+)?\w*\s*LEFT JOIN public\.({tables})\M"
    query = "SELECT proname FROM pg_proc WHERE pronamespace = 'app'::regnamespace AND prosrc ~ %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [begins])
        assert cursor.fetchall() == []


def test_migrations_of_a_converted_database_distribute_new_tables_before_their_policies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = next(table for table in tenant_tables() if table.name == "clients")
    assert not any("create_distributed_table" in statement for statement in table.statements())
    monkeypatch.setattr(settings, "TENANCY_CITUS", True)
    statements = table.statements()
    place = next(i for i, statement in enumerate(statements) if "create_distributed_table" in statement)
    assert "PRIMARY KEY" in statements[place - 1] and "ENABLE ROW LEVEL SECURITY" in statements[place + 1]
    root = next(model for model in tenant_models() if model._meta.db_table == "organizations")
    assert isolation_of(root).table(root)._distribution() == []


@pytest.mark.django_db
def test_on_a_cluster_a_page_that_writes_asks_the_look_up_first(cast: Any, sign_in: Any, settings: Any) -> None:
    settings.TENANCY_CITUS = True
    browser = sign_in(cast.ours.owner)
    with CaptureQueriesContext(connection) as captured:
        browser.post(cast.ours.url("invitation_list"), {"emails": "zoe@example.com", "role": "member"})
    statements = [query["sql"] for query in captured.captured_queries]
    asked = [number for number, statement in enumerate(statements) if "my_organizations" in statement]
    written = [number for number, statement in enumerate(statements) if 'INSERT INTO "invitations"' in statement]
    assert len(asked) == 1 and written and asked[0] < written[0]
