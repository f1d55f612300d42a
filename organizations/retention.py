"""How long a firm keeps what it needs no more: a number of days for each kind of record, in the firm's settings.

Apps above say which kinds there are, and how each is swept. What is on legal hold stays whatever the number is: each
sweep asks for itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from organizations.models import Organization

KEY = "kept_days"
LEAST, MOST = 7, 3650


@dataclass(frozen=True)
class Kind:
    """`usual` are the days of a firm that has said nothing; `sweep` deletes what is older than a moment."""

    key: str
    label: str
    words: str
    usual: Callable[[], int]
    sweep: Callable[[datetime], None]


kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    kinds[kind.key] = kind


def days(key: str) -> int:
    """Of the firm this code runs in."""
    firm = Organization.objects.only("settings").first()
    return kept_by(firm)[key] if firm else kinds[key].usual()


def kept_for(key: str) -> timedelta:
    return timedelta(days=days(key))


def kept_by(firm: Organization) -> dict[str, int]:
    said = firm.settings.get(KEY, {})
    return {key: int(said.get(key, kind.usual())) for key, kind in kinds.items()}


def keep(firm: Organization, wanted: Mapping[str, int]) -> None:
    """`firm` under its row's lock."""
    firm.settings = {**firm.settings, KEY: dict(wanted)}
    firm.save(update_fields=["settings"])


def sweep() -> None:
    """Everything of the firm this code runs in whose time is over."""
    now = timezone.now()
    for key, kind in kinds.items():
        kind.sweep(now - kept_for(key))
