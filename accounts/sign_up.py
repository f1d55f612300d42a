"""Whether accounts can be made. The apps above know; each rule answers for one reason to close."""

from collections.abc import Callable

open_rules: list[Callable[[], bool]] = []


def is_open() -> bool:
    return all(rule() for rule in open_rules)
