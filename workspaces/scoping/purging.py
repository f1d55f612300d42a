"""What has been in the trash long enough goes for good. What a client was sent stays: it is a record.

As with documents, each deletion has a job of its own. One that comes too early, because the session was restored and
deleted again, does nothing: the later deletion has a later job.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from audit import log
from organizations import retention
from organizations.models import Organization
from tenancy.jobs import tenant_task
from workspaces.holds import is_on_hold
from workspaces.models import ScopingSession, SessionSnapshot

#: What may not go yet is looked at again after this.
LATER = timedelta(days=30)


RETENTION = retention.Kind(
    "sessions",
    "Deleted scoping sessions",
    "Can be restored for so long. What a client was sent stays: it is a record.",
    lambda: settings.DELETED_SESSIONS_KEPT_DAYS,
    lambda before: sweep(before),
)


def kept_for() -> timedelta:
    return retention.kept_for("sessions")


def purge_later(session_id: UUID) -> None:
    purge_session.enqueue_in(int(kept_for().total_seconds()), scoping_id=session_id)


@tenant_task()
def purge_session(scoping_id: str) -> None:
    """With its versions, pictures and drafts, unless it was restored, or sent. While its client is on hold, it waits.

    What was said about it is kept as all comments are, and nobody reads it any more.
    """
    deleted = ScopingSession.with_deleted.select_for_update(of=("self",)).exclude(deleted_at=None)
    session = deleted.filter(pk=scoping_id, deleted_at__lte=timezone.now() - kept_for()).first()
    if session is not None and _is_held(session):
        purge_session.enqueue_in(int(LATER.total_seconds()), scoping_id=session.pk)
    elif session is not None:
        _purge(session)


def sweep(before: datetime) -> None:
    """For a firm that keeps them less long than it did when they were deleted. What may not go is left for its own job."""
    for session in ScopingSession.with_deleted.select_for_update(of=("self",)).filter(deleted_at__lte=before):
        if not _is_held(session):
            _purge(session)


def _is_held(session: ScopingSession) -> bool:
    return session.client_id is not None and is_on_hold(session.client_id)


def _purge(session: ScopingSession) -> None:
    if SessionSnapshot.objects.filter(session=session).exists():
        return
    log.record("purge", session, reference=session.reference, title=session.title)
    if not ScopingSession.with_deleted.filter(id__gt=session.id).exists():
        Organization.objects.filter(last_session_number__lt=session.id).update(last_session_number=session.id)
    session.delete()
