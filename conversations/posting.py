"""Writing in a thread: a comment, another wording, a deletion."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from billing import plan_permissions
from conversations import subjects
from conversations.live.topics import publish
from conversations.mentions import mentioned
from conversations.models import Comment, CommentAttachment, CommentVersion, Mention, Thread, ThreadReader
from conversations.notifying import tell
from conversations.people import Person
from conversations.subjects import CommentRefused
from conversations.threads import CLIENT, INTERNAL, open_thread
from organizations.models import Membership

#: What is to happen when the firm has written where the client reads: `(row, comment)`. The portal mails its contacts.
on_written_to_client: list[Callable[[Any, Comment], None]] = []

NOT_THERE = "The comment you answer is not there any more. What you wrote is still below."


@transaction.atomic
def post(
    row: Any, *, by: Person, audience: str, body: str, submission: UUID, parent_id: UUID | None = None,
    uploads: Iterable[UploadedFile] = (), keeper: Any = None,
) -> Comment:  # fmt: skip
    """Write in the row's thread of this audience. Raises CommentRefused. The same submission again is the same comment.

    `keeper` is who brings the files, for the app that keeps them: the member, or the contact behind `by`.
    """
    _refuse_read_only(row, by)
    _check_audience(row, by, audience)
    thread = open_thread(row, audience)
    Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)  # a double press waits here, and finds the first's
    if existing := Comment.objects.filter(submission=submission, thread=thread, **by.columns).first():
        return existing
    parent = _parent(thread, parent_id)
    comment = Comment.objects.create(
        thread=thread, audience=audience, parent=parent, root_id=(parent.root_id or parent.pk) if parent else None,
        author_name=by.name, body=body.strip(), submission=submission, **by.columns,
    )  # fmt: skip
    _attach(row, comment, uploads, keeper=keeper or by.member)
    _leave_read(row, thread, by)
    _tell(row, comment, by=by)
    if by.member and audience == CLIENT:
        for told in on_written_to_client:
            told(row, comment)
    publish_change(row)
    return comment


@transaction.atomic
def edit(row: Any, comment: Comment, *, by: Person, body: str) -> None:
    """Word it anew; the earlier words are kept. Who is mentioned for the first time is told."""
    _refuse_read_only(row, by)
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if locked.deleted_at or not by.is_author_of(locked):
        raise CommentRefused("This comment is not yours to change, or it is not there any more.")
    if locked.body == body.strip():
        return
    CommentVersion.objects.create(comment=locked, body=locked.body)
    Comment.objects.filter(pk=locked.pk).update(body=body.strip(), edited_at=timezone.now())
    comment.body = body.strip()
    _tell(row, comment, by=by, only_mentions=True)
    publish_change(row)


@transaction.atomic
def delete(row: Any, comment: Comment, *, by: Person) -> None:
    """Take the words away; that something stood there, and the answers to it, stay."""
    _refuse_read_only(row, by)
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if locked.deleted_at:
        return
    if not may_delete(locked, by):
        raise CommentRefused("This comment is not yours to delete.")
    CommentVersion.objects.create(comment=locked, body=locked.body)
    Comment.objects.filter(pk=locked.pk).update(body="", deleted_at=timezone.now())
    publish_change(row)


def may_delete(comment: Comment, by: Person) -> bool:
    return by.is_author_of(comment) or bool(by.member and by.member.sees_every_client)


def publish_change(row: Any) -> None:
    subject = subjects.of_row(row)
    for kind, topic_id in [(subject.kind, row.pk), *subject.shown_with(row)]:
        publish(kind, topic_id)


def _refuse_read_only(row: Any, by: Person) -> None:
    """What the firm has beyond its plan it reads, and its client goes on to answer. Raises PlanRefused."""
    if by.member:
        plan_permissions.require_open_client(row, by.member.organization)


def _check_audience(row: Any, by: Person, audience: str) -> None:
    if audience not in (CLIENT, INTERNAL):
        raise CommentRefused("Say who is to read it.")
    if by.member is None and audience != CLIENT:
        raise CommentRefused("This is the firm’s own conversation.")
    if by.member and audience == CLIENT and (refusal := subjects.of_row(row).client_refusal(row)):
        raise CommentRefused(refusal)


def _parent(thread: Thread, parent_id: UUID | None) -> Comment | None:
    """In the same thread, which is of the same audience: an answer is read by those who read the question."""
    if parent_id is None:
        return None
    parent = Comment.objects.filter(pk=parent_id, thread=thread).first()
    if parent is None:
        raise CommentRefused(NOT_THERE)
    return parent


def _attach(row: Any, comment: Comment, uploads: Iterable[UploadedFile], *, keeper: Any) -> None:
    for upload in uploads:
        kept = subjects.of_row(row).keep_file(row, upload, by=keeper, is_internal=comment.is_internal)
        CommentAttachment.objects.create(comment=comment, document_id=kept[0], name=kept[1])


def _leave_read(row: Any, thread: Thread, by: Person) -> None:
    """Whoever writes has read so far, and what they had typed is sent."""
    now = timezone.now()
    ThreadReader.objects.update_or_create(thread=thread, **by.columns, defaults={"read_until": now})
    ThreadReader.objects.filter(thread_id=row.thread_id, **by.columns).update(draft="", draft_audience="")


def _tell(row: Any, comment: Comment, *, by: Person, only_mentions: bool = False) -> None:
    """First those named, then whose comment was answered, then who follows: each hears of it once."""
    named = _mention(row, comment)
    told: dict[str, dict[UUID, str]] = {"mentioned": {member.pk: "mentioned" for member in named}}
    if not only_mentions:
        parent = comment.parent
        told["replied"] = {parent.member_id: "answered"} if parent and parent.member_id else {}
        told["commented"] = _followers(row, comment)
    for event, to in told.items():
        if to:
            tell(event, row, to=to, by=by, source_id=comment.pk, comment=comment)


def _mention(row: Any, comment: Comment) -> list[Membership]:
    if "@" not in comment.body:
        return []
    named = mentioned(comment.body, subjects.of_row(row).viewers(row))
    known = set(Mention.objects.filter(comment=comment).values_list("member_id", flat=True))
    Mention.objects.bulk_create(Mention(comment=comment, member=member) for member in named if member.pk not in known)
    return named


def _followers(row: Any, comment: Comment) -> dict[UUID, str]:
    writers = Comment.objects.filter(thread=comment.thread_id).exclude(member=None).values_list("member_id", flat=True)
    return dict.fromkeys(writers.distinct(), "took_part") | subjects.of_row(row).followers(row)
