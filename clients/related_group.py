"""The clients that belong together, however far apart: a family, its companies and what those own are one group."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from clients.models import Client, ClientRelation

#: Steps from one client to the next, each one question; and members shown. No real group comes near either.
STEPS, MOST = 8, 100


@dataclass(frozen=True)
class GroupMember:
    """One of the group, with what `of`, through whom it is reached, is to it: “Parent company of” it, say."""

    client: Client
    words: str
    of: Client
    relation: ClientRelation

    def is_own(self, client: Client) -> bool:
        return self.of.pk == client.pk


def group_of(client: Client, visible: "QuerySet[Client]") -> list[GroupMember]:
    """Everybody related to the client or to somebody who is, nearest first.

    Whom the reader may not see is not in it, nor what is reached through them alone.
    """
    found: dict[UUID, GroupMember] = {}
    reached, frontier = {client.pk}, [client.pk]
    for _ in range(STEPS):
        nearer = frontier
        frontier = []
        for pair in _pairs(nearer, visible):
            for near, far in ((pair.client, pair.related), (pair.related, pair.client)):
                if near.pk in nearer and far.pk not in reached and len(found) < MOST:
                    found[far.pk] = GroupMember(far, pair.words_from(near.pk), near, pair)
                    reached.add(far.pk)
                    frontier.append(far.pk)
        if not frontier:
            break
    return list(found.values())


def _pairs(clients: list[UUID], visible: "QuerySet[Client]") -> "QuerySet[ClientRelation]":
    touching = Q(client__in=clients) | Q(related__in=clients)
    pairs = ClientRelation.objects.filter(touching, client__in=visible, related__in=visible)
    return pairs.select_related("client", "related").order_by("created_at", "id")
