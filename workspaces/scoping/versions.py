"""What is kept of a session's saves: one version for a sitting of one person, and one for each name."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from organizations.models import Membership
from workspaces.models import ScopingSession, SessionSnapshot, SessionVersion

#: Within this time one person's typing is one version.
SITTING = timedelta(minutes=15)


def keep(session: ScopingSession, by: Membership, name: str) -> None:
    newest = SessionVersion.objects.filter(session=session).order_by("-number").first()
    if newest is None or name or not _goes_on(newest, by):
        add(session, by, name)
        return
    newest.number, newest.title, newest.document = session.version, session.title, session.document
    newest.saved_at = timezone.now()
    newest.save(update_fields=["number", "title", "document", "saved_at"])


def _goes_on(newest: SessionVersion, by: Membership) -> bool:
    """The same person, in the same sitting, and nobody has named it, or sent it to a client."""
    if newest.name or newest.created_by_id != by.pk or timezone.now() - newest.created_at >= SITTING:
        return False
    return not SessionSnapshot.objects.filter(session=newest.session_id, version=newest.number).exists()


def add(
    session: ScopingSession, by: Membership, name: str = "", document: dict[str, Any] | None = None
) -> SessionVersion:
    """What stands there now, or what somebody else would have it say."""
    version: SessionVersion = SessionVersion.objects.create(
        session=session, number=session.version, title=session.title, document=document or session.document, name=name,
        created_by=by, saved_at=timezone.now(),
    )  # fmt: skip
    return version
