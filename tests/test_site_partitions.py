"""The site's page views in months, where it has a database of its own and where it shares the application's."""

import os
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config import site_split
from tenancy.management.commands import partitions as command
from tests.shared import alias, drop_database, migrate, shared_installation, sign_in

ADMIN_URL = os.environ["TEST_ADMIN_DATABASE_URL"]
OWNER, SERVING = "tickmark_marketing_owner", "tickmark_marketing"


@pytest.fixture(scope="module", params=["shared", "own"])
def database(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock():
        if request.param == "shared":
            with shared_installation(ADMIN_URL) as place:
                migrate(ADMIN_URL, place.database)
                yield place.database
        else:
            name = "site_of_months"
            site_split.provision_marketing(ADMIN_URL, name)
            migrate(ADMIN_URL, name)
            yield name
            drop_database(ADMIN_URL, name)


def run(database: str) -> str:
    said = StringIO()
    with alias(ADMIN_URL, "marketing_owner", OWNER, database):
        call_command("partitions", database="marketing_owner", stdout=said)
    return said.getvalue()


def visit(site: psycopg.Connection, when: str) -> None:
    site.execute(
        "INSERT INTO page_views (id, created_at, path, visitor, referrer_host, utm_source, utm_medium, utm_campaign, is_bot) "
        "VALUES (gen_random_uuid(), %s, '/', 'v', '', '', '', '', false)",
        [when],
    )


def test_months_are_made_ahead_filled_and_dropped(database: str, django_db_blocker: Any) -> None:
    today = timezone.now().date()
    with sign_in(ADMIN_URL, SERVING, database) as site, django_db_blocker.unblock():
        visit(site, "2001-02-03")
        visit(site, str(today))
        said = run(database)
        assert f"page_views_{today:%Y_%m}: made." in said
        assert "page_views_2001_02: dropped, older than 400 days." in said, "Visits of a month nobody made go too."
        assert run(database) == ""
        assert site.execute("SELECT created_at::date, tableoid::regclass::text FROM page_views").fetchall() == [
            (date(today.year, today.month, today.day), f"page_views_{today:%Y_%m}")
        ]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            site.execute(f"SELECT FROM page_views_{today:%Y_%m}".encode())


def test_without_an_owners_address_the_command_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "OWNERS", ("nobody",))
    with pytest.raises(CommandError, match="Set OWNER_DATABASE_URL"):
        call_command("partitions")


def test_every_owners_tables_are_looked_after() -> None:
    """One run a day is enough, whichever shape the installation has."""
    assert [table for name in command.OWNERS for table, _ in command.tables(name)] == [
        "audit_logs", "usage_events", "page_views",
    ]  # fmt: skip
