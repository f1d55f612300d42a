"""Runs Tickmark on this machine: database, migrations, demo, web and worker. `bin/dev` calls it.

Every problem a person can cause ends in one sentence and an exit code other than 0.
"""

import io
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg

from config.environment import ROOT, development, for_servers, has_own_server, secret_key, var_dir
from config.localpg import HOST, LocalServer, LocalServerError
from config.processes import Process, keep_running, stop
from tenancy.addresses import URL_ROLES, MissingSetting, installation, with_marketing
from tenancy.provision import ProvisionError, one_line, provision

PATIENCE = 60


class CannotStart(Exception):
    """The message is one sentence for a person."""


class Stopped(BaseException):
    """Somebody asked us to stop. No library may take this for an error of its own."""


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    try:
        run()
    except Stopped:
        return 0
    except (CannotStart, LocalServerError, MissingSetting, ProvisionError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def leave(*_: object) -> NoReturn:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


def run() -> None:
    port = chosen_port(os.environ)
    folder = prepare_folder(var_dir(os.environ))
    with database(folder) as settings:
        os.environ |= settings
        os.environ["PORT"] = str(port)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        os.environ.setdefault("LOG_LEVEL", "WARNING")
        sign_ins = prepare_application()
        serve(port, sign_ins)


# --- before anything is started ---------------------------------------------------------------------------------


def chosen_port(environ: Mapping[str, str]) -> int:
    wanted = environ.get("PORT") or "8000"
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {wanted!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(wanted)))
        except OSError as error:
            raise CannotStart(f"Port {wanted} cannot be used ({error.strerror}); choose another with PORT=…") from error
    return int(wanted)


def prepare_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        secret_key(folder)
    except OSError as error:
        raise CannotStart(f"VAR_DIR {folder} cannot be used: {error.strerror}.") from error
    return folder


# --- the database -----------------------------------------------------------------------------------------------


@contextmanager
def database(folder: Path) -> Iterator[dict[str, str]]:
    """The settings that lead to a prepared database server: the one that was named, or ours while we run."""
    if has_own_server(os.environ):
        yield use_named_server(folder)
        return
    server = LocalServer(folder)
    server.acquire()
    try:
        settings = development(folder, server.admin_url)
        provision(server.admin_url, installation(settings))
        yield settings | chosen(settings)
    finally:
        server.release()


def use_named_server(folder: Path) -> dict[str, str]:
    wanted = installation(os.environ)
    if admin_url := os.environ.get("ADMIN_DATABASE_URL"):
        for refusal in provision(admin_url, wanted):
            print(refusal)
    for name in URL_ROLES:
        check_address(name, with_marketing(os.environ)[name])
    settings = {"SECRET_KEY": secret_key(folder), "DEBUG": "1", "VAR_DIR": str(folder)}
    return settings | chosen(settings)


def chosen(defaults: Mapping[str, str]) -> dict[str, str]:
    """What the user set of these wins, except for addresses, which come as a set."""
    return {name: os.environ[name] for name in ("SECRET_KEY", "DEBUG") if name in defaults and os.environ.get(name)}


def check_address(name: str, url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        raise CannotStart(f"{name} does not lead to a database: {one_line(error)}.") from error


# --- the application --------------------------------------------------------------------------------------------


def prepare_application() -> str:
    """Bring both databases up to date and seed an empty one; returns the sign-ins of the demo."""
    import django
    from django.core.management import CommandError, call_command
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    django.setup()
    answer = io.StringIO()
    try:
        for alias in ("owner", "marketing_owner"):
            call_command("migrate", database=alias, interactive=False, verbosity=0)
        call_command("partitions", verbosity=0, stdout=io.StringIO())
        call_command("seed_demo")
        call_command("refresh_plans", if_reachable=True, stdout=io.StringIO())
        call_command("seed_demo", print_sign_ins=True, stdout=answer)
    except CommandError as error:
        raise CannotStart(str(error)) from error
    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()
    return answer.getvalue().strip()


def serve(port: int, sign_ins: str) -> None:
    environment = for_servers(os.environ)
    web = Process("web", python("-m", "gunicorn", "--graceful-timeout", "1", "config.asgi:application"), environment)
    worker = Process("worker", python("manage.py", "procrastinate", "worker"), environment)
    look = Process("style", python("bin/vendor", "--watch"), environment)
    reloads = not os.environ.get("NO_RELOAD")
    started = [web, worker, look] if reloads else [web, worker]
    try:
        for process in started:
            process.start()
        wait_until_it_answers(web, port)
        print(f"\nTickmark runs at http://localhost:{port}/ (Ctrl-C stops it)\n{sign_ins}\n")
        keep_running([web, worker], ROOT, print, reloads=reloads)
    finally:
        stop(started)


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def wait_until_it_answers(web: Process, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if web.exit_code is not None:
            raise CannotStart("The web process ended before it answered; the lines above say why.")
        try:
            socket.create_connection((HOST, port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise CannotStart(f"The web process did not answer on port {port} within {PATIENCE} seconds.")


if __name__ == "__main__":
    sys.exit(main())
