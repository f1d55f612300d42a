"""What is said about a request, and who is told."""

from datetime import timedelta

from django.utils import timezone
from uuid_utils.compat import uuid7

from conversations.models import (
    Comment,
    CommentAttachment,
    CommentVersion,
    Mention,
    Notification,
    NotificationDigest,
    NotificationMute,
    NotificationPace,
    NotificationPreference,
    Thread,
    ThreadReader,
)
from tests.cast.firm import Firm


def add_conversation(firm: Firm) -> None:
    """About the pending request: a question to the client, and what the firm thinks of it among itself."""
    member, viewer, request = firm.members["member"], firm.members["viewer"], firm.pending
    thread = request.thread
    inside = Thread.objects.create(audience="internal", beside=thread)
    comment = Comment.objects.create(
        thread=thread,
        audience="client",
        member=member,
        author_name=member.display_name,
        submission=uuid7(),
        body="Which months are missing?",
    )
    note = Comment.objects.create(
        thread=inside,
        audience="internal",
        member=member,
        author_name=member.display_name,
        submission=uuid7(),
        body="They were late last year too.",
    )
    firm.rows |= {
        "thread": thread,
        "firm_thread": inside,
        "comment": comment,
        "firm_note": note,
        "owners_note": Comment.objects.create(
            thread=inside, audience="internal", member=firm.members["owner"], author_name="The owner", submission=uuid7(),
            body="Let us wait a week.",
        ),
        "attachment": CommentAttachment.objects.create(
            comment=note, document_id=firm.document.pk, name=firm.document.name
        ),
        "comment_version": CommentVersion.objects.create(comment=note, body="They were late."),
        "mention": Mention.objects.create(comment=note, member=viewer),
        "reader": ThreadReader.objects.create(thread=thread, member=viewer),
        "notification": Notification.objects.create(
            member=firm.members["owner"], event="mentioned", subject_kind="request", subject_id=request.pk, comment=note,
            source_id=note.pk, actor=member, actor_name=member.display_name, actor_side="firm", why="mentioned",
            mail="instant",
        ),
        "notification_preference": NotificationPreference.objects.create(member=viewer, event="commented"),
        "mute": NotificationMute.objects.create(
            member=firm.members["owner"], scope="request", scope_id=firm.accepted.pk, label=firm.accepted.title
        ),
        "pace": NotificationPace.objects.create(
            member=firm.members["owner"], scope="project", scope_id=firm.project.pk, label=firm.project.name, mail="weekly"
        ),
        "digest": NotificationDigest.objects.create(
            member=viewer, period="daily", day=timezone.now().date() + timedelta(days=1)
        ),
    }  # fmt: skip
