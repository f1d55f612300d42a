"""The databases as the migrations leave them, kept as templates: a copy is made in a moment, migrating takes a while.

One set for each server, made anew by the first run after any code that migrations may use has changed.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from tenancy.provision import comment_on

ALIASES = ("default", "marketing")
# Any number, the same in every copy: workers come one after another, and the first one migrates.
ONE_AT_A_TIME = 7_225_151
# Folders that no migration imports.
UNUSED = {"bench", "tests"}


@contextmanager
def migrated_templates() -> Iterator[None]:
    """Test databases made inside are copies of the kept ones; without any of this code, they are kept for the others."""
    with psycopg.connect(os.environ["TEST_ADMIN_DATABASE_URL"], autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        provisioned = {alias: connections[alias].settings_dict["TEST"]["TEMPLATE"] for alias in ALIASES}
        mark = state_of_the_code("".join(comment_on(admin, name) or "" for name in provisioned.values()))
        known = all(comment_on(admin, kept(name)) == mark for name in provisioned.values())
        if known:
            use({alias: kept(name) for alias, name in provisioned.items()})
        yield
        use(provisioned)
        if not known:
            connections.close_all()
            for name, alias in {name: alias for alias, name in provisioned.items()}.items():
                keep(admin, connections[alias].settings_dict["NAME"], kept(name), mark)


def kept(provisioned: str) -> str:
    return f"{provisioned}_migrated"


def use(templates: dict[str, str]) -> None:
    for alias, name in templates.items():
        connections[alias].settings_dict["TEST"]["TEMPLATE"] = name


def keep(admin: psycopg.Connection, database: str, template: str, mark: str) -> None:
    names = {"template": sql.Identifier(template), "database": sql.Identifier(database), "mark": sql.Literal(mark)}
    if comment_on(admin, template):
        admin.execute(sql.SQL("ALTER DATABASE {template} IS_TEMPLATE false").format(**names))
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {template}").format(**names))
    admin.execute(sql.SQL("CREATE DATABASE {template} TEMPLATE {database} IS_TEMPLATE true").format(**names))
    admin.execute(sql.SQL("COMMENT ON DATABASE {template} IS {mark}").format(**names))


def state_of_the_code(beginning: str) -> str:
    """Of everything a migration may reach: the project's own modules, and the releases of what it stands on."""
    digest = hashlib.sha256(beginning.encode())
    packages = [marker.parent for marker in settings.BASE_DIR.glob("*/__init__.py")]
    modules = [path for package in packages for path in package.rglob("*.py") if not UNUSED & set(path.parts)]
    for path in [settings.BASE_DIR / "requirements-dev.txt", *sorted(modules)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()
