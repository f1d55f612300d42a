"""Gives the test suite a PostgreSQL server before Django's settings are read.

`TEST_ADMIN_DATABASE_URL` names a server to use instead of the embedded one (PostgreSQL 15 to 18); the roles tickmark_*
of that server get new passwords. Runs at the same time are safe: each has databases of its own. `ONE_DATABASE=1` keeps
the marketing site's tables in the application's database.
"""

import fcntl
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.environment import role_url, test_installation, var_dir
from config.localpg import THROWAWAY_SETTINGS, LocalServer, LocalServerError
from tenancy.provision import ProvisionError, close_database, provision_templates
from tenancy.provision_sql import TEST_ROLE

held: dict[str, Any] = {}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    # The workers of a parallel run inherit what its controller has set here.
    if "TEST_DATABASE_URL" not in os.environ:
        try:
            prepare()
        except (LocalServerError, ProvisionError) as error:
            raise pytest.UsageError(str(error)) from error
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: "test_every_migration_goes_back_and_forth" not in item.name)


def pytest_unconfigure() -> None:
    if server := held.pop("server", None):
        server.release()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Iterator[Any]:
    result = yield
    if fixturedef.argname == "django_db_setup":
        close_test_databases()
    return result


def close_test_databases() -> None:
    """Grants on a database are not copied from its template, so repeat them on the copies Django has just made."""
    from django.db import connections

    names = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "marketing")}
    shared = names["default"] == names["marketing"]
    for alias, name in names.items():
        with psycopg.connect(os.environ["TEST_DATABASE_URL"], dbname=name, autocommit=True) as connection:
            close_database(connection.cursor(), name, marketing=alias == "marketing" and not shared, shared=shared)


def prepare() -> None:
    folder = var_dir(os.environ) / "test-pg"
    folder.mkdir(parents=True, exist_ok=True)
    suffix = run_suffix(folder)
    admin_url = os.environ.get("TEST_ADMIN_DATABASE_URL") or embedded_server(folder)
    one = bool(os.environ.get("ONE_DATABASE"))
    templates = test_installation(admin_url, one_database=one)
    provision_templates(admin_url, templates)
    os.environ |= {
        "TEST_ADMIN_DATABASE_URL": admin_url,
        "TEST_DATABASE_URL": role_url(admin_url, TEST_ROLE, f"tickmark{suffix}"),
        "TEST_MARKETING_DATABASE_URL": role_url(
            admin_url, TEST_ROLE, f"tickmark{suffix}" if one else f"tickmark_marketing{suffix}"
        ),
        "TEST_TEMPLATE": templates.database,
        "TEST_MARKETING_TEMPLATE": templates.marketing_database,
    }


def embedded_server(folder: Path) -> str:
    held["server"] = server = LocalServer(folder, settings=THROWAWAY_SETTINGS)
    server.acquire()
    return server.admin_url


def run_suffix(folder: Path) -> str:
    """Distinguishes this run's databases from those of other runs in progress; empty when there are none."""
    for number in itertools.count(1):
        handle = open(folder / f"run-{number}", "w")  # noqa: SIM115 (held until the run ends)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            continue
        held["run"] = handle
        return "" if number == 1 else f"_{number}"
    raise AssertionError("unreachable")
