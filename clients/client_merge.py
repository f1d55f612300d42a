"""Two clients become one: nothing is lost, and the old address leads to the one that stays."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.encryption import masked
from clients import notices
from clients.client_events import record
from clients.models import (
    Client,
    ClientAssignment,
    ClientContact,
    ClientEvent,
    ClientGrant,
    ClientImportRow,
    ClientMerge,
    ClientRelation,
    ClientTagging,
    ClientWall,
)
from clients.pointing import pointing_at_clients
from organizations.models import Membership

FIELDS = ("name", "code", "type", "industry", "website", "year_end", "tax_id", "address", "notes")
#: Where both have a row for the same thing, one is enough: table → what the thing is.
ONE_EACH = {ClientAssignment: "member_id", ClientWall: "member_id", ClientTagging: "tag_id", ClientGrant: "user_id"}
#: Stay where they are, with the history of the client that is gone; or are looked after by themselves.
STAY = {ClientEvent, ClientImportRow, ClientContact, ClientRelation, *ONE_EACH}


@dataclass(frozen=True)
class Difference:
    """One field in which the two differ. `is_taken` says what happens unless somebody decides otherwise."""

    name: str
    label: str
    kept: str
    other: str
    is_taken: bool


@dataclass(frozen=True)
class Preview:
    differences: list[Difference]
    moves: list[tuple[str, int]]
    access: str


class MergeRefused(Exception):
    """The message is a sentence for the person."""


def preview(target: Client, source: Client) -> Preview:
    """Field by field and table by table, what a merge would do."""
    both = [(name, _shown(target, name), _shown(source, name)) for name in FIELDS]
    differences = [
        Difference(name, _label(name), kept, other, is_taken=not kept)
        for name, kept, other in both
        if other and kept != other
    ]
    counted = [
        (str(model._meta.verbose_name_plural), model._base_manager.filter(**{name: source}).count())
        for model, name in pointing_at_clients()
    ]
    moves: dict[str, int] = {}
    for label, count in counted:
        if count:
            moves[label] = moves.get(label, 0) + count
    return Preview(differences, sorted(moves.items()), _stricter(target, source))


@transaction.atomic
def merge(target: Client, source: Client, *, take: set[str], by: Membership) -> ClientMerge:
    """Everything of `source` goes to `target`; of the fields named in `take` the other's value stays."""
    if target.pk == source.pk:
        raise MergeRefused("Choose another client to merge with.")
    locked = {
        c.pk: c
        for c in Client.objects.select_for_update(of=("self",)).filter(pk__in=[target.pk, source.pk]).order_by("pk")
    }
    if len(locked) < 2:
        raise MergeRefused("One of the two is gone. Look at the list again.")
    target, source = locked[target.pk], locked[source.pk]
    moved = _move_rows(target, source)
    moment = timezone.now()
    Client.objects.filter(pk=source.pk).update(deleted_at=moment)
    _take_fields(target, source, take)
    _settle_access(target)
    done = ClientMerge.objects.create(
        source=source, target=target, created_by=by, moved={"rows": moved, "fields": sorted(take)}
    )
    record(target, ClientEvent.Verb.MERGED, source.name, by=by)
    return done


def _move_rows(target: Client, source: Client) -> dict[str, int]:
    moved: dict[str, int] = {}

    def count(model: Any, number: int) -> None:
        if number:
            moved[model._meta.db_table] = moved.get(model._meta.db_table, 0) + number

    count(ClientContact, _move_contacts(target, source))
    for model, what in ONE_EACH.items():
        count(model, _move_once(model, what, target, source))
    count(ClientRelation, _move_relations(target, source))
    for model, name in pointing_at_clients():
        if model not in STAY and not (model is ClientMerge and name == "source"):
            count(model, model._base_manager.filter(**{name: source}).update(**{name: target}))
    return moved


def _move_contacts(target: Client, source: Client) -> int:
    """A person whom both have stays the target's; what the other was asked goes to them."""
    there = {contact.email.lower(): contact for contact in ClientContact.objects.filter(client=target)}
    for contact in ClientContact.objects.filter(client=source):
        if twin := there.get(contact.email.lower()):
            contact.remove(requests_to=twin)
            notices.access_ended(contact)
    if any(contact.is_primary for contact in there.values()):
        ClientContact.objects.filter(client=source).update(is_primary=False)
    return ClientContact.with_deleted.filter(client=source).update(client=target)


def _move_once(model: Any, what: str, target: Client, source: Client) -> int:
    name = "content_object" if model is ClientGrant else "client"
    there = set(model.objects.filter(**{name: target}).values_list(what, flat=True))
    rows = model.objects.filter(**{name: source})
    rows.filter(**{f"{what}__in": there}).delete()
    if model is ClientAssignment and ClientAssignment.objects.filter(client=target, is_lead=True).exists():
        rows.update(is_lead=False)
    return rows.update(**{name: target})


def _move_relations(target: Client, source: Client) -> int:
    between = Q(client=target, related=source) | Q(client=source, related=target)
    ClientRelation.objects.filter(between).delete()
    moved = 0
    for mine, theirs in (("client", "related"), ("related", "client")):
        there = ClientRelation.objects.filter(**{mine: target}).values(theirs)
        rows = ClientRelation.objects.filter(**{mine: source})
        rows.filter(**{f"{theirs}__in": list(there.values_list(theirs, flat=True))}).delete()
        moved += rows.update(**{mine: target})
    return moved


def _take_fields(target: Client, source: Client, take: set[str]) -> None:
    for name in set(FIELDS) & take:
        setattr(target, name, getattr(source, name))
    target.access = _stricter(target, source)
    target.save()


def _settle_access(target: Client) -> None:
    """A wall before either is a wall before both, and who is walled off is on no team."""
    walled = ClientWall.objects.filter(client=target).values("member")
    ClientAssignment.objects.filter(client=target, member__in=walled).delete()
    staff = Membership.objects.filter(client_assignments__client=target)
    target.restrict_to(staff if target.access == Client.Access.ASSIGNED else [])


def _stricter(target: Client, source: Client) -> str:
    both = (target.access, source.access)
    return Client.Access.ASSIGNED if Client.Access.ASSIGNED in both else Client.Access.FIRM


def _shown(client: Client, name: str) -> str:
    if name == "tax_id":
        return masked(client.tax_id) if client.tax_id else ""
    if name == "address":
        return ", ".join(str(part) for part in client.address.values() if part)
    return str(client.get_type_display()) if name == "type" else str(getattr(client, name))


def _label(name: str) -> str:
    return str(Client._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]


def address_after(client_id: Any, member: Membership) -> Client | None:
    """The client into which the one of this id went, if the member sees it."""
    went = ClientMerge.objects.filter(source=client_id).values("target")
    return Client.objects.visible_to(member).filter(pk__in=went).first()
