"""What somebody has typed and not sent, kept for that person alone."""

from typing import Any
from uuid import UUID

from conversations.models import Comment, ThreadReader
from conversations.models.comment import LONGEST
from conversations.people import Person
from conversations.subjects import of_row
from conversations.threads import CLIENT, INTERNAL, open_thread
from tenancy.locking import held


def keep_draft(row: Any, person: Person, body: str, audience: str, submission: str = "") -> bool:
    """Whether all of it is kept. Not where it is sent by now, as the message of this `submission`: drafts may come late."""
    if row.thread_id is None:
        if not body.strip():
            return True
        open_thread(row, CLIENT if of_row(row).has_client_side else INTERNAL)
    reader, _ = ThreadReader.objects.get_or_create(thread_id=row.thread_id, **person.columns)
    held(ThreadReader.objects.all(), reader.pk)  # which the message that is being sent holds
    if _is_sent(person, submission):
        return False
    wanted = audience if audience in (CLIENT, INTERNAL) else ""
    kept = {"draft": body[:LONGEST] if body.strip() else "", "draft_audience": wanted}
    ThreadReader.objects.filter(pk=reader.pk).update(**kept)
    return len(body) <= LONGEST


def _is_sent(person: Person, submission: str) -> bool:
    try:
        sent = UUID(submission)
    except ValueError:
        return False
    return Comment.objects.filter(submission=sent, **person.columns).exists()
