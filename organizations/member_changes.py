"""Changing who is in the firm and as what. The last owner stays; nobody manages someone above their own role."""

from django.db import transaction
from django.utils import timezone

from organizations.models import Membership
from organizations.models.membership import Role


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
    _keep_an_owner(member)
    member.status = Membership.Status.SUSPENDED
    member.save(update_fields=["status"])


def reinstate(member: Membership, *, by: Membership) -> None:
    _check(member, by)
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


def _end(member: Membership) -> None:
    _keep_an_owner(member)
    member.deleted_at = timezone.now()
    member.save(update_fields=["deleted_at"])


def _check(member: Membership, by: Membership) -> None:
    if not by.may_manage(member):
        raise ChangeRefused(f"Only somebody with {member.get_role_display()}’s role or above can change {member}.")


def _keep_an_owner(member: Membership) -> None:
    """Refuse to lose the last owner. The row locks keep two owners from leaving at the same moment."""
    if member.role != Role.OWNER:
        return
    owners = list(Membership.objects.owners().select_for_update(of=("self",)).values_list("pk", flat=True))
    if owners == [member.pk]:
        raise ChangeRefused("A firm needs an owner. Make somebody else an owner first.")
