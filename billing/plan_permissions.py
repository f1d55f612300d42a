"""What members may not do for as long as the firm's plan does not hold it. What is there stays to be read."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Model

from billing.entitlements import PlanRefused, entitled, require_open
from billing.features import F
from billing.frozen import is_frozen
from organizations.models import Membership, Organization
from organizations.models.membership import BILLING, Role
from organizations.permissions import ROLE_PERMISSIONS, Permission

P = Permission
#: feature → what needs it. Reading needs none of them.
NEEDED = {F.WORKPAPERS: {P.PREPARE_WORKPAPERS, P.REVIEW_WORKPAPERS, P.SIGN_AS_PARTNER, P.CLOSE_BINDERS}}
JUST_CHANGED = "The firm’s plan has just changed, and this is about to work again. Try it in a minute."
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
    """What refuses is the firm's copy; where the plan itself would allow it by now, the copy is about to follow."""
    answer = entitled(feature, adding=1)
    return PlanRefused(replace(answer, allowed=False, reason=answer.reason or JUST_CHANGED))


#: Names of ids in addresses → of which rows they are, and the way from there to a client; kept by the apps that have them.
ways: dict[str, tuple[type[Model], str]] = {}
#: Reading, and what belongs to no client.
UNTOUCHED = (
    ROLE_PERMISSIONS[Role.VIEWER] | BILLING | {P.MANAGE_MEMBERS, P.MANAGE_FIRM, P.MANAGE_ACCESS, P.VIEW_AUDIT_LOG}
)


def guard(member: Membership, permission: Permission, ids: Mapping[str, Any]) -> None:
    """A client the firm has beyond its plan is read-only, with all that belongs to it. Costs nothing where there is none."""
    firm = member.organization
    if permission in UNTOUCHED or F.CLIENTS not in firm.usage_limits.get("open_until", {}):
        return
    for name, (model, way) in ways.items():
        if name in ids and (client := _client_of(model, ids[name], way)):
            require_open(F.CLIENTS, client, firm)
            return


def require_open_client(row: Model, firm: Organization) -> None:
    """Before something is added to this row, which no address names: it was chosen, or is talked about."""
    way = _way_of(row)
    if way and F.CLIENTS in firm.usage_limits.get("open_until", {}) and (client := _client_of(type(row), row.pk, way)):
        require_open(F.CLIENTS, client, firm)


def refusal_of(chosen: object) -> str:
    """Of what was chosen in a field: why nothing can be added to it; empty where something can."""
    if not isinstance(chosen, Model) or not _way_of(chosen):
        return ""
    try:
        require_open_client(chosen, Organization.objects.only("usage_limits").get())
    except PlanRefused as refused:
        return str(refused)
    return ""


def _way_of(row: Model) -> str:
    return next((way for model, way in ways.values() if isinstance(row, model)), "")


def _client_of(model: type[Model], id: UUID, way: str) -> UUID | None:
    """Also of what lies in the trash: to bring it back changes the client's, too."""
    found: UUID | None = model._base_manager.filter(pk=id).values_list(way, flat=True).first()
    return found
