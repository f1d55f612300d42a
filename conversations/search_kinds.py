"""Comments as things to search for: of whatever the member sees, what was said about it."""

from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.utils.safestring import SafeString

from conversations.models import Comment
from conversations.subjects import discussed
from organizations.models import Membership
from search.kinds import Hit, Kind
from search.question import Question

#: The thread to which the thing itself points. `Coalesce` would say the same, but PostgreSQL takes it for a function that
#: may leak what it reads, and under row-level security looks nothing up in an index by it.
PLACE = Case(When(thread__beside=None, then=F("thread")), default=F("thread__beside"))


class CommentKind(Kind):
    name, label, icon, model = "comments", "Comments", "message", Comment

    def visible_to(self, member: Membership) -> QuerySet[Comment]:
        """Those about something the member sees."""
        seen = Q(pk__in=[])
        for subject in discussed():
            seen |= Q(Exists(subject.visible_to(member).filter(thread=OuterRef("place"))))
        return _placed().filter(seen).defer("tsv")

    def among(self, member: Membership, ids: list[UUID]) -> QuerySet[Comment]:
        return _placed().filter(pk__in=_seen(_placed().filter(pk__in=ids), member)[1]).defer("tsv")

    def newest(self, question: Question, most: int) -> list[UUID]:
        """The newest are looked at first: of a word that stands everywhere they are enough, and of a rare one they are all.
        Only a member who sees little of very much is answered from everything in the firm."""
        portion = most * 3 // 2
        said = _placed().filter(tsv=question.query).order_by("-pk")[:portion]
        looked_at, found = _seen(said, question.member)
        if len(found) < most and looked_at == portion:
            return super().newest(question, most)
        return found[:most]

    def prepare(self, rows: list[Any], member: Membership) -> list[Any]:
        places = {row.place for row in rows}
        about = {
            thing.thread_id: (subject, thing)
            for subject in discussed()
            for thing in subject.visible_to(member).filter(thread__in=places)
        }
        for row in rows:
            row.about = about.get(row.place)
        return [row for row in rows if row.about]

    def texts(self, rows: list[Any]) -> dict[Any, str]:
        return {row.pk: row.body for row in rows}

    def hit(self, row: Any, passage: SafeString) -> Hit:
        subject, thing = row.about
        return Hit(
            f"{subject.url(thing)}#comment-{row.pk}", f"{row.author_name} on {subject.title(thing)}",
            "Firm only" if row.is_internal else "The client reads this", icon=self.icon, passage=passage,
        )  # fmt: skip


def _placed() -> QuerySet[Comment]:
    return Comment.objects.living().annotate(place=PLACE)


def _seen(comments: QuerySet[Comment], member: Membership) -> tuple[int, list[UUID]]:
    """How many these few are, and which of them, in their order, are about something the member sees. Each subject is
    asked for its threads by key."""
    places = dict(comments.values_list("pk", "place"))
    seen: set[UUID] = set()
    for subject in discussed() if places else ():
        seen.update(subject.visible_to(member).filter(thread__in=set(places.values())).values_list("thread", flat=True))
    return len(places), [pk for pk, place in places.items() if place in seen]
