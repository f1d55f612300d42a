"""The marketing site in the application's database: one database, and still nothing in common."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from psycopg import sql

from tenancy.provision import ProvisionError, provision, provision_marketing, script
from tenancy.provision_sql import Installation
from tenancy.router import TenancyRouter
from tests.shared import drop_database, migrate, shared_installation, sign_in

ADMIN_URL = os.environ["TEST_ADMIN_DATABASE_URL"]
SITE = ("tickmark_marketing", "tickmark_marketing_owner")
APPLICATION = ("tickmark_owner", "tickmark_app", "tickmark_operator", "tickmark_identity")
TABLES = sorted(model._meta.db_table for model in apps.get_app_config("marketing").get_models())


@pytest.fixture(scope="module")
def place(django_db_blocker: pytest.FixtureRequest) -> Iterator[Installation]:
    with shared_installation(ADMIN_URL) as place, django_db_blocker.unblock():  # type: ignore[attr-defined]
        migrate(ADMIN_URL, place.database)
        with sign_in(ADMIN_URL, "tickmark_owner", place.database) as owner:
            owner.execute("CREATE TABLE public.clients (id int); CREATE TABLE public.blog_posts (id int)")
        yield place


def test_preparing_it_again_is_fine(place: Installation) -> None:
    provision(ADMIN_URL, place)
    with sign_in(ADMIN_URL, "tickmark_marketing", place.database) as site:
        assert site.execute("SELECT current_schemas(false)").fetchone() == (["marketing"],)
        assert site.execute("SHOW statement_timeout").fetchone() == ("20s",)


def test_a_site_with_a_database_of_its_own_is_not_shut_out_by_mistake(place: Installation) -> None:
    name = f"{place.database}_marketing"
    provision_marketing(ADMIN_URL, name)
    try:
        with pytest.raises(ProvisionError, match=f"{name} holds the marketing site"):
            provision(ADMIN_URL, place)
    finally:
        drop_database(ADMIN_URL, name)


def test_the_sites_tables_lie_in_its_schema(place: Installation) -> None:
    with sign_in(ADMIN_URL, "tickmark_marketing_owner", place.database) as owner:
        found = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'marketing' ORDER BY 1").fetchall()
    assert [name for (name,) in found] == sorted([*TABLES, "django_migrations", "page_views_default"])


@pytest.mark.parametrize("table", TABLES)
def test_the_site_reads_and_writes_its_tables(place: Installation, table: str) -> None:
    with sign_in(ADMIN_URL, "tickmark_marketing", place.database) as site:
        assert site.execute(sql.SQL("SELECT FROM {}").format(sql.Identifier(table))).rowcount == 0
        delete = sql.SQL("DELETE FROM {}").format(sql.Identifier(table))
        if table in ("page_views", "page_view_counts", "text_revisions"):  # only grow
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                site.execute(delete)
        else:
            assert site.execute(delete).rowcount == 0


@pytest.mark.parametrize("table", [*TABLES, "django_migrations"])
@pytest.mark.parametrize("role", APPLICATION)
def test_the_application_cannot_reach_the_site(place: Installation, role: str, table: str) -> None:
    with sign_in(ADMIN_URL, role, place.database) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(f"SELECT FROM marketing.{table}".encode())


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM public.clients",
        "INSERT INTO public.clients VALUES (1)",
        "SELECT FROM app.my_organizations()",
        "CREATE TABLE public.t ()",
        "CREATE TABLE app.t ()",
        "CREATE SCHEMA s",
        "CREATE TEMPORARY TABLE t ()",
        "SET ROLE tickmark_app",
        "SET ROLE tickmark_owner",
    ],
)
@pytest.mark.parametrize("role", SITE)
def test_the_site_cannot_reach_the_application(place: Installation, role: str, statement: str) -> None:
    with sign_in(ADMIN_URL, role, place.database) as site, pytest.raises(psycopg.errors.InsufficientPrivilege):
        site.execute(statement.encode())


def test_the_sites_serving_role_creates_nothing(place: Installation) -> None:
    with sign_in(ADMIN_URL, "tickmark_marketing", place.database) as site:
        for statement in (
            "CREATE TABLE t ()",
            "TRUNCATE blog_posts",
            "DROP TABLE blog_posts",
            "DELETE FROM django_migrations",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                site.execute(statement.encode())


def test_a_table_of_the_same_name_is_not_mistaken_for_the_sites(place: Installation) -> None:
    with sign_in(ADMIN_URL, "tickmark_owner", place.database) as owner:
        assert owner.execute("SELECT 'blog_posts'::regclass::oid = 'public.blog_posts'::regclass::oid").fetchone() == (
            True,
        )
        owner.execute("SELECT id FROM blog_posts")


def test_the_router_is_strict_in_either_shape() -> None:
    router = TenancyRouter()
    for alias, label, may in (
        ("default", "marketing", False), ("owner", "marketing", False), ("marketing", "clients", False),
        ("marketing_owner", "clients", False), ("marketing_owner", "marketing", True), ("owner", "clients", True),
    ):  # fmt: skip
        assert router.allow_migrate(alias, label) is may
    assert router.db_for_write(apps.get_model("marketing", "BlogPost")) == "marketing"
    assert connections["marketing"] is not connections["default"]


def test_the_printed_script_makes_one_database() -> None:
    printed = script(Installation("tickmark", "tickmark"))
    assert printed.count("CREATE DATABASE") == 1
    assert "CREATE SCHEMA IF NOT EXISTS marketing" in printed
