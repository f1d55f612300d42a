"""A whole installation is saved and brought back beside itself: every row, every wall, every file."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from clients.models import Client
from config.environment import role_password, role_url
from tenancy.addresses import URL_ROLES
from tenancy.catalogue import RULES, violations
from tenancy.context import tenant
from tenancy.expected import parameters
from tests.cast import Cast
from tests.isolation.copies import drop, opened_as_app, source_database, using
from tests.isolation.rows import TABLES

ADMIN_URL = os.environ["TEST_ADMIN_DATABASE_URL"]
#: Marked in pg_catalog, which belongs to the server's own databases; here the template has it or not.
OTHER_TABLES = ("users", "platform_audit_logs", "django_migrations", "user_sessions")


def addresses(application: str, site: str) -> dict[str, str]:
    of_site = {name: role_url(ADMIN_URL, role, site) for name, role in URL_ROLES.items() if "MARKETING" in name}
    ours = {name: role_url(ADMIN_URL, role, application) for name, role in URL_ROLES.items()}
    return {**ours, **of_site, "ADMIN_DATABASE_URL": ADMIN_URL}


def counted(database: str) -> dict[str, Any]:
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=database)) as admin:
        count = sql.SQL("SELECT count(*) FROM {}")
        return {
            table: admin.execute(count.format(sql.Identifier(table))).fetchone() for table in (*TABLES, *OTHER_TABLES)
        }


@pytest.fixture
def target() -> Iterator[dict[str, str]]:
    application = f"{source_database()}_back"
    is_shared = source_database() == connections["marketing"].settings_dict["NAME"]
    names = [application, application if is_shared else f"{application}_site"]
    yield addresses(*names)
    for name in set(names):
        drop(name)


def test_a_saved_installation_comes_back_with_rows_walls_and_files(
    permanent_cast: Cast,
    django_db_blocker: Any,
    target: dict[str, str],
    tmp_path: Path,
    settings: Any,
    monkeypatch: Any,
) -> None:
    with django_db_blocker.unblock():
        source = addresses(source_database(), str(connections["marketing"].settings_dict["NAME"]))
        source["BACKUP_DATABASE_URL"] = role_url(ADMIN_URL, "tickmark_backup", source_database())
        with psycopg.connect(ADMIN_URL, autocommit=True) as admin:
            secret = sql.Literal(role_password(ADMIN_URL, "tickmark_backup"))
            admin.execute(sql.SQL("ALTER ROLE tickmark_backup PASSWORD {}").format(secret))
        for folder, text in (("files/org/a", "a client’s file"), ("people", "a face")):
            (tmp_path / "var" / folder).mkdir(parents=True)
            (tmp_path / "var" / folder / "x").write_text(text)

        settings.VAR_DIR = tmp_path / "var"
        with monkeypatch.context() as patched:
            patched.setattr(os, "environ", {**os.environ, **source})
            call_command("backup", tmp_path / "saved", keep=1, verbosity=0)
        [saved] = (tmp_path / "saved").iterdir()
        assert saved.stat().st_mode & 0o077 == 0

        settings.VAR_DIR = tmp_path / "elsewhere"
        monkeypatch.setattr(os, "environ", {**os.environ, **target})
        (saved / "files.tar").rename(tmp_path / "kept.tar")
        (saved / "files.tar").write_bytes(b"something else")
        with pytest.raises(CommandError, match=r"files\.tar is not what was saved"):
            call_command("restore", saved)
        (tmp_path / "kept.tar").rename(saved / "files.tar")
        call_command("restore", saved, verbosity=0)

        name = target["DATABASE_URL"].rpartition("/")[2]
        assert counted(name) == counted(source_database())
        assert (tmp_path / "elsewhere/files/org/a/x").read_text() == "a client’s file"
        restored = opened_as_app(name)
        try:
            with using(restored):
                assert {rule.name: found for rule in RULES if (found := violations(restored, rule, parameters()))} == {}
                for firm in (permanent_cast.ours, permanent_cast.theirs):
                    with tenant(firm.organization):
                        assert set(Client.with_deleted.values_list("organization_id", flat=True)) == {
                            firm.organization.pk
                        }
        finally:
            restored.close()
        with pytest.raises(CommandError, match="holds .* tables already"):
            call_command("restore", saved)
