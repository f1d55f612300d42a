"""Who reads or writes. This layer knows members; of a client's contact it knows the id and the name it is handed."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from organizations.models import Membership


@dataclass(frozen=True)
class Person:
    name: str
    member: Membership | None = None
    contact_id: UUID | None = None

    @classmethod
    def of(cls, member: Membership) -> Self:
        return cls(member.display_name, member=member)

    @property
    def side(self) -> str:
        return "firm" if self.member else "client"

    @property
    def columns(self) -> dict[str, Any]:
        """What names this person on a row of ours."""
        return {"member": self.member, "contact_id": self.contact_id}

    def is_author_of(self, comment: Any) -> bool:
        if self.member:
            return comment.member_id == self.member.pk
        return comment.contact_id is not None and comment.contact_id == self.contact_id


def listed(names: list[str], most: int = 4) -> str:
    """“Ana Ruiz”, “Ana Ruiz and Jonas Keller”, “Ana, Bo, Cy, Di and 3 others”."""
    shown, more = names[:most], len(names) - most
    if more > 0:
        return f"{', '.join(shown)} and {more} other{'s' if more > 1 else ''}"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
