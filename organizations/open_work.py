"""What lies open with a member, and giving it to somebody else: before a suspension, a holiday, a goodbye.

The apps above say what there is. Whoever looks counts, and gives away, only what they may see themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from organizations.member_changes import ChangeRefused
from organizations.models import Membership
from organizations.permissions import Permission


@dataclass(frozen=True)
class Work:
    one: str
    many: str
    #: Without it nobody takes any.
    needs: Permission
    #: What is open with a member.
    rows: Callable[[Membership], QuerySet[Any]]
    #: Gives these rows, which are locked, to a member in somebody's name.
    give: Callable[[list[Any], Membership, Membership], None]

    def open_with(self, member: Membership, *, by: Membership) -> QuerySet[Any]:
        return self.rows(member).visible_to(by) if by.can(self.needs) else self.rows(member).none()  # type: ignore[attr-defined]


kinds: list[Work] = []


def amounts(member: Membership, *, by: Membership) -> list[str]:
    """In words: “3 open tasks”."""
    counted = [(work, work.open_with(member, by=by).count()) for work in kinds]
    return [f"{count} {work.one if count == 1 else work.many}" for work, count in counted if count]


@transaction.atomic
def hand_over(member: Membership, to: Membership, *, by: Membership) -> tuple[int, int]:
    """How much was given, and how much stays since `to` may not see it. Raises ChangeRefused."""
    if not by.may_manage(member) and member != by:
        raise ChangeRefused(f"Only somebody with {member.get_role_display()}’s role or above can change {member}.")
    given = 0
    left = 0
    for work in kinds:
        open_rows = work.open_with(member, by=by)
        fit = open_rows.visible_to(to) if to.can(work.needs) else open_rows.none()  # type: ignore[attr-defined]
        list(fit.select_related(None).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        rows = list(fit.order_by("pk"))
        if rows:
            work.give(rows, to, by)
        given += len(rows)
        left += work.open_with(member, by=by).count()
    return given, left
