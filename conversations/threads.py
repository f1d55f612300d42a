"""The threads of one thing: made when somebody first writes, found by the thing's own key."""

from typing import Any

from django.db import transaction
from django.db.models import Q

from conversations import subjects
from conversations.models import Thread

INTERNAL, CLIENT = Thread.Audience.INTERNAL, Thread.Audience.CLIENT


def threads_of(row: Any) -> dict[str, Thread]:
    """Audience → thread, of those that there are."""
    if row.thread_id is None:
        return {}
    found = Thread.objects.filter(Q(pk=row.thread_id) | Q(beside=row.thread_id))
    return {thread.audience: thread for thread in found}


def client_thread_of(row: Any) -> Thread | None:
    """The one a contact may read. An internal thread is never the answer, whatever the row points at."""
    return Thread.objects.filter(pk=row.thread_id, audience=CLIENT).first() if row.thread_id else None


@transaction.atomic
def open_thread(row: Any, audience: str) -> Thread:
    """The row's thread of this audience, made if it is not there. The row's lock keeps two people from making two."""
    subject = subjects.of_row(row)
    locked = type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)
    row.thread_id = locked.thread_id
    found = threads_of(row)
    if audience in found:
        return found[audience]
    if audience == CLIENT and not subject.has_client_side:
        raise subjects.CommentRefused("The client never sees this.")
    if row.thread_id is None:
        first = Thread.objects.create(audience=CLIENT if subject.has_client_side else INTERNAL)
        type(row)._base_manager.filter(pk=row.pk).update(thread=first)
        row.thread_id, row.thread = first.pk, first
        if audience == first.audience:
            return first
    return Thread.objects.create(audience=INTERNAL, beside_id=row.thread_id)
