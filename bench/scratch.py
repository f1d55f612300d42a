"""A database of its own on the test suite's server: made, migrated, and dropped at the end."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from config.environment import role_password, role_url, var_dir
from config.localpg import THROWAWAY_SETTINGS, LocalServer
from tenancy.addresses import MARKETING_URLS, URL_ROLES
from tenancy.provision import close_database, provision
from tenancy.provision_sql import Installation


@contextmanager
def server() -> Iterator[str]:
    """The address of an administrator: `TEST_ADMIN_DATABASE_URL`, or the embedded server's."""
    if named := os.environ.get("TEST_ADMIN_DATABASE_URL"):
        yield named
        return
    embedded = LocalServer(var_dir(os.environ) / "test-pg", settings=THROWAWAY_SETTINGS)
    embedded.acquire()
    try:
        yield embedded.admin_url
    finally:
        embedded.release()


@dataclass(frozen=True)
class Scratch:
    """One database: its name, and who may sign on."""

    admin_url: str
    name: str

    def admin(self) -> psycopg.Connection:
        return psycopg.connect(make_conninfo(self.admin_url, dbname=self.name))

    def sign_on(self, role: str) -> psycopg.Connection:
        """As Django connects: parameters are bound in the client."""
        return psycopg.connect(role_url(self.admin_url, role, self.name), cursor_factory=psycopg.ClientCursor)

    @contextmanager
    def copy(self) -> Iterator["Scratch"]:
        """A second database like this one as it is now."""
        name = f"{self.name}_copy"
        close_connections()
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            admin.execute(statement.format(sql.Identifier(name), sql.Identifier(self.name)))
            close_database(admin.cursor(), name)
        try:
            yield Scratch(self.admin_url, name)
        finally:
            drop(self.admin_url, name)

    @contextmanager
    def for_django(self) -> Iterator[None]:
        """Django's connections lead here for a while."""
        from django.db import connections

        close_connections()
        before = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "identity")}
        try:
            for alias in before:
                connections[alias].settings_dict["NAME"] = self.name
            yield
        finally:
            close_connections()
            for alias, name in before.items():
                connections[alias].settings_dict["NAME"] = name


@contextmanager
def database(admin_url: str) -> Iterator[Scratch]:
    """A migrated database without rows, under the real roles and policies. Sets up Django for it."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    passwords = {role: role_password(admin_url, role) for role in URL_ROLES.values()}
    try:
        provision(admin_url, Installation(name, f"{name}_marketing", passwords))
        migrate(admin_url, name)
        yield Scratch(admin_url, name)
    finally:
        drop(admin_url, name, f"{name}_marketing")


def migrate(admin_url: str, name: str) -> None:
    for variable, role in URL_ROLES.items():
        os.environ[variable] = role_url(admin_url, role, f"{name}_marketing" if variable in MARKETING_URLS else name)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "1",
        "SECRET_KEY": uuid.uuid4().hex,
        "LOG_LEVEL": "WARNING",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", database="owner", interactive=False, verbosity=0)


def drop(admin_url: str, *names: str) -> None:
    close_connections()
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for name in names:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def close_connections() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
