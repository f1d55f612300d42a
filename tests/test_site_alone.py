"""A process that serves the public site alone: it knows no address of the application, and outlives its own database."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from config.environment import role_url
from tenancy.provision import connect, provision_marketing
from tests.shared import drop_database, migrate

ADMIN_URL = os.environ["TEST_ADMIN_DATABASE_URL"]
ROOT = Path(__file__).resolve().parent.parent
SERVING, NAME = "tickmark_marketing", f"site_alone_{os.getpid()}"


@dataclass
class Alone:
    url: str

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        asked = urllib.request.Request(self.url + path, headers=headers)  # noqa: S310 (loopback)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Alone]:
    with django_db_blocker.unblock():
        provision_marketing(ADMIN_URL, NAME)
        migrate(ADMIN_URL, NAME)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("alone")
    environment = {
        "PATH": os.environ["PATH"], "SECRET_KEY": "s" * 50, "FIELD_ENCRYPTION_KEYS": os.environ["FIELD_ENCRYPTION_KEYS"],
        "SURFACES": "marketing", "SURFACE_HOSTS": "localhost=marketing,127.0.0.1=app", "PORT": str(port), "DEBUG": "1",
        "VAR_DIR": str(folder), "MARKETING_DATABASE_URL": role_url(ADMIN_URL, SERVING, NAME), "PAGE_VIEW_SECONDS": "0.2",
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "config.asgi:application"]
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        found = Alone(f"http://localhost:{port}")
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
        drop_database(ADMIN_URL, NAME)


def open_to_connections(is_open: bool) -> None:
    """A database that refuses everybody is one that is down."""
    statement = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
    with connect(ADMIN_URL) as admin:
        admin.execute(statement.format(sql.Identifier(NAME), sql.Literal(is_open)))
        if not is_open:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [NAME])


def test_it_serves_without_the_application_and_says_so_when_its_own_database_is_down(process: Alone) -> None:
    assert process.get("/")[0] == process.get("/blog/")[0] == process.get("/contact/")[0] == 200
    for path in ("/accounts/login/", "/admin/", "/firms/", "/o/harcourt/", "/portal/x/"):
        assert process.get(path)[0] == 404, path
    assert process.get("/blog/", Host="127.0.0.1")[0] == 404, "Under that name another process serves the application."
    assert process.get("/blog/never-written/")[0] == 404
    open_to_connections(False)
    try:
        status, words = process.get("/")
        assert status == 200 and "Ask once. See whose turn it is." in words
        assert process.get("/features/")[0] == 200
        status, words = process.get("/blog/")
        assert status == 503 and "This page cannot be read just now" in words
        assert process.get("/health/")[0] == 200
    finally:
        open_to_connections(True)
