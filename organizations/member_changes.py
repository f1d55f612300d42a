"""Changing who is in the firm and as what. The last owner stays; nobody manages someone above their own role."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from organizations.models import AccessToken, Membership, MembershipRole
from organizations.models.membership import Role
from organizations.permission_loss import telling_of_losses
from organizations.seats import seat_refusal, seats_of

#: What apps above take from a member who goes: rights given to the person, which nobody should get back unseen.
on_ended: list[Callable[[Membership], None]] = []


#: Told of a member who may not come in until reinstated: what they have open ends.
on_suspended: list[Callable[[Membership], None]] = []


#: What apps above take from a member whose role showed them every client and does so no more.
on_narrowed: list[Callable[[Membership], None]] = []


#: Told when who sits on which seat has changed, by an end or by another role.
on_seats_changed: list[Callable[[], None]] = []


#: What apps above do when somebody has come, or asks to: (member, who invited them, if anybody).
on_arrived: list[Callable[[Membership, Membership | None], None]] = []


def arrived(member: Membership, *, invited_by: Membership | None = None) -> None:
    for told in on_arrived:
        told(member, invited_by)


class ChangeRefused(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def change_role(member: Membership, role: str, *, by: Membership) -> None:
    owners = _lock(member)
    _check(member, by)
    if role != member.role and role not in dict(by.grantable_roles()):
        raise ChangeRefused("You cannot give a role above your own.")
    if role != Role.OWNER:
        _keep_an_owner(member, owners)
    sits = member.status != Membership.Status.PENDING  # who waits is counted when they are let in
    if sits and (refusal := seat_refusal(new=seats_of(role) - seats_of(member.role))):
        raise ChangeRefused(refusal)
    saw_every_client, member.role = member.sees_every_client, role
    if role == Role.OWNER:
        member.permissions = {}  # what was taken from a member is not kept from an owner
    with telling_of_losses(Membership.objects.filter(pk=member.pk)):
        member.save(update_fields=["role", "permissions"])
    if saw_every_client and not member.sees_every_client:
        for narrow in on_narrowed:
            narrow(member)
    seats_changed()


@transaction.atomic
def suspend(member: Membership, *, by: Membership) -> None:
    owners = _lock(member)
    _check(member, by)
    if member.status != Membership.Status.ACTIVE:
        raise ChangeRefused(f"{member} is not active.")
    _keep_an_owner(member, owners)
    member.status = Membership.Status.SUSPENDED
    member.save(update_fields=["status"])
    for told in on_suspended:
        told(member)


@transaction.atomic
def reinstate(member: Membership, *, by: Membership) -> None:
    """Whoever waits to be let in is let in elsewhere, if there is a seat."""
    _lock(member)
    _check(member, by)
    if member.status != Membership.Status.SUSPENDED:
        raise ChangeRefused(f"{member} is not suspended.")
    member.status = Membership.Status.ACTIVE
    member.save(update_fields=["status"])


@transaction.atomic
def remove(member: Membership, *, by: Membership) -> None:
    """End a membership. Its history stays, and an invitation brings the same membership back."""
    owners = _lock(member)
    _check(member, by)
    _end(member, owners)


@transaction.atomic
def leave(member: Membership) -> None:
    _end(member, _lock(member))


@transaction.atomic
def end_membership_of(user_id: UUID) -> None:
    """The account is gone; a last owner goes too, and operators find the firm another one."""
    for member in Membership.objects.filter(user=user_id):
        _take_away(member)


def _end(member: Membership, owners: set[UUID]) -> None:
    _keep_an_owner(member, owners)
    _take_away(member)


def _take_away(member: Membership) -> None:
    member.deleted_at, member.permissions = timezone.now(), {}
    member.save(update_fields=["deleted_at", "permissions"])
    MembershipRole.objects.filter(member=member).delete()
    AccessToken.objects.filter(member=member, revoked_at=None).update(revoked_at=timezone.now())
    for take in on_ended:
        take(member)
    seats_changed()


def seats_changed() -> None:
    for told in on_seats_changed:
        told()


def _check(member: Membership, by: Membership) -> None:
    if not by.may_manage(member):
        raise ChangeRefused(f"Only somebody with {member.get_role_display()}’s role or above can change {member}.")


def is_last_owner(member: Membership) -> bool:
    """For pages that explain; the changes themselves ask again under lock."""
    return list(Membership.objects.owners().values_list("pk", flat=True)[:2]) == [member.pk]


def _lock(member: Membership) -> set[UUID]:
    """Bring the member up to date under a lock; the active owners, who are locked with them.

    Always in the order of the keys: two who change two owners at the same moment wait for each other in turn, and the
    second one sees what the first has done.
    """
    rows = Membership.objects.filter(Q(pk=member.pk) | Q(role=Role.OWNER)).order_by("pk")
    locked = {row.pk: row for row in rows.select_for_update(of=("self",))}
    if member.pk not in locked:
        raise ChangeRefused(f"{member} is no longer a member.")
    now = locked[member.pk]
    member.role, member.status, member.permissions = now.role, now.status, now.permissions
    return {row.pk for row in locked.values() if row.role == Role.OWNER and row.status == Membership.Status.ACTIVE}


def _keep_an_owner(member: Membership, owners: set[UUID]) -> None:
    if owners == {member.pk}:
        raise ChangeRefused("A firm needs an owner. Make somebody else an owner first.")
