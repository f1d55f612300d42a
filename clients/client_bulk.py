"""One change to many clients at once. A row that changed since it was seen, or may not be changed, is reported."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connections, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from billing.copying import note_freed
from billing.entitlements import require
from billing.features import F
from billing.frozen import is_frozen
from clients.client_access import give_back
from clients.client_events import record_all
from clients.models import Client, ClientAssignment, ClientGrant, ClientTag, ClientTagging, ClientWall
from clients.models.client_event import ClientEvent
from clients.models.grant import VIEW
from organizations.models import Membership, Organization
from tenancy.context import alias_for, current

Verb = ClientEvent.Verb
#: One press changes at most so many, while the person waits.
MOST = 5000


@dataclass(frozen=True)
class Selection:
    """What was chosen: single rows with their marks, or all rows of a filter as they stood at a moment."""

    marks: dict[UUID, int] = field(default_factory=dict)
    rows: "QuerySet[Client] | None" = None
    seen: datetime | None = None

    def locked(self, visible: "QuerySet[Client]") -> list[Client]:
        # In one order, so that two people's selections cannot wait for each other.
        rows = visible.filter(pk__in=self.marks) if self.rows is None else self.rows
        found = rows.order_by("pk").select_for_update(of=("self",)).defer("notes", "tsv")
        return list(found[: MOST + 1])

    def is_stale(self, client: Client) -> bool:
        if self.rows is not None:
            return self.seen is None or client.updated_at > self.seen
        return mark(client) != self.marks[client.pk]


@dataclass
class Outcome:
    """What became of a selection. `refused` are names with the reason."""

    changed: list[Client] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    unchanged: int = 0
    gone: int = 0


class TooMany(Exception):
    pass


def mark(client: Client) -> int:
    """The row's clock: another one means that somebody changed it."""
    return int(client.updated_at.timestamp() * 1_000_000)


def database_now() -> datetime:
    """The database's clock, which also stamps rows as they are written."""
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        return cursor.fetchone()[0]


BEYOND_THE_PLAN = "the firm’s plan has no place for it: it can be read only"
#: Says why a client may not be changed, "" where it may, and None where there is nothing to change.
Judge = Callable[[Client], str | None]


@transaction.atomic
def change(
    selection: Selection,
    visible: "QuerySet[Client]",
    judge: Judge,
    write: Callable[[list[Client]], None],
    *,
    frees_a_place: bool = False,
) -> Outcome:
    """Lock, leave out what is stale or refused, write the rest in one go and move its clock.

    What the firm has beyond its plan is read-only, unless the change `frees_a_place`.
    """
    clients = selection.locked(visible)
    if len(clients) > MOST:
        raise TooMany
    outcome = Outcome(gone=max(0, len(selection.marks) - len(clients)) if selection.rows is None else 0)
    firm = Organization.objects.only("usage_limits").get()
    for client in clients:
        if selection.is_stale(client):
            outcome.stale.append(client.name)
            continue
        is_closed = not frees_a_place and is_frozen(F.CLIENTS, client.pk, firm)
        why = BEYOND_THE_PLAN if is_closed else judge(client)
        if why is None:
            outcome.unchanged += 1
        elif why:
            outcome.refused.append((client.name, why))
        else:
            outcome.changed.append(client)
    if outcome.changed:
        write(outcome.changed)
    return outcome


def set_lead(selection: Selection, visible: "QuerySet[Client]", lead: Membership | None, *, by: Membership) -> Outcome:
    walled = _walled(lead)
    leads = dict(ClientAssignment.objects.filter(is_lead=True).values_list("client", "member"))

    def judge(client: Client) -> str | None:
        if client.pk in walled:
            return f"a wall keeps {lead} from it"
        return None if leads.get(client.pk) == (lead.pk if lead else None) else ""

    def write(clients: list[Client]) -> None:
        assigned = ClientAssignment.objects.filter(client__in=clients)
        assigned.filter(is_lead=True).update(is_lead=False)
        if lead is not None:
            there = set(assigned.filter(member=lead).values_list("client", flat=True))
            assigned.filter(member=lead).update(is_lead=True)
            _assign([client for client in clients if client.pk not in there], lead, is_lead=True)
        _touch(clients)
        record_all(clients, Verb.TEAM, f"{lead} leads" if lead else "nobody leads", by=by)

    return change(selection, visible, judge, write)


