"""Changing who is in the firm and as what. The last owner stays; nobody manages someone above their own role."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from organizations.models import AccessToken, Membership, MembershipRole
from organizations.models.membership import Role

#: What apps above take from a member who goes: rights given to the person, which nobody should get back unseen.
on_ended: list[Callable[[Membership], None]] = []


#: What apps above do when somebody has come, or asks to: (member, who invited them, if anybody).
on_arrived: list[Callable[[Membership, Membership | None], None]] = []


def arrived(member: Membership, *, invited_by: Membership | None = None) -> None:
    for told in on_arrived:
        told(member, invited_by)


class ChangeRefused(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def change_role(member: Membership, role: str, *, by: Membership) -> None:
    _check(member, by)
    if role not in dict(by.grantable_roles()):
        raise ChangeRefused("You cannot give a role above your own.")
    if role != Role.OWNER:
        _keep_an_owner(member)
    member.role = role
    member.save(update_fields=["role"])


@transaction.atomic
def suspend(member: Membership, *, by: Membership) -> None:
    _check(member, by)
    if member.status != Membership.Status.ACTIVE:
        raise ChangeRefused(f"{member} is not active.")
    _keep_an_owner(member)
    member.status = Membership.Status.SUSPENDED
    member.save(update_fields=["status"])


def reinstate(member: Membership, *, by: Membership) -> None:
    _check(member, by)
    if (
        member.status != Membership.Status.SUSPENDED
    ):  # whoever waits to be let in is let in elsewhere, if there is a seat
        raise ChangeRefused(f"{member} is not suspended.")
    member.status = Membership.Status.ACTIVE
    member.save(update_fields=["status"])


@transaction.atomic
def remove(member: Membership, *, by: Membership) -> None:
    """End a membership. Its history stays, and an invitation brings the same membership back."""
    _check(member, by)
    _end(member)


@transaction.atomic
def leave(member: Membership) -> None:
    _end(member)


@transaction.atomic
def end_membership_of(user_id: UUID) -> None:
    """The account is gone; a last owner goes too, and operators find the firm another one."""
    for member in Membership.objects.filter(user=user_id):
        _take_away(member)


def _end(member: Membership) -> None:
    _keep_an_owner(member)
    _take_away(member)


def _take_away(member: Membership) -> None:
    member.deleted_at, member.permissions = timezone.now(), {}
    member.save(update_fields=["deleted_at", "permissions"])
    MembershipRole.objects.filter(member=member).delete()
    AccessToken.objects.filter(member=member, revoked_at=None).update(revoked_at=timezone.now())
    for take in on_ended:
        take(member)


def _check(member: Membership, by: Membership) -> None:
    if not by.may_manage(member):
        raise ChangeRefused(f"Only somebody with {member.get_role_display()}’s role or above can change {member}.")


def is_last_owner(member: Membership) -> bool:
    """For pages that explain; the changes themselves ask again under lock."""
    return list(Membership.objects.owners().values_list("pk", flat=True)[:2]) == [member.pk]


def _keep_an_owner(member: Membership) -> None:
    """Refuse to lose the last owner. The row locks keep two owners from leaving at the same moment."""
    if member.role != Role.OWNER:
        return
    owners = list(Membership.objects.owners().select_for_update(of=("self",)).values_list("pk", flat=True))
    if owners == [member.pk]:
        raise ChangeRefused("A firm needs an owner. Make somebody else an owner first.")
