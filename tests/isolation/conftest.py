import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tenancy.manager import TenantPredicate


@pytest.fixture
def no_manager_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every query goes out without the firm's literal: whatever still holds, the database holds."""
    monkeypatch.setattr(TenantPredicate, "as_sql", lambda *args, **kwargs: ("TRUE", []))


@pytest.fixture
def as_in_production(settings: Any, django_db_blocker: Any, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Real transactions on real connections, with the application's role signed on; the firm's pages misbehave."""
    settings.TENANCY_ASSUME_ROLES = settings.TENANCY_ALLOW_SWITCH_IN_TRANSACTION = False
    settings.ORGANIZATION_URLCONF = "tests.isolation.strange_pages"
    caplog.set_level(logging.CRITICAL, logger="django.request")
    with django_db_blocker.unblock():
        yield
