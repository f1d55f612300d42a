"""What somebody does not choose where two have written the same stays in the history, as it was typed."""

from contextlib import suppress

from django.db import transaction

from organizations.models import Membership
from workspaces.models import ScopingSession, SessionVersion
from workspaces.scoping import returning, saving, shape, versions
from workspaces.scoping.rows import RowsRefused
from workspaces.scoping.saving import Change
from workspaces.scoping.shape import Document
from workspaces.scoping.typed import applied

NAME = "Written at the same time, and not chosen"


@transaction.atomic
def keep(session: ScopingSession, changes: list[Change], *, by: Membership) -> None:
    """As a version with a name, below one more of what stands there. A second press adds nothing."""
    stored = saving.locked(session)
    now = shape.completed(stored.document)
    document = _with_rows(stored, changes)
    last = SessionVersion.objects.filter(session=stored, name=NAME, created_by=by).order_by("-number").first()
    if document == now or (last and last.document == document):
        return
    stored.version += 1
    versions.add(stored, by, NAME, document)
    stored.version += 1
    stored.save(update_fields=["version"])
    versions.add(stored, stored.saved_by or by)


def _with_rows(session: ScopingSession, changes: list[Change]) -> Document:
    """The document with these words, in the rows they were typed in."""
    document = shape.completed(session.document)
    for change in changes:
        with suppress(KeyError, RowsRefused):  # a place that no page has, or no room for its row
            shape.value_at(change.path)
            if shape.holder(document, change.path) is None:
                returning.change_of(session, change.path)(document)
    return applied(document, changes)
