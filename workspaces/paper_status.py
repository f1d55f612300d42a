"""Where papers stand, derived from their signatures and notes: nothing of it is stored."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q

from workspaces.models import ReviewNote, SignOff, Workpaper

ROLES = tuple(SignOff.Role.values)


@dataclass
class Standing:
    """One paper's standing signatures by role, and its open notes."""

    paper: Workpaper
    signed: dict[str, SignOff] = field(default_factory=dict)
    notes: int = 0
    needs_partner: bool = True
    #: The number of a version of the cited document that nobody has looked at.
    newer: int = 0
    #: Where it may move in the index: the papers of its level to go in front of, up and down.
    level: str = ""
    before: UUID | None = None
    after: UUID | None = None
    has_after: bool = False

    @property
    def needed(self) -> tuple[str, ...]:
        return ROLES if self.needs_partner else ROLES[:2]

    @property
    def stale(self) -> list[SignOff]:
        """Signatures under what the paper no longer says."""
        return [sign_off for sign_off in self.signed.values() if not sign_off.covers(self.paper)]

    def is_signed(self, role: str) -> bool:
        return role in self.signed and self.signed[role].covers(self.paper)

    @property
    def is_complete(self) -> bool:
        return all(self.is_signed(role) for role in self.needed)

    @property
    def status(self) -> str:
        if self.paper.locked and self.paper.late_at is None:
            return "locked"
        if self.stale:
            return "modified"
        if self.notes:
            return "notes_open"
        if self.is_complete:
            return "signed_off"
        if self.is_signed("reviewer"):
            return "reviewed"
        if self.is_signed("preparer"):
            return "prepared"
        return "in_progress" if self.paper.revision > 1 else "todo"


def standings(papers: Iterable[Workpaper], *, needs_partner: bool | None = None) -> list[Standing]:
    """In two queries, however many papers. Whether a partner signs is the binder's rule."""
    papers = list(papers)
    ids = [paper.pk for paper in papers]
    signed: dict[UUID, dict[str, SignOff]] = defaultdict(dict)
    for sign_off in SignOff.objects.standing().filter(workpaper__in=ids).select_related("member"):
        signed[sign_off.workpaper_id][sign_off.role] = sign_off
    notes = dict(
        ReviewNote.objects.filter(workpaper__in=ids).order_by().values("workpaper")
        .annotate(open=Count("pk", filter=Q(parent=None, cleared_at=None))).values_list("workpaper", "open")
    )  # fmt: skip
    return [
        Standing(
            paper, signed[paper.pk], notes.get(paper.pk, 0),
            paper.binder.needs_partner if needs_partner is None else needs_partner,
        )
        for paper in papers
    ]  # fmt: skip
