"""Processes that serve the public site: one alone, which knows no address of the application and outlives its own
database, and one beside the application, where each side outlives the database of the other."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from config.environment import role_url
from tenancy.provision import connect, provision_marketing
from tests.migrated import kept
from tests.shared import copy_database, drop_database, migrate

ADMIN_URL = os.environ["TEST_ADMIN_DATABASE_URL"]
ROOT = Path(__file__).resolve().parent.parent
SERVING, NAME = "tickmark_marketing", f"site_alone_{os.getpid()}"


@dataclass
class Served:
    url: str

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self._ask(path, None, headers)

    def post(self, path: str, **values: str) -> tuple[int, str]:
        return self._ask(path, urllib.parse.urlencode(values).encode(), {})

    def _ask(self, path: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        asked = urllib.request.Request(self.url + path, data, headers)  # noqa: S310 (loopback)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture(scope="module")
def database(django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock():
        provision_marketing(ADMIN_URL, NAME)
        migrate(ADMIN_URL, NAME)
    yield NAME
    drop_database(ADMIN_URL, NAME)


def alone(folder: Path) -> dict[str, str]:
    """All that a process of the site is told."""
    return {
        "PATH": os.environ["PATH"], "SECRET_KEY": "s" * 50, "FIELD_ENCRYPTION_KEYS": os.environ["FIELD_ENCRYPTION_KEYS"],
        "DEBUG": "1", "VAR_DIR": str(folder), "PAGE_VIEW_SECONDS": "0.2", "SURFACES": "marketing",
        "MARKETING_DATABASE_URL": role_url(ADMIN_URL, SERVING, NAME),
    }  # fmt: skip


@contextmanager
def serving(folder: Path, **addresses: str) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = alone(folder) | {"PORT": str(port), **addresses}
    command = [sys.executable, "-m", "gunicorn", "config.asgi:application"]
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        found = Served(f"http://localhost:{port}")
        for _ in range(600):
            with suppress(OSError):
                if found.get("/health/")[0] == 200:
                    break
            assert running.poll() is None, (folder / "log").read_text()[-3000:]
            time.sleep(0.1)
        yield found
    finally:
        running.terminate()
        running.wait(30)


def mails_sent(name: str) -> list[tuple[str, int]]:
    """To whom, and at which attempt: sent beside the request, so not at once."""
    with psycopg.connect(role_url(ADMIN_URL, SERVING, name), autocommit=True) as connection:
        for _ in range(100):
            found = connection.execute("SELECT recipient, attempts FROM site_mails WHERE attempts > 0").fetchall()
            if found:
                break
            time.sleep(0.1)
        unsent = connection.execute("SELECT FROM site_mails WHERE sent_at IS NULL").fetchall()
        return [] if unsent else found


@contextmanager
def stopped(name: str) -> Iterator[None]:
    """A database that refuses everybody is one that is down."""
    open_to_connections(name, False)
    try:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(role_url(ADMIN_URL, SERVING, name))
        yield
    finally:
        open_to_connections(name, True)


def open_to_connections(name: str, is_open: bool) -> None:
    statement = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
    with connect(ADMIN_URL) as admin:
        admin.execute(statement.format(sql.Identifier(name), sql.Literal(is_open)))
        if not is_open:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def test_it_serves_without_the_application_and_says_so_when_its_own_database_is_down(
    database: str, tmp_path: Path
) -> None:
    with serving(tmp_path, SURFACE_HOSTS="localhost=marketing,127.0.0.1=app") as site:
        assert site.get("/")[0] == site.get("/blog/")[0] == site.get("/contact/")[0] == 200
        for path in ("/accounts/login/", "/admin/", "/firms/", "/o/harcourt/", "/portal/x/"):
            assert site.get(path)[0] == 404, path
        assert site.get("/blog/", Host="127.0.0.1")[0] == 404, "Under that name another process serves the application."
        assert site.get("/blog/never-written/")[0] == 404
        assert "Look into your mailbox" in site.post("/newsletter/", email="ida@wright.example")[1]
        assert mails_sent(database) == [("ida@wright.example", 1)], "Once: the log of mails is not this process's."
        chores = [sys.executable, "manage.py", "site_chores"]
        done = subprocess.run(chores, cwd=ROOT, env=alone(tmp_path), capture_output=True, text=True)
        assert "0 mails sent" in done.stdout, done.stderr[-3000:]
        with stopped(database):
            status, words = site.get("/")
            assert status == 200 and "Ask once. See whose turn it is." in words
            assert site.get("/features/")[0] == 200
            status, words = site.get("/blog/")
            assert status == 503 and "This page cannot be read just now" in words
            assert site.get("/health/")[0] == 200


def test_each_side_of_a_process_outlives_the_database_of_the_other(
    database: str, tmp_path: Path, django_db_setup: None
) -> None:
    application = f"{NAME}_application"
    copy_database(ADMIN_URL, kept(os.environ["TEST_TEMPLATE"]), application)
    addresses = {
        name: role_url(ADMIN_URL, role, application)
        for name, role in (("DATABASE_URL", "tickmark_app"), ("IDENTITY_DATABASE_URL", "tickmark_identity"))
    }
    somebody = {"Cookie": "sessionid=" + "x" * 40}  # so that the page asks who that is
    try:
        with serving(tmp_path, SURFACES="marketing,app", **addresses) as both:
            assert both.get("/accounts/login/", **somebody)[0] == 200
            with stopped(application):
                for path in ("/", "/features/", "/pricing/", "/blog/", "/case-studies/", "/contact/"):
                    assert both.get(path)[0] == 200, path
                assert both.get("/blog/never-written/")[0] == 404
            with stopped(database):
                assert both.get("/accounts/login/", **somebody)[0] == 200
                assert both.get("/blog/")[0] == 503
            assert both.get("/accounts/login/", **somebody)[0] == 200
    finally:
        drop_database(ADMIN_URL, application)
