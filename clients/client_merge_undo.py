"""A merge taken back: what came from the other client goes back to it, as far as it is still there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.encryption import decrypted
from clients import client_access
from clients.client_events import record
from clients.client_merge import MergeRefused
from clients.client_trash import bring_back
from clients.models import (
    Client,
    ClientAssignment,
    ClientContact,
    ClientEvent,
    ClientGrant,
    ClientMerge,
    ClientWall,
    InformationRequest,
)
from organizations.models import Membership

#: Later the two have grown together: what belongs to whom is for people to sort.
DAYS = 30


@dataclass(frozen=True)
class Return:
    """How many rows of a kind go back, of how many that came."""

    label: str
    back: int
    came: int


def undoable(member: Membership) -> "QuerySet[ClientMerge]":
    """Merges into clients the member sees, that are young, and knew what they moved."""
    since = timezone.now() - timedelta(days=DAYS)
    merges = ClientMerge.objects.filter(target__in=Client.objects.visible_to(member), created_at__gt=since)
    return merges.filter(moved__has_key="before").select_related("source", "target", "created_by")


def preview(merge: ClientMerge) -> list[Return]:
    found: dict[str, list[int]] = {}
    for model, name, ids in _moved(merge):
        counts = found.setdefault(str(model._meta.verbose_name_plural), [0, 0])
        counts[0] += model._base_manager.filter(pk__in=ids, **{name: merge.target_id}).count()
        counts[1] += len(ids)
    return [Return(label, back, came) for label, (back, came) in sorted(found.items())]


@transaction.atomic
def undo(merge: ClientMerge, *, by: Membership) -> Client:
    """The client that is back. Whatever was added to the other meanwhile stays there."""
    pair = Client.with_deleted.filter(pk__in=[merge.source_id, merge.target_id]).order_by("pk")
    locked = {client.pk: client for client in pair.select_for_update(of=("self",))}
    source, target = locked[merge.source_id], locked[merge.target_id]
    if target.deleted_at or not ClientMerge.objects.filter(pk=merge.pk).exists():
        raise MergeRefused("This merge was undone already, or its client is gone.")
    _give_back_fields(merge, target, source)
    merge.delete()
    for model, name, ids in _moved(merge):
        model._base_manager.filter(pk__in=ids, **{name: target}).update(**{name: source})
    bring_back(source)
    _give_back_contacts(merge, source)
    _give_back_team(merge, target, source)
    for client, other in ((target, source), (source, target)):
        record(client, ClientEvent.Verb.CHANGED, f"the merge with {other.name}, which is undone", by=by)
    return Client.objects.get(pk=source.pk)


def _moved(merge: ClientMerge) -> list[tuple[Any, str, list[str]]]:
    pairs = [(*key.rsplit(".", 1), ids) for key, ids in merge.moved["rows"].items()]
    return [(apps.get_model(label), name, ids) for label, name, ids in pairs]


def _give_back_fields(merge: ClientMerge, target: Client, source: Client) -> None:
    """What somebody has changed since the merge stays as it is."""
    for name, value in merge.moved["before"].items():
        taken = Client.Access.ASSIGNED if name == "access" else getattr(source, name)
        if getattr(target, name) == taken:
            setattr(target, name, decrypted(value) if name == "tax_id" and value else value)
    target.save()


def _give_back_contacts(merge: ClientMerge, source: Client) -> None:
    """A person whom both had is two again; what is still open of their requests is asked of them."""
    for row in merge.moved["contacts"]:
        back = {"deleted_at": None, "portal_access": row["portal_access"]}
        ClientContact.with_deleted.filter(pk=row["id"], client=source).update(**back)
        asked = InformationRequest.objects.open().filter(pk__in=row["requests"], request_list__client=source)
        asked.update(contact=row["id"], version=F("version") + 1)
    main = merge.moved["no_longer"].get("is_primary", [])
    ClientContact.objects.filter(pk__in=main, client=source).update(is_primary=True)


def _give_back_team(merge: ClientMerge, target: Client, source: Client) -> None:
    leads = merge.moved["no_longer"].get("is_lead", [])
    came = set(merge.moved["rows"].get(f"{ClientAssignment._meta.label}.client", []))
    for row in merge.moved["unassigned"]:
        client = source if row["id"] in came else target
        walled = ClientWall.objects.filter(client=client, member=row["member"]).exists()
        if not walled and not ClientAssignment.objects.filter(client=client, member=row["member"]).exists():
            there = ClientAssignment.objects.filter(client=client, is_lead=True).exists()
            is_lead = row["is_lead"] and not there
            ClientAssignment.objects.create(client=client, member_id=row["member"], is_lead=is_lead)
    if not ClientAssignment.objects.filter(client=source, is_lead=True).exists():
        ClientAssignment.objects.filter(pk__in=leads[:1], client=source).update(is_lead=True)
    ClientGrant.objects.filter(content_object__in=[target, source]).delete()
    for client in (target, source):
        client_access.settle(Client.objects.get(pk=client.pk))
