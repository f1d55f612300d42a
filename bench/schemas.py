"""One more column through the tools themselves: Django's `migrate`, against django-tenants' `migrate_schemas`.

Both run the same migration of the same small site (`bench/apart/`), each in a process of its own as it would on a server.
django-tenants is no part of the product: it is fetched, as pinned in requirements-bench.txt, into a folder for measuring.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bench.scratch import Scratch, drop
from config.environment import ROOT, var_dir

PINNED = ROOT / "requirements-bench.txt"
TABLES = ("asking_request", "django_migrations")
BEFORE, AFTER = ("asking", "0001"), ("asking", "0002")
FILL = """
    INSERT INTO {}.asking_request (organization_id, title, status, created_at)
    SELECT gen_random_uuid(), 'Bank statement', 'open', now() FROM generate_series(1, {})
"""


def schemas(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """Add a column with Django to one table of 10,000 firms, and with django-tenants to 500 schemas."""
    firms, requests, apart = (100, 20, 10) if small else (10_000, 20, 500)
    packages = fetched()
    with site(scratch, "one", packages) as one:
        one.run("migrate", *BEFORE)
        one.fill("public", firms * requests)
        shared = one.run("migrate", *AFTER)
    with site(scratch, "apart", packages) as many:
        many.run("migrate_schemas", "--shared")
        many.make_firms(apart, requests)
        each = many.run("migrate_schemas", "--tenant", *AFTER)
    yield f"{firms:,} firms in one table, migrate: {shared:.1f} s"
    yield f"{apart:,} firms in schemas of their own, migrate_schemas: {each:.1f} s, {each / apart * 1000:.0f} ms a firm"
    yield f"ratio: {each / shared:.0f}, with {firms / apart:.0f} times fewer firms"


def fetched() -> Path:
    """The folder of the pinned tool, beside what the project is installed with."""
    folder = var_dir(os.environ) / "bench-packages"
    install = [sys.executable, "-m", "pip", "install", "-qq", "--require-hashes", "--no-deps", "--upgrade"]
    subprocess.run([*install, "--target", str(folder), "-r", str(PINNED)], check=True)
    return folder


@dataclass(frozen=True)
class Site:
    """The small site over a database of its own, in one of its two shapes."""

    address: str
    shape: str
    packages: Path

    def run(self, *command: str) -> float:
        """The seconds of a management command, its start included."""
        settings = {
            "DJANGO_SETTINGS_MODULE": "bench.apart.settings",
            "BENCH_SHAPE": self.shape,
            "BENCH_URL": self.address,
        }
        paths = {"PYTHONPATH": f"{ROOT}{os.pathsep}{self.packages}"}
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "django", *command, "-v", "0"],
            check=True,
            cwd=ROOT,
            env=os.environ | settings | paths,
        )
        return time.perf_counter() - start

    def fill(self, schema: str, requests: int) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(sql.SQL(FILL).format(sql.Identifier(schema), requests))
            connection.execute(sql.SQL("ANALYZE {}.asking_request").format(sql.Identifier(schema)))

    def make_firms(self, number: int, requests: int) -> None:
        """The first by the tool, up to the migration before; the others are copies of its schema."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            names = [f"firm_{count}" for count in range(number)]
            for name in names:
                connection.execute("INSERT INTO firms_firm (schema_name) VALUES (%s)", [name])
            connection.execute("CREATE SCHEMA firm_0")
            self.run("migrate_schemas", "--schema", "firm_0", *BEFORE)
            for name in names[1:]:
                copy_schema(connection, names[0], name)
        for name in names:
            self.fill(name, requests)


def copy_schema(connection: psycopg.Connection, source: str, name: str) -> None:
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    requests, migrations = ((sql.Identifier(name, table), sql.Identifier(source, table)) for table in TABLES)
    for new, old in (requests, migrations):
        connection.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(new, old))
    done = sql.SQL("INSERT INTO {} (app, name, applied) SELECT app, name, applied FROM {}")
    connection.execute(done.format(*migrations))


@contextmanager
def site(scratch: Scratch, shape: str, packages: Path) -> Iterator[Site]:
    name = f"{scratch.name}_{shape}"
    with psycopg.connect(scratch.admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield Site(make_conninfo(scratch.admin_url, dbname=name), shape, packages)
    finally:
        drop(scratch.admin_url, name)
