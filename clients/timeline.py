"""What happened to one client, newest first: requests, documents, and the client itself, as far as a member may see."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from clients.models import Client, ClientEvent, ClientMerge, Document, DocumentVersion, RequestEvent
from clients.models.project import open_to
from organizations.models import Membership
from organizations.permissions import Permission

PER_PAGE = 50
Moment = tuple[datetime, UUID]


@dataclass(frozen=True, order=True)
class Entry:
    """One line. `verb` stands between the actor and what it was done to."""

    moment: Moment
    actor: str = field(compare=False)
    verb: str = field(compare=False)
    what: str = field(compare=False, default="")
    reference: str = field(compare=False, default="")
    href: str = field(compare=False, default="")
    said: str = field(compare=False, default="")
    is_client: bool = field(compare=False, default=False)

    @property
    def at(self) -> datetime:
        return self.moment[0]

    @property
    def cursor(self) -> str:
        return f"{self.moment[0].isoformat()}~{self.moment[1]}"


@dataclass(frozen=True)
class Timeline:
    entries: list[Entry]
    older: str


def timeline(client: Client, member: Membership, *, before: str = "", size: int = PER_PAGE) -> Timeline:
    """The page after `before`, the cursor of the last line of the page above. What is no cursor shows the first page."""
    moment = _read(before)
    sources = [_page(rows, moment, size) for rows in _sources(client, member)]
    newest = heapq.merge(*(map(_entry, rows) for rows in sources), reverse=True)
    entries = list(islice(newest, size + 1))
    return Timeline(entries[:size], entries[size - 1].cursor if len(entries) > size else "")


def _sources(client: Client, member: Membership) -> Iterator["QuerySet[Any]"]:
    own = [client.pk, *ClientMerge.objects.filter(target=client).values_list("source", flat=True)]
    events = ClientEvent.objects.filter(client__in=own).select_related("member")
    if not member.can(Permission.MANAGE_ACCESS):
        events = events.exclude(verb__in=ClientEvent.DISCREET)
    yield events
    if member.can(Permission.VIEW_REQUESTS):
        yield RequestEvent.objects.filter(
            open_to(member, project="request__request_list__project"),
            request__request_list__client=client,
            request__request_list__deleted_at=None,
            request__deleted_at=None,
        ).select_related("request__request_list", "member", "contact")
    if member.can(Permission.VIEW_DOCUMENTS):
        documents = Document.objects.open_to(member).filter(client=client)
        yield DocumentVersion.objects.filter(document__in=documents).select_related(
            "document", "uploaded_by_member", "uploaded_by_contact"
        )


def _page(rows: "QuerySet[Any]", moment: Moment | None, size: int) -> list[Any]:
    if moment is not None:
        at, pk = moment
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))
    return list(rows.order_by("-created_at", "-pk")[: size + 1])


def _entry(row: Any) -> Entry:
    moment = (row.created_at, row.pk)
    if isinstance(row, ClientEvent):
        return Entry(moment, str(row.member or "Tickmark"), row.get_verb_display(), row.what)
    if isinstance(row, DocumentVersion):
        again = f", version {row.number}" if row.number > 1 else ""
        href, by_client = row.document.get_absolute_url(), row.uploaded_by_contact_id is not None
        return Entry(moment, row.uploader_name, f"uploaded{again}", row.document.name, href=href, is_client=by_client)
    asked = row.request
    return Entry(
        moment, row.actor_name, row.verb, asked.title, asked.reference, asked.get_absolute_url(), row.reason,
        row.contact_id is not None,
    )  # fmt: skip


def _read(cursor: str) -> Moment | None:
    at, _, pk = cursor.partition("~")
    try:
        moment = datetime.fromisoformat(at), UUID(pk)
    except ValueError:
        return None
    return moment if moment[0].tzinfo else None
