"""Two clients become one: nothing is lost, and the old address leads to the one that stays.

What a merge does is written down with it (`Moves`), row by row, so that `client_merge_undo` can take it back.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.encryption import encrypted, masked
from billing.copying import note_freed
from clients import client_access, notices
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


@dataclass
class Moves:
    """What goes where, for whoever takes it back: rows by “table.column”, and the values of what was overwritten."""

    rows: dict[str, list[str]] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    no_longer: dict[str, list[str]] = field(default_factory=dict)
    unassigned: list[dict[str, Any]] = field(default_factory=list)

    def update(self, rows: "QuerySet[Any]", name: str, target: Client) -> None:
        """Point these rows at the target."""
        ids = [str(pk) for pk in rows.values_list("pk", flat=True)]
        if ids:
            self.rows.setdefault(f"{rows.model._meta.label}.{name}", []).extend(ids)
            rows.filter(pk__in=ids).update(**{name: target})

    @property
    def counts(self) -> dict[str, int]:
        return {key: len(ids) for key, ids in self.rows.items()}


class MergeRefused(Exception):
    """The message is a sentence for the person."""


def preview(target: Client, source: Client, *, by: Membership) -> Preview:
    """Field by field, and table by table of what `by` may see, what a merge would do."""
    both = [(name, _shown(target, name), _shown(source, name)) for name in FIELDS]
    differences = [
        Difference(name, _label(name), kept, other, is_taken=not kept)
        for name, kept, other in both
        if other and kept != other
    ]
    counted = [
        (str(model._meta.verbose_name_plural), _seen(model, by).filter(**{name: source}).count())
        for model, name in pointing_at_clients()
    ]
    moves: dict[str, int] = {}
    for label, count in counted:
        if count:
            moves[label] = moves.get(label, 0) + count
    return Preview(differences, sorted(moves.items()), _stricter(target, source))


def _seen(model: type[models.Model], by: Membership) -> Any:
    rows = model._default_manager.all()
    return rows.visible_to(by) if hasattr(rows, "visible_to") else rows


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
    moves = Moves()
    _move_rows(target, source, moves)
    Client.objects.filter(pk=source.pk).update(deleted_at=timezone.now())
    note_freed()
    _take_fields(target, source, take, moves)
    _settle_access(target, moves)
    done = ClientMerge.objects.create(
        source=source, target=target, created_by=by, moved={"fields": sorted(take), **asdict(moves)}
    )
    record(target, ClientEvent.Verb.MERGED, source.name, by=by)
    return done


def _move_rows(target: Client, source: Client, moves: Moves) -> None:
    _move_contacts(target, source, moves)
    for model, what in ONE_EACH.items():
        _move_once(model, what, target, source, moves)
    _move_relations(target, source, moves)
    for model, name in pointing_at_clients():
        if model not in STAY and not (model is ClientMerge and name == "source"):
            moves.update(model._base_manager.filter(**{name: source}), name, target)


def _move_contacts(target: Client, source: Client, moves: Moves) -> None:
    """A person whom both have stays the target's; what the other was asked goes to them."""
    there = {contact.email.lower(): contact for contact in ClientContact.objects.filter(client=target)}
    for contact in ClientContact.objects.filter(client=source):
        if twin := there.get(contact.email.lower()):
            asked = [str(pk) for pk in contact.requests.open().values_list("pk", flat=True)]
            moves.contacts.append({"id": str(contact.pk), "portal_access": contact.portal_access, "requests": asked})
            contact.remove(requests_to=twin)
            notices.access_ended(contact)
    if any(contact.is_primary for contact in there.values()):
        _no_longer("is_primary", ClientContact.objects.filter(client=source), moves)
    moves.update(ClientContact.with_deleted.filter(client=source), "client", target)


def _no_longer(name: str, rows: "QuerySet[Any]", moves: Moves) -> None:
    """There is one main contact and one lead: the target's."""
    ids = [str(pk) for pk in rows.filter(**{name: True}).values_list("pk", flat=True)]
    rows.filter(pk__in=ids).update(**{name: False})
    moves.no_longer[name] = ids


def _move_once(model: Any, what: str, target: Client, source: Client, moves: Moves) -> None:
    """What both have stays with both: the one that is gone keeps its own, out of sight."""
    name = "content_object" if model is ClientGrant else "client"
    there = set(model.objects.filter(**{name: target}).values_list(what, flat=True))
    rows = model.objects.filter(**{name: source}).exclude(**{f"{what}__in": there})
    if model is ClientAssignment and ClientAssignment.objects.filter(client=target, is_lead=True).exists():
        _no_longer("is_lead", rows, moves)
    moves.update(rows, name, target)


def _move_relations(target: Client, source: Client, moves: Moves) -> None:
    for mine, theirs in (("client", "related"), ("related", "client")):
        there = set(ClientRelation.objects.filter(**{mine: target}).values_list(theirs, flat=True))
        rows = ClientRelation.objects.filter(**{mine: source})
        moves.update(rows.exclude(**{f"{theirs}__in": {*there, target.pk}}), mine, target)


def _take_fields(target: Client, source: Client, take: set[str], moves: Moves) -> None:
    for name in sorted(set(FIELDS) & take):
        moves.before[name] = kept_value(target, name)
        setattr(target, name, getattr(source, name))
    stricter = _stricter(target, source)
    if stricter != target.access:
        moves.before["access"] = target.access
        target.access = stricter
    target.save()


def kept_value(client: Client, name: str) -> Any:
    """The value as it is written down: the tax number never in plain words."""
    value = getattr(client, name)
    return encrypted(value) if name == "tax_id" and value else value


def _settle_access(target: Client, moves: Moves) -> None:
    """A wall before either is a wall before both, and who is walled off is on no team."""
    walled = ClientWall.objects.filter(client=target).values("member")
    team = ClientAssignment.objects.filter(client=target, member__in=walled)
    moves.unassigned = [{"id": str(row.pk), "member": str(row.member_id), "is_lead": row.is_lead} for row in team]
    team.delete()
    client_access.settle(target)


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
