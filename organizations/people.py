"""What a firm shows of a person is a copy in the membership; this keeps it true."""

from accounts.models import User
from organizations.lookups import my_memberships
from organizations.member_changes import end_membership_of
from organizations.models import Membership
from tenancy.context import APP, acting_as, surface, tenant


def copy_to_memberships(user: User) -> None:
    """Copy a person's name, main address and picture to every firm they are or were in; a deleted person leaves them all.

    Firm by firm as the application's role, under each firm's own policy and in its audit trail: no role writes
    memberships of several firms at once.
    """
    with surface(APP), acting_as(user.pk):
        organizations = my_memberships()
    fields = {"display_name": user.full_name or user.email, "email": user.email, "avatar": user.avatar}
    for organization in organizations:
        with surface(APP), tenant(organization, user=user.pk):
            Membership.with_deleted.filter(user=user.pk).update(**fields)
            if user.deleted_at is not None:
                end_membership_of(user.pk)
