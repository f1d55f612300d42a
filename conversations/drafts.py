"""What somebody has typed and not sent, kept for that person alone."""

from typing import Any

from conversations.models import ThreadReader
from conversations.models.comment import LONGEST
from conversations.people import Person
from conversations.subjects import of_row
from conversations.threads import CLIENT, INTERNAL, open_thread


def keep_draft(row: Any, person: Person, body: str, audience: str) -> None:
    body, wanted = body[:LONGEST], audience if audience in (CLIENT, INTERNAL) else ""
    if row.thread_id is None:
        if not body.strip():
            return
        open_thread(row, CLIENT if of_row(row).has_client_side else INTERNAL)
    kept = {"draft": body if body.strip() else "", "draft_audience": wanted}
    ThreadReader.objects.update_or_create(thread_id=row.thread_id, **person.columns, defaults=kept)
