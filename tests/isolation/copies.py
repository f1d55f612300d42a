"""Copies of the test database in which work is really committed, and connections to them like a server's own."""

import copy
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections, transaction
from django.test import RequestFactory
from psycopg import sql

from config.environment import role_password
from tenancy.backend.base import DatabaseWrapper
from tenancy.context import OWNER, all_tenants, surface
from tenancy.provision import close_database
from tests.cast import Cast, signed_in

APP, OWNER_ROLE = "tickmark_app", "tickmark_owner"


@contextmanager
def copy_of(source: str, ending: str, *, template: str = "") -> Iterator[str]:
    """A database like `source` or `template`, to which nobody may be connected meanwhile; dropped at the end."""
    name, url = f"{source}_{ending}", os.environ["TEST_DATABASE_URL"]
    making = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template or source))
    for known in connections.all(initialized_only=True):
        known.close()
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        drop(name)
        server.execute(making)
        try:
            with psycopg.connect(url, dbname=name, autocommit=True) as made:
                close_database(made.cursor(), name)
            yield name
        finally:
            drop(name)


def drop(name: str) -> None:
    """As the administrator: an autovacuum worker may be in there, and ends for nobody else."""
    with psycopg.connect(os.environ["TEST_ADMIN_DATABASE_URL"], autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def source_database() -> str:
    return str(connections["default"].settings_dict["NAME"])


def opened(database: str, **changes: Any) -> DatabaseWrapper:
    """As the tests' own connection, but to another database."""
    settings = copy.deepcopy(connections.settings["default"])
    return DatabaseWrapper({**settings, "NAME": database, **changes}, "default")


def opened_as_app(database: str, **changes: Any) -> DatabaseWrapper:
    """As a serving process: signed on as the application's role, not merely acting as it."""
    password = role_password(os.environ["TEST_ADMIN_DATABASE_URL"], APP)
    return opened(database, **{"USER": APP, "PASSWORD": password, "OPTIONS": {}, **changes})


@contextmanager
def using(connection: DatabaseWrapper) -> Iterator[None]:
    """This thread's database is the other end of `connection`."""
    before = connections["default"]
    connections["default"] = connection
    try:
        yield
    finally:
        connections["default"] = before


@contextmanager
def as_owner_of(database: str) -> Iterator[DatabaseWrapper]:
    """Past both walls: the one who can say what is really there."""
    connection = opened(database, OPTIONS={"assume_role": OWNER_ROLE})
    with using(connection), surface(OWNER), all_tenants(reason="a test"):
        try:
            yield connection
        finally:
            connection.close()


class Worker:
    """A thread of a server with one connection, on which whoever comes next is served."""

    def __init__(self, connect: Callable[[], DatabaseWrapper]) -> None:
        self._thread = ThreadPoolExecutor(1)
        self.do(lambda: connections.__setitem__("default", connect()))

    def do(self, work: Callable[..., Any], *args: Any) -> Any:
        return self.start(work, *args).result(timeout=60)

    def start(self, work: Callable[..., Any], *args: Any) -> Any:
        return self._thread.submit(work, *args)

    def end(self) -> None:
        self.do(lambda: connections["default"].close())
        self._thread.shutdown()


class Visitor:
    """Asks for pages the way a server does: connections are looked after at both ends of a request."""

    def __init__(self, cookies: str) -> None:
        self.cookies = cookies
        self._serve = WSGIHandler()

    def get(self, path: str) -> tuple[int, bytes]:
        environ = RequestFactory(headers={"cookie": self.cookies}).get(path).environ
        status: list[str] = []
        response = self._serve(environ, lambda line, headers, *_: status.append(line))
        try:
            return int(status[0].split()[0]), b"".join(response)
        finally:
            response.close()


def visitors_of(database: str, cast: Cast) -> dict[str, Visitor]:
    """The owner of each firm, signed in."""
    connection = opened(database)
    with using(connection), transaction.atomic():
        browsers = {"ours": signed_in(cast.ours.owner), "theirs": signed_in(cast.theirs.owner)}
    connection.close()
    return {
        name: Visitor("; ".join(f"{key}={morsel.value}" for key, morsel in browser.cookies.items()))
        for name, browser in browsers.items()
    }
