"""Finding sessions: words, type, client and tag, as the list asks. What the address says wrongly filters nothing."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict

from organizations.models import Membership
from workspaces.models import ScopingSession
from workspaces.projects.search import id_or_empty


@dataclass(frozen=True)
class ScopingFilter:
    words: str = ""
    kind: str = ""
    client: str = ""
    tag: str = ""
    mine: bool = False

    @classmethod
    def read(cls, params: QueryDict) -> "ScopingFilter":
        kind = params.get("type", "")
        return cls(
            words=params.get("q", "").replace("\0", "").strip()[:100],
            kind=kind if kind in ScopingSession.Kind.values else "",
            client=id_or_empty(params.get("client", "")),
            tag=params.get("tag", "").replace("\0", "").strip().lower()[:40],
            mine="mine" in params,
        )

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.kind or self.client or self.tag or self.mine)

    def apply(self, sessions: "QuerySet[ScopingSession]", member: Membership) -> "QuerySet[ScopingSession]":
        """Templates are shown where they are asked for."""
        sessions = sessions.filter(session_type=self.kind) if self.kind else sessions.filter(is_template=False)
        if self.client:
            sessions = sessions.filter(client=self.client)
        if self.tag:
            sessions = sessions.filter(tags__contains=[self.tag])
        if self.mine:
            sessions = sessions.filter(owner=member)
        for word in self.words.split()[:6]:
            is_tagged = Q(tags__contains=[word.lower()])
            sessions = sessions.filter(Q(title__icontains=word) | Q(client__name__icontains=word) | is_tagged)
        return sessions
