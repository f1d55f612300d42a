"""The members of the firm on a page that says who sees something, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clients.client_access import Answer
from organizations.models import Membership


@dataclass(frozen=True)
class Row:
    """`place` is what they are to the thing; `removal` is the address that takes them off it."""

    person: Membership
    answer: Answer
    place: str = ""
    removal: str = ""


def people(row_of: Callable[[Membership], Row], walls: dict[Any, Any], *, may_wall: bool) -> dict[str, Any]:
    """Who sees it, who does not, and, to those who may know, who is kept away."""
    rows = [row_of(member) for member in Membership.objects.active().with_roles().order_by("display_name", "id")]
    return {
        "seeing": [row for row in rows if row.answer.sees],
        "not_seeing": [row for row in rows if not row.answer.sees and row.person.pk not in walls],
        "walls": list(walls.values()) if may_wall else [],
    }