def add_staff(selection: Selection, visible: "QuerySet[Client]", member: Membership, *, by: Membership) -> Outcome:
    walled = _walled(member)
    there = set(ClientAssignment.objects.filter(member=member).values_list("client", flat=True))

    def judge(client: Client) -> str | None:
        if client.pk in walled:
            return f"a wall keeps {member} from it"
        return None if client.pk in there else ""

    def write(clients: list[Client]) -> None:
        _assign(clients, member, is_lead=False)
        _touch(clients)
        record_all(clients, Verb.TEAM, f"{member} added", by=by)

    return change(selection, visible, judge, write)


def remove_staff(selection: Selection, visible: "QuerySet[Client]", member: Membership, *, by: Membership) -> Outcome:
    there = set(ClientAssignment.objects.filter(member=member).values_list("client", flat=True))

    def judge(client: Client) -> str | None:
        if client.pk not in there:
            return None
        alone = client.access == Client.Access.ASSIGNED and member == by and not by.sees_every_client
        return "you would not see it any more" if alone else ""

    def write(clients: list[Client]) -> None:
        ClientAssignment.objects.filter(client__in=clients, member=member).delete()
        ClientGrant.objects.filter(content_object__in=clients, user=member).delete()
        if not member.sees_every_client:
            give_back([client for client in clients if client.access == Client.Access.ASSIGNED], [member])
        _touch(clients)
        record_all(clients, Verb.TEAM, f"{member} taken off", by=by)

    return change(selection, visible, judge, write)


def add_tag(selection: Selection, visible: "QuerySet[Client]", tag: ClientTag, *, by: Membership) -> Outcome:
    there = set(ClientTagging.objects.filter(tag=tag).values_list("client", flat=True))

    def write(clients: list[Client]) -> None:
        ClientTagging.objects.bulk_create(
            [ClientTagging(client=client, tag=tag) for client in clients], ignore_conflicts=True, batch_size=500
        )
        _touch(clients)

    return change(selection, visible, lambda client: None if client.pk in there else "", write)


def remove_tag(selection: Selection, visible: "QuerySet[Client]", tag: ClientTag, *, by: Membership) -> Outcome:
    there = set(ClientTagging.objects.filter(tag=tag).values_list("client", flat=True))

    def write(clients: list[Client]) -> None:
        ClientTagging.objects.filter(tag=tag, client__in=clients).delete()
        _touch(clients)

    return change(selection, visible, lambda client: "" if client.pk in there else None, write)


def set_status(selection: Selection, visible: "QuerySet[Client]", status: str, *, by: Membership) -> Outcome:
    """Archiving is a status too, with its moment."""
    is_archiving = status == Client.Status.ARCHIVED

    def write(clients: list[Client]) -> None:
        if coming := sum(client.is_archived for client in clients) * (not is_archiving):
            require(F.CLIENTS, adding=coming)
        _rows(clients).update(status=status, archived_at=timezone.now() if is_archiving else None)
        note_freed()
        archived = [client for client in clients if client.is_archived]
        others = [client for client in clients if not client.is_archived]
        label = Client.Status(status).label.lower()
        record_all(archived, Verb.REACTIVATED, "", by=by)
        record_all(
            others, Verb.ARCHIVED if is_archiving else Verb.CHANGED, "" if is_archiving else f"status to {label}", by=by
        )

    def judge(client: Client) -> str | None:
        return None if client.status == status else ""

    return change(selection, visible, judge, write, frees_a_place=is_archiving)


def _walled(member: Membership | None) -> set[UUID]:
    return set(ClientWall.objects.filter(member=member).values_list("client", flat=True)) if member else set()


def _assign(clients: Iterable[Client], member: Membership, *, is_lead: bool) -> None:
    """Who is assigned to a restricted client sees it."""
    clients = list(clients)
    ClientAssignment.objects.bulk_create(
        [ClientAssignment(client=client, member=member, is_lead=is_lead) for client in clients], batch_size=500
    )
    for client in clients:
        if client.access == Client.Access.ASSIGNED:
            ClientGrant.objects.assign_perm(VIEW, member, client)


def _touch(clients: list[Client]) -> None:
    """Move the clocks: whoever still looks at the rows as they were is told."""
    _rows(clients).update(updated_at=Now())


def _rows(clients: list[Client]) -> "QuerySet[Client]":
    return Client.objects.filter(pk__in=[client.pk for client in clients])
