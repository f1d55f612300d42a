"""How much is said about each row of a list, and how much of it one reader has not read."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from conversations.models import Comment, Thread, ThreadReader
from conversations.people import Person


@dataclass(frozen=True)
class Said:
    count: int = 0
    unread: int = 0


def said_in(thread_ids: Iterable[UUID | None], reader: Person) -> dict[UUID | None, Said]:
    """By a row's own `thread_id`; to a member with what the firm says among itself beside it. One query for all rows."""
    ids = [pk for pk in thread_ids if pk]
    if not ids:
        return {}
    comments = Comment.objects.living()
    if reader.member:
        comments = comments.filter(thread__in=Thread.objects.filter(Q(pk__in=ids) | Q(beside__in=ids)))
        mine = Q(member__isnull=False, member=reader.member)
    else:
        comments = comments.for_client().filter(thread__in=ids)
        mine = Q(contact_id__isnull=False, contact_id=reader.contact_id)
    until = ThreadReader.objects.filter(thread=OuterRef("thread"), **reader.columns).values("read_until")[:1]
    is_news = (Q(until=None) | Q(created_at__gt=F("until"))) & ~mine
    rows = comments.annotate(until=Subquery(until), row=Coalesce("thread__beside", "thread")).order_by().values("row")
    counted = rows.annotate(count=Count("pk"), unread=Count("pk", filter=is_news))
    return {found["row"]: Said(found["count"], found["unread"]) for found in counted}
