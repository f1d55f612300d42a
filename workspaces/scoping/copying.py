"""Sessions made from others, and the way into the trash and back."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from billing.entitlements import require
from billing.features import F
from conversations.live.topics import publish
from organizations.models import Membership
from workspaces.models import ScopingSession, SessionPicture, SessionSnapshot
from workspaces.models.scoping_session import ScopingSessionQuerySet
from workspaces.scoping import pictures, purging, saving, shape
from workspaces.scoping.shape import Document


@transaction.atomic
def duplicate(session: ScopingSession, *, by: Membership, **values: Any) -> ScopingSession:
    """A new session with the same document. Its history begins here."""
    copied = ScopingSession(
        **{"title": f"{session.title[:190]} (copy)", "client": session.client, "session_type": session.session_type,
           "tags": session.tags, **values}
    )  # fmt: skip
    return _with_pictures(session, copied, shape.completed(session.document), by)


def _with_pictures(session: ScopingSession, made: ScopingSession, document: Document, by: Membership) -> ScopingSession:
    """Store it, with a copy of each picture: those of a session go with it."""
    copies = {
        row: SessionPicture(svg=picture.svg, drawn_from=picture.drawn_from, created_by=by)
        for row, picture in pictures.of(session).items()
    }
    for row in document["visuals"]["pictures"]:
        row["picture"] = str(copies[row["id"]].pk) if row["id"] in copies else ""
    made = saving.create(made, by=by, document=document)
    for copy in copies.values():
        copy.session = made
    SessionPicture.objects.bulk_create(copies.values())
    return made


@transaction.atomic
def keep_as_template(session: ScopingSession, *, by: Membership) -> ScopingSession:
    """What the next one like it begins with: without the client, and without what this client said."""
    document = shape.completed(session.document)
    document["structuring"]["source"] = ""
    document["loe"] |= {"rate_day": "", "limit": None}
    for node in document["structuring"]["nodes"]:
        node |= {"quote": "", "state": ""}
    template = ScopingSession(
        title=session.title, session_type=ScopingSession.Kind.TEMPLATE, tags=session.tags
    )  # fmt: skip
    return _with_pictures(session, template, document, by)


@transaction.atomic
def put_into_trash(session: ScopingSession) -> None:
    if ScopingSession.objects.filter(pk=session.pk).update(deleted_at=timezone.now()):
        purging.purge_later(session.pk)
    publish(saving.TOPIC, session.pk)


@transaction.atomic
def restore(session: ScopingSession) -> None:
    if not session.is_template:
        require(F.SCOPING_SESSIONS, adding=1)
    ScopingSession.with_deleted.filter(pk=session.pk).update(deleted_at=None)
    publish(saving.TOPIC, session.pk)


def in_trash(member: Membership) -> ScopingSessionQuerySet:
    """Each `was_sent` or not: what was stays, the rest goes for good one day."""
    sent = Exists(SessionSnapshot.objects.filter(session=OuterRef("pk")))
    return ScopingSession.with_deleted.visible_to(member).exclude(deleted_at=None).annotate(was_sent=sent)
