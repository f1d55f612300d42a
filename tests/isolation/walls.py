"""Trying a thing twice: as the product is, and with the manager's predicate gone, so that the database stands alone."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest

from tenancy.manager import TenantPredicate


@contextmanager
def manager_wall_down() -> Iterator[None]:
    """Every query goes out without the firm's literal: whatever still holds, the database holds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TenantPredicate, "as_sql", lambda *args, **kwargs: ("TRUE", []))
        yield


WALLS = (nullcontext, manager_wall_down)
