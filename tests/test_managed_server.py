"""A managed service: its administrator makes roles and databases, and is no superuser. The same command prepares it."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from config.backups.programs import run
from config.backups.restoring import refuse_another_server
from config.backups.saving import BackupFailed, save
from config.environment import local_urls
from config.localpg import THROWAWAY_SETTINGS, LocalServer
from tenancy.addresses import installation
from tenancy.provision import connect, provision
from tenancy.provision_sql import LOGIN_ROLES

POWERS = """
SELECT rolname FROM pg_roles
WHERE rolname LIKE 'tickmark%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit)
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    """A server of its own, for what is asked is what happens where no role is there yet. Its superuser then steps back."""
    server = LocalServer(tmp_path, settings=THROWAWAY_SETTINGS)
    server.acquire()
    try:
        with connect(server.admin_url) as superuser:
            superuser.execute("CREATE ROLE cloud_admin LOGIN CREATEROLE CREATEDB PASSWORD 'of-the-service'")
        yield make_conninfo(server.admin_url, user="cloud_admin", password="of-the-service")
    finally:
        server.release()


def test_it_is_prepared_without_a_superuser_and_can_be_saved(service: str, tmp_path: Path) -> None:
    urls = local_urls(f"postgresql://cloud_admin:of-the-service@{host_of(service)}/postgres")
    backup = f"postgresql://tickmark_backup:of-the-backup@{host_of(service)}/tickmark"
    wanted = installation(urls | {"BACKUP_DATABASE_URL": backup})
    for _ in ("the first time", "again"):
        refusals = provision(service, wanted)
        assert [words.partition(":")[0] for words in refusals] == [
            "Backups see every row", "No large objects", "Search by index"
        ]  # fmt: skip
    with connect(service) as admin:
        assert admin.execute(POWERS).fetchall() == []
        assert admin.execute(
            "SELECT count(*) FROM pg_roles WHERE rolname = ANY (%s)", [list(LOGIN_ROLES)]
        ).fetchone() == (7,)
    psycopg.connect(backup).close()
    with pytest.raises(BackupFailed, match="leads to another server"):
        refuse_another_server(os.environ["TEST_ADMIN_DATABASE_URL"], urls)
    with psycopg.connect(urls["OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("CREATE TABLE public.kept (word text); INSERT INTO public.kept VALUES ('behind a wall')")
        owner.execute(
            "ALTER TABLE public.kept ENABLE ROW LEVEL SECURITY; ALTER TABLE public.kept FORCE ROW LEVEL SECURITY"
        )
        owner.execute("CREATE POLICY owner_maintenance ON public.kept TO tickmark_owner USING (true)")
    with (
        psycopg.connect(urls["DATABASE_URL"], autocommit=True) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("SELECT FROM public.kept")
    saved = save(tmp_path / "saved", urls, tmp_path / "no-files-yet", lambda words: None)
    assert (saved / "application.dump").stat().st_size and (saved / "marketing.dump").exists()
    run("pg_restore", "", f"--file={tmp_path / 'plain'}", str(saved / "application.dump"))
    assert "behind a wall" in (tmp_path / "plain").read_text()


def host_of(conninfo: str) -> str:
    parts = conninfo_to_dict(conninfo)
    return f"{parts['host']}:{parts['port']}"
