from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What is wrong: a name, the lock and whom it keeps waiting, and what to do instead."""

    name: str
    lock: str
    recipe: str
