"""When a person's name, main address or account changes. Apps above, which keep copies, register what to do."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction

from accounts.models import User
from tenancy.context import alias_for, current

on_change: list[Callable[[User], None]] = []


def person_changed(user: User, **kwargs: Any) -> None:
    """Call after the change, in its transaction. The copies are other roles' to write, so they follow the commit."""
    for copy in on_change:
        transaction.on_commit(partial(copy, user), using=alias_for(current().surface), robust=True)
