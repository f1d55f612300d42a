"""What members may not do for as long as the firm's plan does not hold it. What is there stays to be read."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from billing.entitlements import PlanRefused, entitled, require_open
from billing.features import F
from billing.frozen import is_frozen
from organizations.models import Membership
from organizations.models.membership import BILLING, Role
from organizations.permissions import ROLE_PERMISSIONS, Permission

P = Permission
#: feature → what needs it. Reading needs none of them.
NEEDED = {F.WORKPAPERS: {P.PREPARE_WORKPAPERS, P.REVIEW_WORKPAPERS, P.SIGN_AS_PARTNER, P.CLOSE_BINDERS}}
#: What somebody beyond the seats keeps.
WITHOUT_A_SEAT = ROLE_PERMISSIONS[Role.VIEWER] | BILLING


def taken_from(member: Membership) -> Mapping[Permission, Callable[[], PlanRefused]]:
    """From the firm's copy of its plan, which is at hand: every request asks."""
    held = member.organization.usage_limits.get("features", {})
    taken = {
        permission: partial(refused, feature)
        for feature, permissions in NEEDED.items()
        if held.get(feature) is False
        for permission in permissions
    }
    if member.role not in (Role.OWNER, Role.BILLING) and is_frozen(F.SEATS, member.pk, member.organization):
        taken |= {
            permission: partial(refused, F.SEATS) for permission in Permission if permission not in WITHOUT_A_SEAT
        }
    return taken


def refused(feature: str) -> PlanRefused:
    return PlanRefused(entitled(feature, adding=1))


#: Names of ids in addresses → the client it belongs to; kept by the apps that have the rows.
client_of: dict[str, Callable[[UUID], UUID | None]] = {}
#: Reading, and what belongs to no client.
UNTOUCHED = (
    ROLE_PERMISSIONS[Role.VIEWER] | BILLING | {P.MANAGE_MEMBERS, P.MANAGE_FIRM, P.MANAGE_ACCESS, P.VIEW_AUDIT_LOG}
)


def guard(member: Membership, permission: Permission, ids: Mapping[str, Any]) -> None:
    """A client the firm has beyond its plan is read-only, with all that belongs to it. Costs nothing where there is none."""
    firm = member.organization
    if permission in UNTOUCHED or F.CLIENTS not in firm.usage_limits.get("open_until", {}):
        return
    for name, find in client_of.items():
        if name in ids and (client := find(ids[name])):
            require_open(F.CLIENTS, client, firm)
            return
