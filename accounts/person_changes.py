"""When a person's name, main address or account changes. Apps above, which keep copies, register what to do."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction

from accounts.models import User
from tenancy.context import APP, acting_as, alias_for, current, surface

on_change: list[Callable[[User], None]] = []
#: The same as jobs, which read the person again: for whatever of the above did not come to its end.
on_change_later: list[Callable[[User], None]] = []


def person_changed(user: User, **kwargs: Any) -> None:
    """Call after the change, in its transaction. The copies are other roles' to write, so they follow the commit.

    At once, and whatever comes in between, by a job. Only the application's role has a queue: where the change is that
    role's own, the job is in its transaction; where it is the sign-in role's, the job is there before the change and
    waits longer than any transaction may take.
    """
    enqueue_copies(user)
    for copy in on_change:
        transaction.on_commit(partial(copy, user), using=alias_for(current().surface), robust=True)


def enqueue_copies(user: User) -> None:
    with surface(APP), acting_as(user.pk):
        for enqueue in on_change_later:
            enqueue(user)
