"""Why a member may do something, or may not, in a sentence."""

from organizations.models import Membership
from organizations.permissions import ROLE_PERMISSIONS, Permission


def source(member: Membership, permission: Permission) -> str:
    """The one thing that decides: state, the member's own exception, the built-in role, a role of the firm."""
    if member.status != Membership.Status.ACTIVE:
        return f"{member.get_status_display()} members may do nothing."
    own = member.permissions.get(permission.value)
    if own is not None:
        return "Allowed for this member alone." if own else "Denied for this member, whatever their roles say."
    if permission in ROLE_PERMISSIONS[member.role]:
        return f"From the role {member.get_role_display()}."
    names = [role.name for role in member.custom_roles if permission in role.granted]
    return f"From the firm’s role {names[0]}." if names else "No role gives it."


def who_could_give(permission: Permission, *, to: Membership) -> list[Membership]:
    """Nobody gives what they may not do themselves, nor to anybody above their own role."""
    members = Membership.objects.active().with_roles().order_by("display_name", "pk")
    return [one for one in members if one.may_manage(to) and one.can(permission)]
