"""What a firm has more of than its plan allows is read-only: what came last, so that what came first can be worked on.

Nothing is deleted. The rule needs no mark on any row: ids are in the order in which rows were made (UUIDv7), so the last
one that is open, kept in the firm's copy of its plan, tells of every other.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from billing.terms import Terms
from organizations.models import Organization

#: feature → of what the firm has, in the order in which it came, the id of that one, counting from 1.
Nth = Callable[[int], UUID | None]
_nth: dict[str, Nth] = {}


def register(feature: str, nth: Nth) -> None:
    """Called from AppConfig.ready() by the app that has the rows; `nth(4)` is None where there are only three."""
    _nth[feature] = nth


def edges(terms: Mapping[str, Terms]) -> dict[str, str]:
    """feature → the last that is open, of those features of which the firm has too many."""
    return {
        key: str(nth(each.limit)) if each.limit else ""
        for key, nth in _nth.items()
        if (each := terms.get(key)) and each.limit is not None and nth(each.limit + 1)
    }


def is_frozen(feature: str, id: UUID, firm: Any) -> bool:
    """Of a row with this id; `firm` is at hand wherever there is a request."""
    edge = firm.usage_limits.get("open_until", {}).get(feature)
    return edge is not None and str(id) > edge


def something_is(firm: Organization) -> bool:
    return bool(firm.usage_limits.get("open_until"))
