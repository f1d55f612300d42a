"""Many connections of their own that begin at the same moment, on a copy of the database, and really commit."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.db import connections

from tests.cast import Cast
from tests.isolation.copies import copy_of, opened_as_app, source_database


@contextmanager
def doing_at_once(cast: Cast, settings: Any, blocker: Any) -> Iterator[Callable[[Any, Any], list[Any]]]:
    """Gives `run(work, numbers)`: the work for every number in a thread of its own, inside our firm."""
    settings.TENANCY_ASSUME_ROLES = False
    with blocker.unblock(), copy_of(source_database(), "usage") as database:

        def run(work: Any, numbers: Any) -> list[Any]:
            ready = Barrier(len(numbers), timeout=60)

            def one(number: int) -> Any:
                connections["default"] = opened_as_app(database)
                try:
                    with cast.ours.inside():
                        ready.wait()
                        return work(number)
                finally:
                    connections["default"].close()

            with ThreadPoolExecutor(len(numbers)) as pool:
                return list(pool.map(one, numbers))

        yield run
