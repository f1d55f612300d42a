"""The manager of the embedded server: what happens on a bad day."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg
import pytest

from config.localpg import THROWAWAY_SETTINGS, LocalServer

READY = "database system is ready to accept connections"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    server = LocalServer(tmp_path_factory.mktemp("a folder with spaces"), settings=THROWAWAY_SETTINGS)
    yield server
    server.stop()


def postmaster(server: LocalServer) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def answer(server: LocalServer) -> object:
    with psycopg.connect(server.admin_url) as connection:
        row = connection.execute("SELECT 1").fetchone()
    return row[0] if row else None


def test_starts_and_stops(server: LocalServer) -> None:
    assert not server.is_running()
    assert server.start()
    assert answer(server) == 1
    assert not server.start(), "a second start finds it running"
    server.stop()
    assert not server.is_running()


def test_keeps_its_address_and_its_data(server: LocalServer) -> None:
    server.start()
    before = server.admin_url
    with psycopg.connect(before, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept ()")
    server.stop()
    server.start()
    assert server.admin_url == before
    with psycopg.connect(before) as connection:
        connection.execute("SELECT FROM kept")


def test_listens_on_the_loopback_interface_only(server: LocalServer) -> None:
    server.start()
    with psycopg.connect(server.admin_url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("SHOW unix_socket_directories").fetchone() == ("",)


def test_starts_again_after_being_killed(server: LocalServer) -> None:
    server.start()
    os.kill(postmaster(server), signal.SIGKILL)
    while server.is_running():
        time.sleep(0.05)
    assert server.start()
    assert answer(server) == 1


def test_two_starts_at_once_give_one_server(server: LocalServer) -> None:
    server.stop()
    starts_before = server.log.read_text().count(READY)
    command = [sys.executable, "-m", "config.localpg", "start", str(server.home.parent)]
    starts = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [start.communicate(timeout=60)[0].strip() for start in starts] == ["running", "running"]
    assert answer(server) == 1
    assert server.log.read_text().count(READY) == starts_before + 1


def test_stays_until_its_last_user_has_left(server: LocalServer) -> None:
    server.stop()
    other = LocalServer(server.home.parent, settings=THROWAWAY_SETTINGS)
    server.acquire()
    other.acquire()
    server.release()
    assert other.is_running()
    other.release()
    assert not other.is_running()


def test_stays_when_it_was_started_to_stay(server: LocalServer) -> None:
    server.start()
    server.acquire()
    server.release()
    assert server.is_running()
