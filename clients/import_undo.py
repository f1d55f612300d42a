"""An import taken back: what it added goes to the trash, what it changed is as before. What was touched since stays."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clients.client_events import record_all
from clients.client_import import set_values
from clients.models import Client, ClientContact, ClientEvent, ClientImport, ClientImportRow
from clients.pointing import pointing_at_clients
from organizations.models import Membership


@dataclass
class Undone:
    """`kept` are the names of clients that were changed since, with what was."""

    removed: int = 0
    reverted: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)


class UndoRefused(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def undo(batch: ClientImport, *, by: Membership) -> Undone:
    batch = ClientImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if not batch.can_be_undone:
        raise UndoRefused("This import is undone already, or changed nothing.")
    rows = {row.client_id: row for row in ClientImportRow.objects.filter(batch=batch, is_undone=False)}
    clients = Client.with_deleted.filter(pk__in=rows).order_by("pk").select_for_update(of=("self",))
    changed = _changed_since({client.pk: client for client in clients}, rows)
    done = Undone()
    removed: list[Client] = []
    reverted: list[Client] = []
    for client in clients:
        if why := changed.get(client.pk):
            done.kept.append((client.name, why))
        elif (before := rows[client.pk].before) is None:
            removed.append(client)
        else:
            set_values(client, before)
            client.save()
            reverted.append(client)
    _remove(removed)
    record_all(removed, ClientEvent.Verb.DELETED, f"by undoing the import of {batch.name}"[:300], by=by)
    record_all(reverted, ClientEvent.Verb.CHANGED, f"back, by undoing the import of {batch.name}"[:300], by=by)
    done.removed, done.reverted = len(removed), len(reverted)
    ClientImportRow.objects.filter(batch=batch, client__in=[*removed, *reverted]).update(is_undone=True)
    batch.status, batch.undone_at, batch.undone_by = ClientImport.Status.UNDONE, timezone.now(), by
    batch.save()
    return done


def _remove(clients: list[Client]) -> None:
    moment, ids = timezone.now(), [client.pk for client in clients]
    ClientContact.objects.filter(client__in=ids).update(deleted_at=moment)
    Client.objects.filter(pk__in=ids).update(deleted_at=moment)


def _changed_since(clients: dict[UUID, Client], rows: dict[Any, ClientImportRow]) -> dict[UUID, str]:
    """The client itself, or anything that belongs to it, has another clock than the import left."""
    found: dict[UUID, str] = {}
    for pk, client in clients.items():
        if client.deleted_at is not None:
            found[pk] = "in the trash already"
        elif client.updated_at > rows[pk].stamp:
            found[pk] = "changed since"
    made = {pk: row.stamp for pk, row in rows.items() if row.before is None and pk not in found}
    for model, name in pointing_at_clients():
        for pk in _touched(model, name, made):
            found.setdefault(pk, f"has {model._meta.verbose_name_plural} since")
    return found


def _touched(model: Any, name: str, made: dict[UUID, datetime]) -> list[UUID]:
    """Clients of which a row was written after the import was done with them."""
    column = "content_object" if name == "content_object" else name
    rows = model._base_manager.filter(**{f"{column}__in": list(made)}).values_list(f"{column}_id", F("updated_at"))
    return [pk for pk, at in rows if at > made[pk]]
