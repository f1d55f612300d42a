import pytest

from tenancy.manager import TenantPredicate


@pytest.fixture
def no_manager_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every query goes out without the firm's literal: whatever still holds, the database holds."""
    monkeypatch.setattr(TenantPredicate, "as_sql", lambda *args, **kwargs: ("TRUE", []))
