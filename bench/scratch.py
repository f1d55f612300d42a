"""A database of its own on the test suite's server: made, migrated, and dropped at the end."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from config.environment import role_password, role_url, var_dir
from config.localpg import THROWAWAY_SETTINGS, LocalServer
from tenancy.addresses import MARKETING_URLS, URL_ROLES
from tenancy.provision import provision
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


@contextmanager
def database(admin_url: str) -> Iterator[str]:
    """A migrated database without rows, under the real roles and policies. Sets up Django for it."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    passwords = {role: role_password(admin_url, role) for role in URL_ROLES.values()}
    try:
        provision(admin_url, Installation(name, f"{name}_marketing", passwords))
        migrate(admin_url, name)
        yield name
    finally:
        drop(admin_url, name)


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


def drop(admin_url: str, name: str) -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for database_name in (name, f"{name}_marketing"):
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database_name)))


def sign_on(admin_url: str, name: str, role: str) -> psycopg.Connection:
    """As Django connects: parameters are bound in the client."""
    return psycopg.connect(role_url(admin_url, role, name), cursor_factory=psycopg.ClientCursor)
