"""Every tenant model, as the live catalogue has it."""

import pytest
from django.db import connection, models
from psycopg import sql

from config.environment import KEPT_FROM_SERVERS, for_servers
from tenancy.checks import is_root
from tenancy.expected import isolation_of, tenant_models
from tenancy.keys import TenantForeignKey
from tests.isolation.rows import run, signed_on

pytestmark = pytest.mark.django_db
MODELS = sorted(tenant_models(), key=lambda model: model._meta.db_table)
EQUALITY = "({} = (current_setting('app.current_tenant_id'::text))::uuid)"

Model = type[models.Model]


def by_table(model: Model) -> str:
    return model._meta.db_table


@pytest.mark.parametrize("model", MODELS, ids=by_table)
def test_row_security_is_on_and_forced(model: Model) -> None:
    query = "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = to_regclass(%s)"
    assert run(query, f"public.{model._meta.db_table}") == [(True, True)]


@pytest.mark.parametrize("model", MODELS, ids=by_table)
def test_the_application_has_one_policy_and_it_is_the_bare_equality(model: Model) -> None:
    query = """
        SELECT permissive, cmd, qual, with_check FROM pg_policies
        WHERE tablename = %s AND roles && ARRAY['tickmark_app', 'public']::name[]
    """
    equality = EQUALITY.format(isolation_of(model).options["column"])
    assert run(query, model._meta.db_table) == [("PERMISSIVE", "ALL", equality, equality)]


@pytest.mark.parametrize("model", [model for model in MODELS if not is_root(model)], ids=by_table)
def test_the_primary_key_starts_with_the_organization(model: Model) -> None:
    assert index_columns(model, "i.indisprimary")[0][:2] == ["organization_id", model._meta.pk.column]


@pytest.mark.parametrize("model", MODELS, ids=by_table)
def test_every_key_into_the_firm_is_composite_and_has_an_index(model: Model) -> None:
    fields = [field for field in model._meta.local_fields if isinstance(field, TenantForeignKey)]
    starts = [columns[:2] for columns in index_columns(model, "i.indpred IS NULL")]
    for field in fields:
        columns = ["organization_id", field.column]
        assert columns in foreign_keys(model)
        assert columns in starts, f"{field} has no index."


def index_columns(model: Model, condition: str) -> list[list[str]]:
    query = sql.SQL("""
        SELECT array_agg(a.attname::text ORDER BY k.position) FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(number, position)
        JOIN pg_attribute a ON a.attnum = k.number
        WHERE i.indrelid = to_regclass(%s) AND a.attrelid = i.indrelid AND {} GROUP BY i.indexrelid
    """).format(sql.SQL(condition))
    return [row[0] for row in run(query, f"public.{model._meta.db_table}")]


def foreign_keys(model: Model) -> list[list[str]]:
    query = """
        SELECT array_agg(a.attname::text ORDER BY k.position)
        FROM pg_constraint f, unnest(f.conkey) WITH ORDINALITY k(number, position)
        JOIN pg_attribute a ON a.attnum = k.number
        WHERE f.conrelid = to_regclass(%s) AND f.contype = 'f' AND a.attrelid = f.conrelid GROUP BY f.oid
    """
    return [row[0] for row in run(query, f"public.{model._meta.db_table}")]


def test_tests_run_as_the_role_that_serves() -> None:
    assert run("SELECT current_user") == [("tickmark_app",)]


def test_the_role_that_serves_is_neither_superuser_nor_owner_nor_past_row_security() -> None:
    with signed_on("tickmark_app") as app:
        assert app.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone() == (
            False,
        )
        for role in ("tickmark_owner", "tickmark_lookup", "tickmark_identity", "tickmark_operator", "tickmark_backup"):
            assert app.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [role]).fetchone() == (False,)
        assert app.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole").fetchone() == (0,)


def test_the_servers_environment_holds_no_privileged_address() -> None:
    everything = dict.fromkeys((*KEPT_FROM_SERVERS, "DATABASE_URL", "IDENTITY_DATABASE_URL"), "postgresql://")
    kept = for_servers(everything)
    assert set(kept) == {"DATABASE_URL", "IDENTITY_DATABASE_URL"}
    assert not any(word in name for name in kept for word in ("OWNER", "ADMIN", "TEST"))


def test_the_tenant_alias_is_ours() -> None:
    assert connection.settings_dict["ENGINE"] == "tenancy.backend"
    assert connection.settings_dict["ATOMIC_REQUESTS"] is False


ABOVE = "conversations lie below clients: a subject, a client's contact and a document are known here by id alone"
#: (table, column) → why it names a row without a foreign key.
WITHOUT_KEY = {
    ("audit_logs", "user_id"): "the trail outlives the account",
    ("audit_chain_checks", "user_id"): "the trail outlives the account",
    ("audit_logs", "resource_id"): "a row of any table, and the trail outlives it",
    ("comments", "contact_id"): ABOVE,
    ("thread_readers", "contact_id"): ABOVE,
    ("comment_attachments", "document_id"): ABOVE,
    ("notifications", "subject_id"): f"a row of one of several tables: {ABOVE}",
    ("notifications", "source_id"): "names what happened, so that it is told once; nothing is looked up by it",
    ("notification_mutes", "scope_id"): f"a row of one of several tables: {ABOVE}",
    ("support_grants", "operator_id"): "an account of the platform, and the firm's record outlives it",
    ("notification_paces", "scope_id"): f"a row of one of several tables: {ABOVE}",
}


def test_every_column_that_names_a_row_is_a_foreign_key_or_says_why_not() -> None:
    query = """
        SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relname = ANY (%s) AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND a.atttypid = 'uuid'::regtype AND a.attname LIKE '%%\\_id' AND a.attname <> 'organization_id'
        AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f' AND a.attnum = ANY (f.conkey))
    """
    assert set(run(query, [model._meta.db_table for model in MODELS])) == WITHOUT_KEY.keys()
