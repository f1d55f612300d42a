"""Every test runs as the application's role, inside one rolled-back transaction, against the real policies."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler
from django.template import Template
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from django.urls import set_script_prefix, set_urlconf

from tenancy.models import TenantModel
from tests.cast import Cast, build_cast, signed_in
from tests.migrated import migrated_templates
from tests.profiles import settings as _hypothesis_profile  # noqa: F401  (loads it for every test)
from tests.scratch import scratch_databases
from tests.thawing import copies

LOGIN_ROLES = {
    "default": ("tickmark_owner", "tickmark_app"),
    "marketing": ("tickmark_marketing_owner", "tickmark_marketing"),
}


def assume(which: int) -> None:
    """0 the owners, who migrate; 1 the roles the processes really run as."""
    for alias, roles in LOGIN_ROLES.items():
        connections[alias].close()
        connections[alias].settings_dict["OPTIONS"]["assume_role"] = roles[which]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    with django_db_blocker.unblock():
        assume(0)
        with migrated_templates():
            created = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
            if connections["marketing"].settings_dict["NAME"] == connections["default"].settings_dict["NAME"]:
                call_command("migrate", database="marketing", verbosity=0)
        assume(1)
    yield
    with django_db_blocker.unblock():
        assume(0)
        teardown_databases(created, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def no_exclude_past_the_organization() -> Iterator[None]:
    """`exclude()` across many rows asks them without their organization, which no cluster plans: say `pk__in`."""
    usual = Query.split_exclude

    def split_exclude(query: Any, *args: Any, **kwargs: Any) -> Any:
        if issubclass(query.model, TenantModel):
            raise AssertionError(f"exclude() of {query.model.__name__} across many rows")
        return usual(query, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Query, "split_exclude", split_exclude)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_locked_query_reads_relations() -> Iterator[None]:
    """Whoever waits for a row gets the joined ones as they were before, and loses a row that points elsewhere by then."""
    usual = SQLCompiler.get_from_clause

    def get_from_clause(compiler: Any) -> Any:
        query = compiler.query
        if query.select_for_update and query.select_related and issubclass(query.model, TenantModel):
            raise AssertionError(f"select_for_update() of {query.model.__name__} with select_related(): say held()")
        return usual(compiler)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLCompiler, "get_from_clause", get_from_clause)
        yield


@pytest.fixture(scope="session")
def permanent_cast(django_db_setup: None, django_db_blocker: Any) -> Cast:
    """Two firms with the same kinds of rows, committed once: whatever a test changes is rolled back."""
    with django_db_blocker.unblock():
        return build_cast()


@pytest.fixture(scope="session")
def cast_copies(permanent_cast: Cast) -> Callable[[], Cast]:
    return copies(permanent_cast)


@pytest.fixture
def cast(cast_copies: Callable[[], Cast], db: None) -> Cast:
    """A copy for each test."""
    return cast_copies()


@pytest.fixture
def scratch(cast_copies: Callable[[], Cast], django_db_blocker: Any) -> Iterator[Cast]:
    """Copies of the databases with the cast in them, reached as their owners; what is committed there goes with them."""
    with django_db_blocker.unblock(), scratch_databases():
        yield cast_copies()


@pytest.fixture
def sign_in(db: None) -> Callable[..., Client]:
    """`sign_in(cast.ours.member)` is a browser in which that member has signed in."""
    return signed_in


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers without their text: what the pages say is for other tests, and takes most of the time."""
    monkeypatch.setattr(Template, "_render", lambda template, context: "")


@pytest.fixture(scope="session")
def mail_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new one for each test, made by whoever writes a mail: making and removing thousands takes longer than the tests."""
    inside = tmp_path_factory.mktemp("mails")
    return (inside / str(number) / "mail" for number in itertools.count())


@pytest.fixture(autouse=True)
def fresh_state(mail_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.cache import cache

    from organizations.platform_settings import CACHED, SECONDS
    from tenancy.cache import platform_put

    monkeypatch.setattr(settings, "MAIL_DIR", next(mail_folders))
    set_urlconf(None)  # a page drawn outside a request leaves its own behind
    set_script_prefix("/")
    if "default" in connections and settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        cache.clear()
    platform_put(CACHED, {}, seconds=SECONDS * 1000)  # known, as it mostly is: no page of a test asks for it


os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's sync API runs a loop in the test's thread
