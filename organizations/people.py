"""What a firm shows of a person is a copy in the membership; this keeps it true."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from accounts.deletion import Obstacle
from accounts.models import User
from organizations.lookups import Firm, my_memberships, my_organizations
from organizations.member_changes import end_membership_of
from organizations.models import AccessToken, Membership, Organization
from organizations.mounts import organization_url
from organizations.standstill import is_suspended, who_answers
from tenancy.context import APP, acting_as, surface, tenant


def copy_to_memberships(user: User) -> None:
    """Copy a person's name, main address and picture to every firm they are or were in; a deleted person leaves them all.

    Firm by firm as the application's role, under each firm's own policy and in its audit trail: no role writes
    memberships of several firms at once.
    """
    for organization in firms_of(user.pk):
        copy_to_firm(user, organization)


def firms_of(person: UUID) -> list[UUID]:
    with surface(APP), acting_as(person):
        return list(my_memberships())


def copy_to_firm(user: User, organization: UUID) -> None:
    """Where everything is as it should be, nothing is written."""
    fields = {"email": user.email, "avatar": user.avatar}
    if user.deleted_at is None:  # what a deleted person did stays told under the name the firm knew
        fields["display_name"] = user.full_name or user.email
    else:
        fields["joined_as"] = ""
    with surface(APP), tenant(organization, user=user.pk):
        Membership.with_deleted.filter(user=user.pk).exclude(**fields).update(**fields)
        if user.deleted_at is not None:
            end_membership_of(user.pk)


def last_owner_obstacles(user: User) -> list[Obstacle]:
    """Firms that this person's going would leave without an owner. Their owners stay locked until the commit."""
    found = []
    with surface(APP), acting_as(user.pk):
        firms = my_organizations()
    for firm in firms:
        with surface(APP), tenant(firm.id, user=user.pk):
            owners = (
                Membership.objects.owners()
                .order_by("pk")
                .select_for_update(of=("self",))
                .values_list("user_id", flat=True)
            )
            if list(owners) == [user.pk]:
                found.append(_only_owner(firm))
    return found


def _only_owner(firm: Firm) -> Obstacle:
    if is_suspended():
        sentence = (
            f"You are the only owner of {firm.name}, which Tickmark has closed for now. Ask {who_answers()} to open it: "
            "then make somebody else an owner, or delete the firm."
        )
        return Obstacle(sentence, f"mailto:{who_answers()}", "Write to Tickmark")
    if Membership.objects.active().count() > 1:
        sentence = f"You are the only owner of {firm.name}. Make somebody else an owner first."
        return Obstacle(sentence, organization_url(firm.slug, "member_list"), f"Members of {firm.name}")
    sentence = (
        f"You are the only member of {firm.name}, and its records would be nobody’s. Invite somebody and make them an "
        "owner, or delete the firm first."
    )
    return Obstacle(sentence, organization_url(firm.slug, "firm_deletion"), f"Delete {firm.name}")


MEMBERSHIP = (
    "organization_id", "display_name", "email", "joined_as", "role", "status", "invited_at", "joined_at", "deleted_at",
)  # fmt: skip
ACCESS_TOKEN = ("name", "permissions", "created_at", "expires_at", "last_used_at", "revoked_at")


def memberships_of(person: UUID) -> list[dict[str, Any]]:
    """For the person's own export: every place in a firm, past ones too."""
    return _firm_by_firm(person, lambda: Membership.with_deleted.filter(user=person).values(*MEMBERSHIP))


def access_tokens_of(person: UUID) -> list[dict[str, Any]]:
    """For the person's own export: what they have let programs do in their name, without what opens anything."""
    mine = Membership.with_deleted.filter(user=person).values("pk")
    return _firm_by_firm(
        person, lambda: AccessToken.objects.filter(member__in=mine).order_by("created_at", "pk").values(*ACCESS_TOKEN)
    )


def _firm_by_firm(person: UUID, rows: Callable[[], Iterable[dict[str, Any]]]) -> list[dict[str, Any]]:
    found = []
    for organization in my_memberships():
        with tenant(organization, user=person):
            name = Organization.objects.values_list("name", flat=True).get()
            found += [{"firm": name, **row} for row in rows()]
    return found
