"""A member who may do less than before: the apps above take back what belongs to the permissions that went."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy

from django.db import transaction

from organizations.models import Membership
from organizations.models.membership import MembershipQuerySet
from organizations.permissions import Permission

#: Told in the same transaction of a member and the permissions that went.
on_lost: list[Callable[[Membership, frozenset[Permission]], None]] = []


@contextmanager
def telling_of_losses(members: MembershipQuerySet) -> Iterator[None]:
    """Around whatever changes roles or exceptions: who may do less afterwards is compared with what is stored."""
    with transaction.atomic():
        before = {member.pk: _held(member) for member in members.with_roles()}
        yield
        for member in Membership.objects.filter(pk__in=before).with_roles():
            if lost := before[member.pk] - _held(member):
                for take in on_lost:
                    take(member, lost)


def _held(member: Membership) -> frozenset[Permission]:
    """What they may do, or could once they are let in again: a suspended member's work waits for them."""
    awake = copy(member)
    awake.status = Membership.Status.ACTIVE
    return awake.effective_permissions()
