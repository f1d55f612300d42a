"""One wall taken down, and how to put it up again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

Change = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Mutation:
    """`change` breaks the wall while its block runs. One of the `witnesses` has to notice.

    Witnesses are starts of test ids. With a `subject`, only those generated cases count that are about it: a table,
    or a table and one of its foreign keys.
    """

    wall: str
    what: str
    change: Change = field(repr=False)
    witnesses: tuple[str, ...]
    subject: tuple[object, ...] = ()
