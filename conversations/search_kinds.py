"""Comments as things to search for: of whatever the member sees, what was said about it."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString

from conversations.models import Comment
from conversations.subjects import discussed
from organizations.models import Membership
from search.kinds import Hit, Kind


class CommentKind(Kind):
    name, label, icon, model = "comments", "Comments", "message", Comment

    def visible_to(self, member: Membership) -> QuerySet[Comment]:
        """Asked of each comment found, by its thread: the other way round every row of the firm would be looked at."""
        rows = Comment.objects.living().annotate(place=Coalesce("thread__beside", "thread"))
        seen = Q(pk__in=[])
        for subject in discussed():
            seen |= Q(Exists(subject.visible_to(member).filter(thread=OuterRef("place"))))
        return rows.filter(seen).defer("tsv")

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
