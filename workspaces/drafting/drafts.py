"""A draft's life: asked for, made, taken piece by piece."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from billing import reservations
from billing.reservations import OutOfCredits
from conversations.live.topics import publish
from organizations.models import Membership
from tenancy.locking import held
from workspaces.drafting import rules
from workspaces.drafting.endpoint import Endpoint
from workspaces.drafting.pieces import Piece, pieces
from workspaces.models import ScopingSession, SessionDraft
from workspaces.scoping import rows, saving, shape
from workspaces.scoping.saving import Change

State = SessionDraft.State


@dataclass(frozen=True)
class Drafter:
    """`endpoint` is None for the one that is built in."""

    endpoint: Endpoint | None

    @property
    def name(self) -> str:
        return f"{self.endpoint.model} at {self.endpoint.host}" if self.endpoint else "Rules of Tickmark"

    @property
    def credits(self) -> Decimal:
        return Decimal(settings.DRAFTING["credits"]) if self.endpoint else Decimal(0)

    def draft(self, notes: str) -> dict[str, Any]:
        return self.endpoint.draft(notes) if self.endpoint else rules.draft(notes)


def drafter() -> Drafter:
    """As this installation is set up: without a key, ours."""
    said = settings.DRAFTING
    if not said["key"]:
        return Drafter(None)
    return Drafter(Endpoint(said["url"], said["key"], said["model"], said["seconds"]))


#: What is said of a draft that nobody has finished.
TOO_LONG = "It took too long. Nothing was charged."


class NotAsked(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def ask(session: ScopingSession, *, by: Membership) -> tuple[SessionDraft, bool]:
    """The draft, and whether it is a new one: whoever presses twice waits for the first."""
    stored = saving.locked(session)
    if not stored.session_objects.get("source", "").strip():
        raise NotAsked("There are no notes to draft from. Write down what was said first.")
    drafts = SessionDraft.objects.select_for_update(of=("self",))
    waiting = drafts.filter(session=stored, state=State.WAITING).first()
    if waiting and waiting.is_waiting:
        return waiting, False
    if waiting:
        fail(waiting, TOO_LONG)
    made_by = drafter()
    made = SessionDraft.objects.create(session=stored, drafter=made_by.name, version=stored.version, created_by=by)
    try:
        reservations.reserve(
            made_by.credits, key=act_of(made), event_type="ai_call", member=by, session_uuid=stored.pk,
            held_for=SessionDraft.GIVEN_UP_AFTER,
        )  # fmt: skip
    except OutOfCredits as refused:
        made.delete()
        raise NotAsked(str(refused)) from refused
    return made, True


def act_of(draft: SessionDraft) -> str:
    """What its credits are promised to, and used for, under this name."""
    return f"ai_call {draft.pk}"


@transaction.atomic
def finish(draft: SessionDraft, said: dict[str, Any], made_by: Drafter) -> None:
    """Charged here, what was promised to it, with what it is charged for: both are stored, or neither is.

    Where nothing new was found there is nothing to charge for.
    """
    draft.pieces = pieces(said, shape.completed(draft.session.document))
    draft.version = draft.session.version
    draft.state, draft.finished_at = State.READY, timezone.now()
    draft.save(update_fields=["pieces", "version", "state", "finished_at"])
    if draft.pieces:
        reservations.commit(act_of(draft), data={"drafter": made_by.name, "pieces": len(draft.pieces)})
    else:
        reservations.release(act_of(draft))
    publish(saving.TOPIC, draft.session_id)


def fail(draft: SessionDraft, problem: str) -> None:
    draft.state, draft.problem, draft.finished_at = State.FAILED, problem[:300], timezone.now()
    draft.save(update_fields=["state", "problem", "finished_at"])
    reservations.release(act_of(draft))
    publish(saving.TOPIC, draft.session_id)


@dataclass(frozen=True)
class Taken:
    taken: int
    refused: list[str]


@transaction.atomic
def take(draft: SessionDraft, wanted: list[str], *, by: Membership) -> Taken:
    """Put these pieces into the session. What somebody has written since stays, and is told.

    The session is locked before its draft, as whoever asks for one does.
    """
    saving.locked(draft.session)
    draft = held(SessionDraft.objects.select_related("session"), draft.pk)
    chosen = [piece for piece in draft.pieces if piece["id"] in wanted and piece["id"] not in draft.taken]
    refused = {piece["id"]: why for piece in chosen if (why := _take(draft, piece, by))}
    draft.taken = [*draft.taken, *(piece["id"] for piece in chosen if piece["id"] not in refused)]
    draft.save(update_fields=["taken"])
    return Taken(len(chosen) - len(refused), list(refused.values()))


def _take(draft: SessionDraft, piece: Piece, by: Membership) -> str:
    """Why it could not be taken; empty where it was."""
    if piece["place"] != "structuring.nodes":
        change = Change(piece["place"], piece["text"], draft.version)
        outcome = saving.save(draft.session, [change], by=by)
        return f"“{piece['label']}” was written by somebody since, and stays." if outcome.conflicts else ""
    values: dict[str, Any] = {"kind": piece["kind"], "text": piece["text"], "quote": piece["quote"], "depth": 0}
    try:
        saving.reshape(draft.session, rows.add("structuring.nodes", piece["id"], **values), by=by)
    except rows.RowsRefused as full:
        return str(full)
    return ""
