"""A PgBouncer of our own in front of a database: transaction mode, as few server connections as one likes."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from config.environment import role_password
from config.localpg import HOST, free_port
from config.localpg_programs import identity_for

PATIENCE = 15
CONFIG = """\
[databases]
{database} = host={server_host} port={server_port} dbname={database}

[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users
pool_mode = transaction
max_db_connections = {connections}
default_pool_size = {connections}
max_client_conn = 100
"""


def program() -> str | None:
    """Debian keeps it where only root's path leads."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def pgbouncer(database: str, *, role: str, connections: int = 2) -> Iterator[int]:
    """The port at which `role` reaches `database` through at most so many server connections."""
    folder = Path(tempfile.mkdtemp(prefix="pgbouncer-"))
    port = free_port(0)
    write_config(folder, port, database, role, connections)
    started = start(folder)
    try:
        wait_until_it_answers(started, folder, port, database, role)
        yield port
    finally:
        end(started)
        shutil.rmtree(folder, ignore_errors=True)


def behind_pgbouncer(stack: ExitStack, database: str, *, role: str, connections: int) -> dict[str, Any]:
    """What to change in a connection's settings; the program ends with the stack. Without it the test is skipped."""
    if program() is None:
        pytest.skip("There is no pgbouncer on this machine (Debian: apt-get install pgbouncer).")
    return {"HOST": HOST, "PORT": stack.enter_context(pgbouncer(database, role=role, connections=connections))}


def write_config(folder: Path, port: int, database: str, role: str, connections: int) -> None:
    admin_url = os.environ["TEST_ADMIN_DATABASE_URL"]
    server = conninfo_to_dict(admin_url)
    (folder / "users").write_text(f'"{role}" "{role_password(admin_url, role)}"\n')
    (folder / "ini").write_text(
        CONFIG.format(
            database=database, host=HOST, port=port, folder=folder, connections=connections,
            server_host=server.get("host", HOST), server_port=server.get("port", 5432),
        )
    )  # fmt: skip


def start(folder: Path) -> subprocess.Popen[bytes]:
    """PgBouncer refuses to run as root, like PostgreSQL, and is kept from it in the same way."""
    identity = identity_for(folder)
    if account := identity.get("user"):
        for name in ("users", "ini"):
            shutil.chown(folder / name, account)
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [str(program()), "ini"], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **identity
        )


def wait_until_it_answers(started: subprocess.Popen[bytes], folder: Path, port: int, database: str, role: str) -> None:
    password = role_password(os.environ["TEST_ADMIN_DATABASE_URL"], role)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and started.poll() is None:
        try:
            psycopg.connect(host=HOST, port=port, dbname=database, user=role, password=password).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PgBouncer did not start: {(folder / 'log').read_text()[-500:]}")


def end(started: subprocess.Popen[bytes]) -> None:
    started.terminate()
    try:
        started.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
