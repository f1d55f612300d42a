"""What a firm's plan allows. Pages, imports and jobs ask `entitled()`; the answer names the limit that was met."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Entitlement:
    allowed: bool
    limit: int | None = None
    reason: str = ""


Rule = Callable[[int], Entitlement]
_rules: dict[str, Rule] = {}


def register(feature: str, rule: Rule) -> None:
    """Called from AppConfig.ready(). The rule gets what is in use, with what is asked for already added."""
    _rules[feature] = rule


def entitled(feature: str, *, used: int = 0) -> Entitlement:
    """May the firm go on? `used` is counted by the caller: billing knows nobody else's tables."""
    rule = _rules.get(feature)
    return rule(used) if rule else Entitlement(allowed=True)
