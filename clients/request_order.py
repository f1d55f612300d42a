"""The order of a list: its sections, and the requests within them; and which request waits for which."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F

from clients.models import InformationRequest, RequestList


class OrderChanged(Exception):
    """Requests were added or taken away since the order was on the screen."""


@dataclass(frozen=True)
class Section:
    name: str
    items: list[InformationRequest]


def waits_for(one: InformationRequest, other: InformationRequest) -> bool:
    """Whether `one` waits for `other`, through however many between them, or is it."""
    if other._state.adding:
        return False
    rows = InformationRequest.with_deleted.filter(request_list=one.request_list_id)
    after = dict(rows.exclude(depends_on=None).values_list("pk", "depends_on"))
    at: UUID | None = one.pk
    seen: set[UUID] = set()
    while at is not None and at not in seen:
        if at == other.pk:
            return True
        seen.add(at)
        at = after.get(at)
    return False


def sections_of(request_list: RequestList) -> list[Section]:
    """Every section with its requests, in the order in which the list first mentions it."""
    rows = InformationRequest.objects.filter(request_list=request_list).order_by("position", "id")
    found: dict[str, Section] = {}
    for item in rows.only("number", "title", "category", "position", "request_list", "organization"):
        found.setdefault(item.category, Section(item.category, [])).items.append(item)
    return list(found.values())


@transaction.atomic
def arrange(request_list: RequestList, wanted: Sequence[tuple[str, Sequence[UUID]]]) -> int:
    """Make this the order: sections by name, each with its requests. Says how many rows changed.

    Raises OrderChanged unless exactly the requests of the list are named.
    """
    RequestList.objects.select_for_update().get(pk=request_list.pk)
    stored = {item.pk: item for section in sections_of(request_list) for item in section.items}
    named = [pk for _, pks in wanted for pk in pks]
    if len(named) != len(stored) or set(named) != stored.keys():
        raise OrderChanged
    moved, renamed = [], []
    places = ((name, pk) for name, pks in wanted for pk in pks)
    for position, (name, pk) in enumerate(places, start=1):
        item = stored[pk]
        if item.category != name:
            renamed.append(pk)
        if (item.position, item.category) != (position, name):
            item.position, item.category = position, name
            moved.append(item)
    InformationRequest.objects.bulk_update(moved, ["position", "category"], batch_size=200)
    InformationRequest.objects.filter(pk__in=renamed).update(version=F("version") + 1)
    return len(moved)


@transaction.atomic
def move_to_section(request_list: RequestList, items: Sequence[UUID], name: str) -> None:
    """These to the end of the section, in their order; a section nobody knew stands last."""
    sections = [(section.name, [item.pk for item in section.items]) for section in sections_of(request_list)]
    going = set(items)
    left = [(section, [pk for pk in pks if pk not in going]) for section, pks in sections]
    coming = [pk for _, pks in sections for pk in pks if pk in going]
    if name not in dict(left):
        left.append((name, []))
    arrange(request_list, [(section, pks + coming if section == name else pks) for section, pks in left])
