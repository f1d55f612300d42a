"""A member's notifications, drawn for that member: of what they may see no more, nothing is told or counted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.text import Truncator

from conversations.events import EVENTS, REASONS, Event
from conversations.live.topics import publish
from conversations.models import Notification
from conversations.models.notification import NotificationQuerySet
from conversations.subjects import SUBJECTS, Subject
from organizations.models import Membership

FILTERS = {"mentions": Q(event__in=["mentioned", "replied"]), "clients": Q(actor_side="client")}
EXCERPT = 140
#: Unread ones are counted up to here, for so many things at once.
MOST_TOLD, AT_ONCE = 99, 200


@dataclass(frozen=True)
class Line:
    """One notification as it is read. `row` is the thing, read with the member's own rights."""

    notification: Notification
    subject: Subject
    row: Any
    event: Event

    @property
    def title(self) -> str:
        return self.subject.title(self.row)

    @property
    def excerpt(self) -> str:
        comment = self.notification.comment
        return Truncator(comment.body).chars(EXCERPT) if comment and not comment.deleted_at else ""

    @property
    def why(self) -> str:
        return f"You get this because {REASONS[self.notification.why]}."


def of_member(member: Membership) -> NotificationQuerySet:
    """Decided in SQL, so that pages are full."""
    visible = Q(pk__in=[])
    for kind, subject in SUBJECTS.items():
        visible |= Q(subject_kind=kind, subject_id__in=subject.visible_to(member).values("pk"))
    return Notification.objects.filter(visible, member=member, event__in=EVENTS)


def unread_told(member: Membership) -> str:
    """How many are unread, as every page tells it: nothing, the number, or that there are more than it tells."""
    count = unread_count(member)
    return "" if not count else str(count) if count <= MOST_TOLD else f"{MOST_TOLD}+"


def unread_count(member: Membership) -> int:
    """Exact as far as it is told. Every page asks: only things that have something unread are looked up, some at a time."""
    unread = Notification.objects.filter(member=member, event__in=EVENTS).unread()
    things = unread.order_by("subject_id").values_list("subject_id", "subject_kind").annotate(Count("pk"))
    count, last = 0, None
    while count <= MOST_TOLD:
        part = list(things[:AT_ONCE] if last is None else things.filter(subject_id__gt=last)[:AT_ONCE])
        of_kind = defaultdict[str, dict[UUID, int]](dict)
        for subject_id, kind, news in part:
            of_kind[kind][subject_id] = news
        for kind in of_kind.keys() & SUBJECTS:
            seen = SUBJECTS[kind].visible_to(member).filter(pk__in=of_kind[kind]).values_list("pk", flat=True)
            count += sum(of_kind[kind][pk] for pk in seen)
        if len(part) < AT_ONCE:
            break
        last = part[-1][0]
    return count


def lines(member: Membership, notifications: Iterable[Notification]) -> list[Line]:
    """What is still to be seen, in the order given; one query a kind of thing."""
    shown = list(notifications)
    ids = defaultdict[str, set[UUID]](set)
    for one in shown:
        ids[one.subject_kind].add(one.subject_id)
    rows = {kind: SUBJECTS[kind].visible_to(member).in_bulk(wanted) for kind, wanted in ids.items() if kind in SUBJECTS}
    found = ((one, rows.get(one.subject_kind, {}).get(one.subject_id)) for one in shown if one.event in EVENTS)
    return [Line(one, SUBJECTS[one.subject_kind], row, EVENTS[one.event]) for one, row in found if row is not None]


def mark_read(member: Membership, *, subject_id: UUID | None = None) -> int:
    """All of them, or those about one thing, wherever it was opened from: page, bell or mail."""
    if member.leaves_no_marks:
        return 0
    unread = Notification.objects.filter(member=member, read_at=None)
    if subject_id is not None:
        unread = unread.filter(subject_id=subject_id)
    count = unread.update(read_at=timezone.now())
    if count:
        publish("member", member.pk)
    return count
