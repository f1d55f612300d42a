import logging
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from procrastinate.contrib.django import app

from accounts.models import UserSession
from accounts.session_store import token_hash
from tenancy.context import IDENTITY, surface
from tenancy.jobs import TenantTask
from tests.cast import Cast, signed_in
from tests.isolation.real import in_a_thread
from tests.isolation.twins import make_twin
from tests.isolation.walls import manager_wall_down


@pytest.fixture
def no_manager_wall() -> Iterator[None]:
    with manager_wall_down():
        yield


@pytest.fixture
def browsers(cast: Cast, settings: Any) -> Iterator[tuple[Browser, Browser]]:
    """One signed in at each firm, their sessions committed; the firm's pages are the strange ones."""
    settings.ORGANIZATION_URLCONF = "tests.isolation.strange_pages"

    def sign_in() -> tuple[Browser, Browser]:
        with transaction.atomic():
            found = signed_in(cast.ours.owner), signed_in(cast.theirs.owner)
        for browser in found:
            browser.raise_request_exception = False
        return found

    def sign_out() -> None:
        with transaction.atomic(), surface(IDENTITY):
            keys = [browser.cookies[settings.SESSION_COOKIE_NAME].value for browser in made]
            UserSession.objects.filter(token_hash__in=map(token_hash, keys)).delete()

    made = in_a_thread(sign_in)
    yield made
    in_a_thread(sign_out)


@pytest.fixture
def twin(cast: Cast) -> Iterator[uuid.UUID]:
    """A third firm that holds copies of their rows under the very same ids; gone at the end."""
    with transaction.atomic():
        yield make_twin(cast.theirs)
        transaction.set_rollback(True)


@pytest.fixture
def as_in_production(settings: Any, django_db_blocker: Any, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Real transactions on real connections, with the application's role signed on; the firm's pages misbehave."""
    settings.TENANCY_ASSUME_ROLES = settings.TENANCY_ALLOW_SWITCH_IN_TRANSACTION = False
    settings.ORGANIZATION_URLCONF = "tests.isolation.strange_pages"
    caplog.set_level(logging.CRITICAL, logger="django.request")
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def make_job() -> Iterator[Callable[[Callable[..., None]], TenantTask]]:
    made: list[TenantTask] = []

    def make(function: Callable[..., None]) -> TenantTask:
        made.append(TenantTask(function, queue="default", retry=3))
        return made[-1]

    yield make
    for job in made:
        app.tasks.pop(job.task.name)
