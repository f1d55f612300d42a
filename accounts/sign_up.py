"""Whether accounts can be made. The apps above know; each rule answers for one reason to close."""

from collections.abc import Callable

open_rules: list[Callable[[], bool]] = []
#: Who may come in though sign-up is closed: from a page that invites one address, that address.
invited_rules: list[Callable[[str], str]] = []


def is_open() -> bool:
    return all(rule() for rule in open_rules)


def invited_address(path: str) -> str:
    """The one address that the page at this path of ours invites; empty if it invites nobody."""
    return next((address for rule in invited_rules if (address := rule(path))), "")
