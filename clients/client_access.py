"""Who in the firm sees a client, why, and how that is changed. A wall wins over everything."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from clients.models import Client, ClientAssignment, ClientGrant, ClientWall, InformationRequest
from clients.models.grant import VIEW
from clients.models.request import InformationRequestQuerySet
from organizations.models import Membership
from organizations.permission_sources import source
from organizations.permissions import PERMISSION_WORDS, Permission

#: Told in the same transaction of members who see a client no more: apps above give their open work back to nobody.
on_shut_out: list[Callable[[Collection[Client], Collection[Membership]], None]] = []


class AccessRefused(Exception):
    """The message is a sentence for the person."""


@dataclass(frozen=True)
class Answer:
    """Whether a member sees a client, and the one thing that decides."""

    sees: bool
    why: str


@dataclass(frozen=True)
class Facts:
    """What is stored about one client, read once for all members."""

    walls: dict
    granted: set
    assigned: dict

    @classmethod
    def of(cls, client: Client) -> "Facts":
        grants = ClientGrant.objects.filter(content_object=client, permission__codename=VIEW)
        return cls(
            walls={
                w.member_id: w for w in ClientWall.objects.filter(client=client).select_related("member", "created_by")
            },
            granted=set(grants.values_list("user_id", flat=True)),
            assigned=dict(ClientAssignment.objects.filter(client=client).values_list("member_id", "is_lead")),
        )


def explain(
    member: Membership,
    client: Client,
    facts: Facts | None = None,
    *,
    needs: Permission = Permission.VIEW_CLIENTS,
) -> Answer:
    """The same question as `visible_to`, asked of one pair and answered in a sentence. A test holds the two together.

    `needs` is what the page asks for: of a client's documents, to see documents, whether or not clients are seen.
    """
    facts = facts or Facts.of(client)
    if wall := facts.walls.get(member.pk):
        return Answer(False, said_by_wall(wall, "client"))
    says, words = source(member, needs), _small(PERMISSION_WORDS[needs])
    if not member.can(needs):
        return Answer(False, f"{member} may not: {words}. {says}")
    if client.access == Client.Access.FIRM:
        return Answer(True, f"This client is open to the whole firm, and {member} may: {words}. {says}")
    if member.sees_every_client:
        return Answer(
            True, f"{member} is {member.get_role_display().lower()}: owners and admins see restricted clients."
        )
    if member.pk in facts.granted:
        how = "leads the work for" if facts.assigned.get(member.pk) else "is assigned to"
        return Answer(True, f"{member} {how} this client.")
    return Answer(False, f"Only assigned staff see this client, and {member} is not assigned.")


def said_by_wall(wall: Any, noun: str) -> str:
    who = f" {wall.created_by} put it up." if wall.created_by else ""
    return f"A wall keeps {wall.member} from this {noun}: {wall.reason}{who}"


def viewers_of(client: Client, permission: Permission) -> list[Membership]:
    """The active members with the permission who see the client: `visible_to`, asked the other way round."""
    is_open, granted = client.access == Client.Access.FIRM, set()
    if not is_open:
        grants = ClientGrant.objects.filter(content_object=client, permission__codename=VIEW)
        granted = set(grants.values_list("user_id", flat=True))
    walled = set(ClientWall.objects.filter(client=client).values_list("member_id", flat=True))
    members = Membership.objects.active().exclude(pk__in=walled).select_related("organization").with_roles()
    return [
        member
        for member in members.order_by("display_name", "id")
        if (is_open or member.sees_every_client or member.pk in granted) and member.can(permission)
    ]


def _small(words: str) -> str:
    return words[0].lower() + words[1:]


@transaction.atomic
def assign(client: Client, member: Membership) -> None:
    _lock(client)
    if ClientWall.objects.filter(client=client, member=member).exists():
        raise AccessRefused(f"A wall keeps {member} from this client. Take it down first.")
    ClientAssignment.objects.get_or_create(client=client, member=member)
    settle(client)


@transaction.atomic
def unassign(client: Client, member: Membership) -> None:
    _lock(client)
    ClientAssignment.objects.filter(client=client, member=member).delete()
    settle(client)


@transaction.atomic
def restrict(client: Client, access: str, *, by: Membership) -> None:
    """Open it to the whole firm, or to assigned staff; whoever restricts it is assigned, or would lose sight of it."""
    _lock(client)
    Client.objects.filter(pk=client.pk).update(access=access)
    client.access = access
    if access == Client.Access.ASSIGNED and not by.sees_every_client:
        ClientAssignment.objects.get_or_create(client=client, member=by)
    settle(client)


@transaction.atomic
def put_up_wall(client: Client, member: Membership, *, reason: str, by: Membership) -> ClientWall:
    """The member sees nothing of the client from now on, and their open work for it goes back to nobody."""
    _lock(client)
    if not _keepers(client, without=member):
        raise AccessRefused("Somebody who may take the wall down again must still see the client.")
    if ClientWall.objects.filter(client=client, member=member).exists():
        raise AccessRefused(f"A wall keeps {member} from this client already.")
    wall = ClientWall.objects.create(client=client, member=member, reason=reason, created_by=by)
    ClientAssignment.objects.filter(client=client, member=member).delete()
    settle(client)
    return wall


def take_down_wall(wall: ClientWall) -> None:
    wall.delete()


def settle(client: Client) -> None:
    """What follows wherever a client's team, restriction or walls were changed, by whatever page.

    Grants follow the team, and open work of whoever does not see the client any more goes back to nobody.
    """
    staff = Membership.objects.filter(client_assignments__client=client)
    client.restrict_to(staff if client.access == Client.Access.ASSIGNED else [])
    give_back([client], _shut_out(client))


def _shut_out(client: Client) -> list[Membership]:
    """Who does not see it: behind a wall, or because only assigned staff do."""
    facts = Facts.of(client)
    is_open = client.access == Client.Access.FIRM
    return [
        member
        for member in Membership.objects.all()
        if member.pk in facts.walls or not (is_open or member.sees_every_client or member.pk in facts.granted)
    ]


def give_back(clients: Collection[Client], members: Collection[Membership]) -> None:
    """Open work for the clients goes back to nobody: these members do not see them any more."""
    if not members:
        return
    unassign_requests(InformationRequest.objects.filter(request_list__client__in=clients), members)
    for take in on_shut_out:
        take(clients, members)


def unassign_requests(requests: InformationRequestQuerySet, members: Collection[Membership]) -> None:
    requests.open().filter(assigned_to__in=members).update(assigned_to=None, version=F("version") + 1)


def _keepers(client: Client, *, without: Membership) -> list[Membership]:
    """Who could manage access to the client if one more member were walled off."""
    facts = Facts.of(client)
    members = Membership.objects.active().exclude(pk=without.pk).with_roles()
    return [m for m in members if m.can(Permission.MANAGE_ACCESS) and explain(m, client, facts).sees]


def _lock(client: Client) -> None:
    """Of two who change who sees a client, the second waits and starts from what the first has done."""
    client.access = Client.objects.select_for_update(of=("self",)).values_list("access", flat=True).get(pk=client.pk)
