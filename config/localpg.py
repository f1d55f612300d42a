"""The PostgreSQL server that comes with the Python packages, run in a folder of ours on the loopback interface.

python -m config.localpg start|stop|status [folder]
"""

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from config.localpg_programs import (
    LocalServerError,
    find_programs,
    identity_for,
    locale_arguments,
    major_version,
    system_locale,
)

HOST = "127.0.0.1"
SERVER_SETTINGS = {"listen_addresses": HOST, "unix_socket_directories": "''", "max_connections": "200"}
# For databases that may be lost: tests create and drop hundreds of tables.
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class LocalServer:
    """One persistent cluster, shared by every process that names the same folder."""

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.programs = find_programs()
        self.major = major_version(self.programs)
        self.settings = SERVER_SETTINGS | dict(settings or {})
        self.home = folder.resolve() / f"pg{self.major}"
        self.data = self.home / "data"
        self.log = self.home / "log"
        self._home_mode()
        self._identity = identity_for(self.home)
        self._lease: Any = None

    # --- what callers use ---------------------------------------------------------------------------------------

    @property
    def admin_url(self) -> str:
        return f"postgresql://postgres:{self._read('password')}@{HOST}:{self._read('port')}/postgres"

    def is_running(self) -> bool:
        """Connect rather than look at the process: after `kill -9` a dead postmaster can look alive for a while."""
        try:
            psycopg.connect(self.admin_url, connect_timeout=5).close()
        except (OSError, psycopg.OperationalError):
            return False
        return True

    def start(self) -> bool:
        """Make the cluster if need be and start it; True when this call is the one that started it."""
        with self._lock():
            return self._start()

    def stop(self) -> None:
        with self._lock():
            self._stop()

    def acquire(self) -> None:
        """Start the server, and keep it until every process that acquired it has released it or died."""
        with self._lock():
            self._lease = open(self.home / "users", "w")  # noqa: SIM115 (held until released)
            fcntl.flock(self._lease, fcntl.LOCK_SH)
            if self._start():
                self._leased.touch()

    def release(self) -> None:
        """Stop the server if we were its last user, unless somebody had started it to stay."""
        with self._lock():
            if self._leased.exists() and self._is_last_user():
                self._stop()
            self._lease.close()

    # --- starting and stopping ----------------------------------------------------------------------------------

    def _start(self) -> bool:
        if self.is_running():
            return False
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        self._leased.unlink(missing_ok=True)
        for patience in (0, 0.5, 1, 2, 4, 4):
            time.sleep(patience)
            if self._start_once():
                return True
            self._forget_dead_postmaster()
        raise LocalServerError(f"PostgreSQL did not start; the reason is at the end of {self.log}.")

    def _start_once(self) -> bool:
        port = self._choose_port()
        options = " ".join(f"-c {name}={value}" for name, value in (self.settings | {"port": str(port)}).items())
        started = self._run("pg_ctl", "start", "-w", "-t", "60", "-D", self.data, "-l", self.log, "-o", options)
        if started.returncode == 0:
            (self.home / "port").write_text(str(port))
        return started.returncode == 0 and self.is_running()

    def _stop(self) -> None:
        self._run("pg_ctl", "stop", "-m", "fast", "-w", "-t", "60", "-D", self.data)
        self._leased.unlink(missing_ok=True)

    def _create_cluster(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        password = self.home / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        self._give_to_server(password)
        made = self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={password}",
                         "-E", "UTF8", "--data-checksums", "--no-sync", *locale_arguments(self.major))  # fmt: skip
        if made.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise LocalServerError(f"PostgreSQL could not be set up in {self.home}: {last_line(made.stdout)}")

    def _choose_port(self) -> int:
        """The port of last time if it is free, so that addresses stay valid across restarts."""
        try:
            return free_port(int(self._read("port")))
        except (OSError, ValueError):
            return free_port(0)

    def _forget_dead_postmaster(self) -> None:
        """A killed postmaster that its parent has not collected yet still owns its lock file in PostgreSQL's eyes."""
        lock_file = self.data / "postmaster.pid"
        try:
            pid = int(lock_file.read_text().split()[0])
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, ValueError, IndexError):
            return
        if state == "Z":
            lock_file.unlink(missing_ok=True)

    # --- files and processes ------------------------------------------------------------------------------------

    @property
    def _leased(self) -> Path:
        return self.home / "leased"

    def _is_last_user(self) -> bool:
        try:
            fcntl.flock(self._lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with open(self.home / "lock", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _read(self, name: str) -> str:
        return (self.home / name).read_text().strip()

    def _home_mode(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if self.home.stat().st_uid == os.geteuid():
            self.home.chmod(0o700)

    def _give_to_server(self, path: Path) -> None:
        if user := self._identity.get("user"):
            shutil.chown(path, user)

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                [self.programs / program, *map(str, arguments)],
                cwd=self.home,
                env={**os.environ, "LC_ALL": system_locale()},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                **self._identity,
            )
        except OSError as error:
            account = self._identity.get("user", "this account")
            places = f"{self.programs} and {self.home}"
            raise LocalServerError(f"{account} must be able to reach {places} ({error.strerror}).") from error


# --- small things ------------------------------------------------------------------------------------------------------


def free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, wanted))
        port: int = probe.getsockname()[1]
        return port


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1]


def main(action: str = "status", folder: str = "var") -> None:
    server = LocalServer(Path(folder))
    if action == "start":
        server.start()
    elif action == "stop":
        server.stop()
    print("running" if server.is_running() else "stopped")


if __name__ == "__main__":
    main(*sys.argv[1:])
