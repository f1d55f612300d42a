"""The firm's tags: found by name, renamed, merged and removed for all clients at once."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet

from clients.models import Client, ClientTag, ClientTagging
from organizations.models import Membership

#: A firm keeps its words few, or they are of no use.
MOST = 500


class TagRefused(Exception):
    """The message is a sentence for the person."""


def named(name: str, *, by: Membership) -> ClientTag:
    """The firm's tag of this name, whatever the case; made where there is none."""
    name = " ".join(name.split())
    found = ClientTag.objects.filter(name__iexact=name).first()
    if found is not None:
        return found
    if ClientTag.objects.count() >= MOST:
        raise TagRefused(f"The firm has {MOST} tags already. Merge or remove some first.")
    try:
        with transaction.atomic():
            return ClientTag.objects.create(name=name, created_by=by)
    except IntegrityError:  # somebody made it at this moment
        return ClientTag.objects.get(name__iexact=name)


def put_on(client: Client, names: list[str], *, by: Membership) -> None:
    """The client has these tags and no others."""
    wanted = {tag.pk: tag for tag in (named(name, by=by) for name in names)}
    ClientTagging.objects.filter(client=client).exclude(tag__in=wanted).delete()
    there = set(ClientTagging.objects.filter(client=client).values_list("tag", flat=True))
    ClientTagging.objects.bulk_create(
        [ClientTagging(client=client, tag=tag) for pk, tag in wanted.items() if pk not in there], ignore_conflicts=True
    )


def split(text: str) -> list[str]:
    """“Food, FY2025” as a person writes tags: no name twice, whatever the case."""
    names = {name.casefold(): name for part in text.split(",") if (name := " ".join(part.split()))}
    return list(names.values())


def tags_of(ids: list[UUID]) -> dict[UUID, list[str]]:
    """The names of the tags of many clients, in one query."""
    found: dict[UUID, list[str]] = {}
    pairs = ClientTagging.objects.filter(client__in=ids).order_by("tag__name")
    for client, name in pairs.values_list("client", "tag__name"):
        found.setdefault(client, []).append(name)
    return found


def with_counts(member: Membership) -> QuerySet[ClientTag]:
    """Each tag with how many clients this member sees it on."""
    seen = Q(taggings__client__in=Client.objects.visible_to(member))
    return ClientTag.objects.annotate(client_count=Count("taggings", filter=seen)).order_by("name", "id")


@transaction.atomic
def merge(source: ClientTag, *, into: ClientTag) -> int:
    """Clients of the one get the other; the first is gone. Returns how many clients it concerned."""
    if source.pk == into.pk:
        raise TagRefused("Choose another tag to merge it into.")
    clients = set(ClientTagging.objects.filter(tag=source).values_list("client", flat=True))
    there = set(ClientTagging.objects.filter(tag=into).values_list("client", flat=True))
    ClientTagging.objects.filter(tag=source, client__in=clients - there).update(tag=into)
    source.delete()
    return len(clients)
