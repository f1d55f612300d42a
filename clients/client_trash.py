"""Clients added by mistake: into the trash and out again. What has work on record is archived, never deleted."""

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from billing.copying import note_freed
from billing.entitlements import require
from billing.features import F
from clients import notices
from clients.client_events import record
from clients.models import Client, ClientContact, ClientEvent, ClientMerge
from organizations.models import Membership


class TrashRefused(Exception):
    """The message is a sentence for the person."""


def holding(client: Client) -> list[str]:
    """The kinds of work on record for it, in words: these tables protect their client."""
    kinds = [relation for relation in Client._meta.related_objects if relation.on_delete is models.PROTECT]
    return [
        str(relation.related_model._meta.verbose_name_plural)
        for relation in kinds
        if relation.related_model._base_manager.filter(**{relation.field.name: client}).exists()
    ]


@transaction.atomic
def put_into_trash(client: Client, *, by: Membership) -> None:
    """Its contacts go with it, at the same moment, and their portals close."""
    Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if work := holding(client):
        raise TrashRefused(f"{client.name} has {' and '.join(work)}, which are kept. Archive the client instead.")
    moment = timezone.now()
    contacts = list(ClientContact.objects.filter(client=client))
    ClientContact.objects.filter(client=client).update(deleted_at=moment)
    for contact in contacts:
        notices.access_ended(contact)
    Client.objects.filter(pk=client.pk).update(deleted_at=moment)
    note_freed()
    record(client, ClientEvent.Verb.DELETED, by=by)


@transaction.atomic
def restore(client: Client, *, by: Membership) -> bool:
    """With the contacts that went along. False if another client has its code meanwhile: it comes back without one."""
    ClientContact.with_deleted.filter(client=client, deleted_at=client.deleted_at).update(deleted_at=None)
    code_is_free = bring_back(client)
    record(client, ClientEvent.Verb.RESTORED, by=by)
    return code_is_free


def bring_back(client: Client) -> bool:
    """The client alone. False if it had to leave its code to another."""
    if not client.is_archived:
        require(F.CLIENTS, adding=1)
    code_is_free = not Client.objects.filter(code_key=client.code.lower()).exclude(code="").exists()
    Client.with_deleted.filter(pk=client.pk).update(deleted_at=None, **({} if code_is_free else {"code": ""}))
    return code_is_free


def in_trash(member: Membership) -> "QuerySet[Client]":
    """Deleted clients this member could see; those that went into another are no rubbish."""
    deleted = Client.with_deleted.visible_to(member).exclude(deleted_at=None)
    return deleted.exclude(pk__in=ClientMerge.objects.values("source"))
