"""How much of each feature a firm has in use, where that can be counted at any time. The apps above say how."""

from collections.abc import Callable

Measure = Callable[[], int]
_measures: dict[str, Measure] = {}


def register(feature: str, measure: Measure) -> None:
    """Called from AppConfig.ready(): billing knows nobody else's tables."""
    _measures[feature] = measure


def in_use(feature: str) -> int:
    """Of the firm in force. What nobody counts is never used up."""
    measure = _measures.get(feature)
    return measure() if measure else 0


def is_measured(feature: str) -> bool:
    return feature in _measures
