"""An installation with one database, provisioned for real: its roles sign in as they do in production."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from config.environment import role_password
from tenancy.provision import connect, provision
from tenancy.provision_sql import LOGIN_ROLES, Installation


@contextmanager
def shared_installation(admin_url: str) -> Iterator[Installation]:
    name = f"shared_{uuid.uuid4().hex[:8]}"
    place = Installation(name, name, {role: role_password(admin_url, role) for role in LOGIN_ROLES})
    provision(admin_url, place)
    try:
        yield place
    finally:
        drop_database(admin_url, name)


def copy_database(admin_url: str, name: str, copy: str) -> None:
    with connect(admin_url) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(copy), sql.Identifier(name)))


def drop_database(admin_url: str, name: str) -> None:
    with connect(admin_url) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def address(admin_url: str, role: str, database: str) -> str:
    return make_conninfo(admin_url, user=role, password=role_password(admin_url, role), dbname=database)


def sign_in(admin_url: str, role: str, database: str) -> psycopg.Connection:
    return psycopg.connect(address(admin_url, role, database), autocommit=True)


@contextmanager
def alias(admin_url: str, name: str, role: str, database: str) -> Iterator[Any]:
    """Point a Django alias at a database as one role, for as long as it takes."""
    before = connections.settings.get(name)
    with connect(admin_url) as admin:
        host, port = admin.info.host, admin.info.port
    changed = {"USER": role, "PASSWORD": role_password(admin_url, role), "HOST": host, "PORT": str(port), "OPTIONS": {}}
    connections.settings[name] = {**connections.settings["marketing"], "NAME": database, **changed}
    held = getattr(connections._connections, name, None)
    if held is not None:
        del connections[name]
    try:
        yield connections[name]
    finally:
        connections[name].close()
        del connections[name]
        if before is None:
            del connections.settings[name]
        else:
            connections.settings[name] = before
        if held is not None:
            connections[name] = held


def migrate(admin_url: str, database: str) -> None:
    with alias(admin_url, "marketing_owner", "tickmark_marketing_owner", database):
        call_command("migrate", "marketing", database="marketing_owner", verbosity=0)
