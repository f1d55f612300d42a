"""Comments as things to search for: of whatever the member sees, what was said about it."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString

from conversations.models import Comment
from conversations.subjects import discussed
from organizations.models import Membership
from search.kinds import Hit, Kind
from search.question import Question


class CommentKind(Kind):
    name, label, icon, model = "comments", "Comments", "message", Comment

    def visible_to(self, member: Membership) -> QuerySet[Comment]:
        return _seen(_placed(), member)

    def among(self, member: Membership, ids: list[UUID]) -> QuerySet[Comment]:
        return _seen(_placed().filter(pk__in=ids), member)

    def matching(self, rows: QuerySet[Any], question: Question) -> QuerySet[Comment]:
        """What `rows` would answer, asked of the threads in which the words stand and not of everything in the firm."""
        return _seen(_placed().filter(tsv=question.query), question.member)

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
    """With the thread to which the thing itself points."""
    return Comment.objects.living().annotate(place=Coalesce("thread__beside", "thread"))


def _seen(comments: QuerySet[Comment], member: Membership) -> QuerySet[Comment]:
    """Those about something the member sees. The things are looked for by the comments' own threads."""
    places, seen = comments.values("place"), Q(pk__in=[])
    for subject in discussed():
        seen |= Q(place__in=subject.visible_to(member).filter(thread__in=places).values("thread"))
    return comments.filter(seen).defer("tsv")
