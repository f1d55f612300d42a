"""Before a server serves it asks whether its role is bound by the policies."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenancy import guard
from tests.isolation.rows import signed_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def guarded(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TENANCY_GUARDED_ALIASES = ["default"]
    monkeypatch.setattr(guard, "_checked", set())


@pytest.mark.usefixtures("guarded")
def test_the_servers_role_may_serve(db: None) -> None:
    with signed_on("tickmark_app") as app:
        guard.refuse_privileged_role(connection=SimpleNamespace(alias="default", cursor=app.cursor))


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("role", ["tickmark_owner", "tickmark_test"])
def test_a_role_the_policies_do_not_bind_may_not_serve(db: None, role: str) -> None:
    with signed_on(role) as privileged, pytest.raises(ImproperlyConfigured, match="not bound by row-level security"):
        guard.refuse_privileged_role(connection=SimpleNamespace(alias="default", cursor=privileged.cursor))
