"""What was said last about anything the member sees, for feeds."""

from dataclasses import dataclass
from typing import Any

from conversations.models import Comment
from conversations.search_kinds import CommentKind
from conversations.subjects import Subject
from organizations.models import Membership

#: So many of the firm's newest are looked at: older ones are no news, and a member who sees little costs no more.
LOOKED_AT = 100


@dataclass(frozen=True)
class Said:
    comment: Comment
    subject: Subject
    thing: Any

    @property
    def reference(self) -> str:
        return getattr(self.thing, "reference", "")

    @property
    def title(self) -> str:
        """Without the reference, where that is told beside it."""
        return self.thing.title if self.reference else self.subject.title(self.thing)

    @property
    def url(self) -> str:
        return f"{self.subject.url(self.thing)}#comment-{self.comment.pk}"


def newest_comments(member: Membership, most: int) -> list[Said]:
    """One query for the comments, and one of each kind of thing for what they are about."""
    kind = CommentKind()
    newest = Comment.objects.living().order_by("-pk").values("pk")[:LOOKED_AT]
    seen = kind.visible_to(member).filter(pk__in=newest).order_by("-pk")[:most]
    return [Said(row, *row.about) for row in kind.prepare(list(seen), member)]
