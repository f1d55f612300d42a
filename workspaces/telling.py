"""What members are told about review notes, in the transaction in which it happens."""

from uuid import UUID, uuid4, uuid5

from conversations import events
from conversations.events import Event
from conversations.notifying import tell
from conversations.people import Person
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces import live
from workspaces.models import ProjectMember, ReviewNote, SignOff, Workpaper

REVIEWS = Permission.REVIEW_WORKPAPERS
EVENTS = (
    Event("note_raised", "A reviewer raises a note on your workpaper", "raised a review note on"),
    Event("note_answered", "Somebody answers your review note", "answered your review note on"),
    Event("note_cleared", "A review note you answered is cleared", "cleared a review note on"),
    Event("review_asked", "A workpaper of your project waits for a review", "asks for a review of", permission=REVIEWS),
    Event(
        "reviews_asked",
        "Several workpapers of your project wait for a review at once",
        "asks for a review of several papers, beginning with",
        permission=REVIEWS,
    ),
)
REASONS = {
    "wrote": "you wrote it",
    "signed": "you signed it",
    "raised": "you raised the note",
    "answered_note": "you answered the note",
    "on_team": "you are on the project’s team",
}


def register_events() -> None:
    events.register(*EVENTS)
    events.REASONS.update(REASONS)


def raised(note: ReviewNote, *, by: Membership) -> None:
    """To who prepared the paper, and who wrote it."""
    _tell("note_raised", note, preparers(note.workpaper), by=by)


def answered(note: ReviewNote, reply: ReviewNote, *, by: Membership) -> None:
    """To who raised the note, and who else has answered it."""
    to = _answerers(note) | {note.raised_by_id: "raised"}
    _tell("note_answered", note, to, by=by, source_id=reply.pk)


def cleared(note: ReviewNote, *, by: Membership) -> None:
    _tell("note_cleared", note, preparers(note.workpaper) | _answerers(note), by=by)


def preparers(paper: Workpaper) -> dict[UUID, str]:
    signed = SignOff.objects.standing().filter(workpaper=paper, role=SignOff.Role.PREPARER)
    wrote = {paper.created_by_id: "wrote"} if paper.created_by_id else {}
    return wrote | dict.fromkeys(signed.values_list("member_id", flat=True), "signed")


def _answerers(note: ReviewNote) -> dict[UUID, str]:
    replies = ReviewNote.objects.filter(parent=note).values_list("raised_by_id", flat=True)
    return dict.fromkeys(replies, "answered_note")


def review_asked(papers: list[Workpaper], *, by: Membership) -> None:
    """To those whose work it becomes: who leads the project, and those of its team who may review. Once, however many
    papers are prepared at once."""
    if not papers:
        return
    project = papers[0].binder.project
    team = ProjectMember.objects.filter(project=project).values_list("member", flat=True)
    to = dict.fromkeys(team, "on_team") | ({project.lead_id: "leads_project"} if project.lead_id else {})
    event = "review_asked" if len(papers) == 1 else "reviews_asked"
    tell(event, papers[0], to=to, by=Person.of(by), source_id=uuid4())


def _tell(event: str, note: ReviewNote, to: dict[UUID, str], *, by: Membership, source_id: UUID | None = None) -> None:
    tell(event, note.workpaper, to=to, by=Person.of(by), source_id=source_id or _source(event, note))
    live.changed(note.workpaper.binder_id)


def _source(event: str, note: ReviewNote) -> UUID:
    """One note is raised once and cleared once, and neither is told twice."""
    return uuid5(note.pk, event)
