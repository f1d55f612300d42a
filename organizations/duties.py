"""Separation of duties: whoever did one thing to an object does not do the other to it. A firm switches on what it wants.

The apps above register their pairs when they are loaded; the verb that does the second thing calls `check()`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from organizations.models import Membership, Organization

KEY = "separated_duties"


class DutyRefused(Exception):
    """The message is a sentence for the person."""


@dataclass(frozen=True)
class Duty:
    """`act` is what is refused to the members `doers` names; `words` is the rule as the firm reads it."""

    key: str
    act: str
    words: str
    doers: Callable[[Any], Iterable[UUID | None]]


duties: dict[str, Duty] = {}


def register(duty: Duty) -> None:
    duties[duty.key] = duty


def kept_by(firm: Organization) -> list[str]:
    return [key for key in firm.settings.get(KEY, []) if key in duties]


def keep(firm: Organization, keys: Iterable[str]) -> None:
    firm.settings = {**firm.settings, KEY: sorted(keys)}
    firm.save(update_fields=["settings"])


def refusal(act: str, on: Any, *, by: Membership) -> str:
    """The rule that keeps the member from this act on this object; empty if none does."""
    rules = (duties[key] for key in kept_by(by.organization))
    return next((rule.words for rule in rules if rule.act == act and by.pk in rule.doers(on)), "")


def check(act: str, on: Any, *, by: Membership) -> None:
    """Raises DutyRefused."""
    if words := refusal(act, on, by=by):
        raise DutyRefused(f"{words} Ask a colleague.")
