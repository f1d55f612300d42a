"""What happened to one client, newest first, as far as a member may see.

Each app says what it knows of: `sources.append(Source(…))` when Django starts.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from clients.models import Client
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
class Source:
    """One kind of row: those of a client, and the line of each. `at` is the column that says when it happened."""

    rows: Callable[[Client, Membership], "QuerySet[Any]"]
    entry: Callable[[Any], Entry]
    needs: Permission | None = None
    at: str = "created_at"

    def page(self, client: Client, member: Membership, before: Moment | None, size: int) -> list[Entry]:
        rows = self.rows(client, member)
        if before is not None:
            at, pk = before
            rows = rows.filter(Q(**{f"{self.at}__lt": at}) | Q(**{self.at: at, "pk__lt": pk}))
        return [self.entry(row) for row in rows.order_by(f"-{self.at}", "-pk")[:size]]


sources: list[Source] = []


@dataclass(frozen=True)
class Timeline:
    entries: list[Entry]
    older: str


def timeline(client: Client, member: Membership, *, before: str = "", size: int = PER_PAGE) -> Timeline:
    """The page after `before`, the cursor of the last line of the page above. What is no cursor shows the first page."""
    moment = _read(before)
    seen = [source for source in sources if source.needs is None or member.can(source.needs)]
    pages = [source.page(client, member, moment, size + 1) for source in seen]
    entries = list(islice(heapq.merge(*pages, reverse=True), size + 1))
    return Timeline(entries[:size], entries[size - 1].cursor if len(entries) > size else "")


def _read(cursor: str) -> Moment | None:
    at, _, pk = cursor.partition("~")
    try:
        moment = datetime.fromisoformat(at), UUID(pk)
    except ValueError:
        return None
    return moment if moment[0].tzinfo else None
