"""A thing's conversation as one person reads it: the newest remarks with their answers, and what they may write."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from conversations import inbox, subjects
from conversations.forms import CommentForm
from conversations.live.topics import publish
from conversations.markup import to_html
from conversations.models import Comment, NotificationMute, Thread, ThreadReader
from conversations.people import Person, listed
from conversations.posting import may_delete
from conversations.subjects import Subject
from conversations.threads import CLIENT, INTERNAL, client_thread_of, threads_of
from organizations.permissions import Permission

PAGE = 20
#: Of the answers to the remarks of one page; more are one page further.
MOST_REPLIES = 200
DEEPEST = 2


@dataclass
class Entry:
    """One remark as it is shown."""

    comment: Comment
    depth: int
    is_unread: bool
    can_edit: bool
    can_delete: bool
    answered: str = ""
    files: list[tuple[str, str]] = field(default_factory=list)

    @property
    def html(self) -> SafeString:
        return to_html(self.comment.body, [mention.member.display_name for mention in self.comment.mentions.all()])


@dataclass(frozen=True)
class Audience:
    """Who would read what is written, by name. `refusal` says why nobody can be written to."""

    value: str
    label: str
    names: str
    refusal: str = ""


@dataclass
class Conversation:
    row: Any
    subject: Subject
    reader: Person
    entries: list[Entry]
    earlier: str
    form: CommentForm
    audiences: list[Audience]
    is_muted: bool = False

    @property
    def unread(self) -> int:
        return sum(entry.is_unread for entry in self.entries)

    @property
    def topic(self) -> str:
        return f"{self.subject.kind}:{self.row.pk}"

    @property
    def keeps_files(self) -> bool:
        return self.subject.keeps_files(self.row)

    @property
    def may_write(self) -> bool:
        if self.reader.member and not self.reader.member.can(Permission.COMMENT):
            return False
        return any(not audience.refusal for audience in self.audiences)


def conversation(
    row: Any, reader: Person, *, before: str = "", form: CommentForm | None = None, marks: bool = True
) -> Conversation:
    """`before` is the comment above which the page ends. Opening it marks it read, and what was told of it."""
    subject = subjects.of_row(row)
    threads = _threads(row, reader)
    readers = {one.thread_id: one for one in ThreadReader.objects.filter(thread__in=threads, **reader.columns)}
    entries, earlier = _entries(row, reader, threads, readers, before)
    if form is None:
        kept = readers.get(row.thread_id)
        initial = {"body": kept.draft, "audience": kept.draft_audience} if kept and kept.draft else {}
        form = CommentForm(initial=initial, reader=reader)
    found = Conversation(row, subject, reader, entries, earlier, form, _audiences(row, subject, reader))
    if reader.member:
        scope = NotificationMute.objects.filter(member=reader.member, scope=subject.kind, scope_id=row.pk)
        found.is_muted = scope.exists()
    if marks and not before and not (reader.member and reader.member.leaves_no_marks):
        mark_read(row, reader, threads)
    return found


def mark_read(row: Any, reader: Person, threads: list[Thread]) -> None:
    """Written only where there is news: opening a page twice writes nothing."""
    now, is_news = timezone.now(), False
    for thread in threads:
        read = ThreadReader.objects.filter(thread=thread, **reader.columns)
        newest = Comment.objects.filter(thread=thread).order_by("-id").values_list("created_at", flat=True).first()
        until = read.values_list("read_until", flat=True).first()
        if newest and (until is None or newest > until):
            ThreadReader.objects.update_or_create(thread=thread, **reader.columns, defaults={"read_until": now})
            is_news = True
    if reader.member and not inbox.mark_read(reader.member, subject_id=row.pk) and is_news:
        publish("member", reader.member.pk)  # a board beside it counts it no more


def comments_for(row: Any, reader: Person) -> QuerySet[Comment]:
    """The comments this person may read. For a contact, those of the client's audience in the client's thread."""
    comments = Comment.objects.filter(thread__in=_threads(row, reader))
    return comments if reader.member else comments.for_client()


def _threads(row: Any, reader: Person) -> list[Thread]:
    if reader.member:
        return list(threads_of(row).values())
    thread = client_thread_of(row)
    return [thread] if thread else []


def _entries(
    row: Any, reader: Person, threads: list[Thread], readers: dict[UUID, ThreadReader], before: str
) -> tuple[list[Entry], str]:
    if not threads:
        return [], ""
    comments = Comment.objects.filter(thread__in=threads)
    if not reader.member:
        comments = comments.for_client()
    roots = comments.filter(root=None).filter(Q(id__lt=_uuid(before)) if _uuid(before) else Q()).order_by("-id")
    found = list(roots[: PAGE + 1])
    page = list(reversed(found[:PAGE]))
    ids = [root.pk for root in page]
    earlier = str(page[0].pk) if len(found) > PAGE else ""
    shown = comments.filter(Q(pk__in=ids) | Q(root_id__in=ids)).order_by("id")[: PAGE + MOST_REPLIES]
    shown = shown.select_related("member").prefetch_related("attachments", "mentions__member")
    entries = [_entry(one, reader, readers.get(one.thread_id)) for one in shown]
    _add_files(row, reader, entries)
    return _in_tree_order(entries), earlier


def _entry(comment: Comment, reader: Person, mark: ThreadReader | None) -> Entry:
    until: datetime | None = mark.read_until if mark else None
    return Entry(
        comment,
        depth=0,
        is_unread=not reader.is_author_of(comment)
        and not comment.deleted_at
        and (not until or comment.created_at > until),
        can_edit=comment.deleted_at is None and reader.is_author_of(comment),
        can_delete=comment.deleted_at is None and may_delete(comment, reader),
    )


def _add_files(row: Any, reader: Person, entries: list[Entry]) -> None:
    ids = [file.document_id for entry in entries for file in entry.comment.attachments.all()]
    urls = subjects.of_row(row).file_urls(ids, reader) if ids else {}
    for entry in entries:
        if entry.comment.deleted_at is None:
            entry.files = [(file.name, urls.get(file.document_id, "")) for file in entry.comment.attachments.all()]


def _in_tree_order(entries: list[Entry]) -> list[Entry]:
    """Each remark, below it the answers to it in the order they came, and so on; indented twice at most."""
    below, known = defaultdict[UUID | None, list[Entry]](list), {entry.comment.pk: entry for entry in entries}
    for entry in entries:
        below[entry.comment.parent_id if entry.comment.parent_id in known else None].append(entry)
    ordered: list[Entry] = []
    waiting = [(entry, 0) for entry in reversed(below[None])]
    while waiting:
        entry, depth = waiting.pop()
        entry.depth = min(depth, DEEPEST)
        if depth > DEEPEST and entry.comment.parent_id:
            entry.answered = known[entry.comment.parent_id].comment.author_name
        ordered.append(entry)
        waiting += [(reply, depth + 1) for reply in reversed(below[entry.comment.pk])]
    return ordered


def _audiences(row: Any, subject: Subject, reader: Person) -> list[Audience]:
    if reader.member is None:
        return [Audience(CLIENT, "Message", "")]
    firm = Audience(INTERNAL, "Firm only", listed([member.display_name for member in subject.viewers(row)]))
    if not subject.has_client_side:
        return [firm]
    refusal, names = subject.client_refusal(row), subject.contacts(row)
    return [firm, Audience(CLIENT, "Client and firm", listed(names), refusal)]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
