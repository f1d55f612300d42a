"""Closing a file: what is still missing, the lock itself, and what may happen after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audit import log
from organizations.models import Membership
from tenancy.locking import held
from workspaces import bodies, live, saving
from workspaces.bodies import content_hash
from workspaces.cited import newer_problem, newer_versions
from workspaces.known_contents import Contents
from workspaces.ledger_accounts import without_lead
from workspaces.legends import Legend
from workspaces.models import Binder, JournalEntry, ReviewNote, SignOff, Workpaper
from workspaces.numbering import gaps
from workspaces.paper_status import ROLES, Standing, standings
from workspaces.periods import years_after
from workspaces.tie_out import compared, references_of

#: So many accounts without a lead, or gaps, are named.
NAMED = 12
WORDS = {"preparer": "not prepared", "reviewer": "not reviewed", "partner": "not signed by a partner"}


class Kind(StrEnum):
    BINDER = "binder"
    LEDGER = "ledger"
    SIGNATURES = "signatures"
    NOTES = "notes"
    CONTENT = "content"


@dataclass(frozen=True)
class Unmet:
    """One thing that keeps the file open, and where to see to it. `order`: its place in the list."""

    kind: Kind
    words: str
    href: str
    reference: str = ""
    order: str = ""


class LockRefused(Exception):
    def __init__(self, unmet: list[Unmet]) -> None:
        super().__init__(f"{len(unmet)} conditions are not met.")
        self.unmet = unmet


def conditions(binder: Binder, *, anew: bool = False) -> list[Unmet]:
    """Everything that is not met yet. A number of queries that does not grow with the papers, and no reading of those
    that are known already; `anew` where it decides."""
    papers = list(Workpaper.objects.filter(binder=binder).defer("body", "tsv").in_order())
    for paper in papers:
        paper.binder = binder
    references = references_of(papers)
    contents = Contents(binder, papers, references, anew=anew)
    ties = compared(papers, references, {paper.pk: paper for paper in papers}, contents.amount)
    newer = newer_versions(Workpaper.objects.filter(binder=binder))
    found = [*_of_binder(binder, papers), *_of_ledger(binder)]
    for standing in standings(papers, needs_partner=binder.needs_partner):
        paper = standing.paper
        wrong = [*contents.problems(paper), *(tie.problem for tie in ties[paper.pk] if not tie.holds)]
        wrong += [newer_problem(newer[paper.pk])] if paper.pk in newer else []
        kinds = {Kind.SIGNATURES: _signatures(standing), Kind.NOTES: _notes(standing), Kind.CONTENT: wrong}
        found += [
            Unmet(kind, said, paper.get_absolute_url(), paper.reference, paper.sort_key)
            for kind, words in kinds.items()
            for said in words
        ]
    return found


def _of_binder(binder: Binder, papers: list[Workpaper]) -> Iterator[Unmet]:
    if not papers:
        yield Unmet(Kind.BINDER, "The binder has no papers.", binder.get_absolute_url())
    if binder.report_released_on is None:
        yield Unmet(Kind.BINDER, "The day on which the report was released is not set.", _settings(binder))
    elif binder.report_released_on > timezone.localdate():
        yield Unmet(Kind.BINDER, "The report is not released yet.", _settings(binder))
    if missing := gaps(paper.reference for paper in papers):
        yield Unmet(Kind.BINDER, f"The index has gaps: {', '.join(missing[:NAMED])}.", binder.get_absolute_url())


def _settings(binder: Binder) -> str:
    return reverse("binder_settings", kwargs={"binder_id": binder.pk})


def _of_ledger(binder: Binder) -> Iterator[Unmet]:
    if codes := without_lead(binder):
        ledger = reverse("trial_balance", kwargs={"binder_id": binder.pk})
        named = ", ".join(codes[:NAMED]) + (" and more" if len(codes) > NAMED else "")
        one, many = "1 account has no lead", f"{len(codes):,} accounts have no lead"
        yield Unmet(Kind.LEDGER, f"{one if len(codes) == 1 else many}: {named}.", f"{ledger}?section=#accounts")
    proposed = JournalEntry.objects.filter(binder=binder, status=JournalEntry.Status.PROPOSED).order_by("number")
    for entry in proposed:
        said = f"Neither posted nor set aside: {entry.description}"
        yield Unmet(Kind.LEDGER, said, entry.get_absolute_url(), str(entry), f" {entry.number:06d}")


def _signatures(standing: Standing) -> list[str]:
    for role in standing.needed:
        if role in standing.signed and not standing.is_signed(role):
            name = standing.signed[role].member.display_name
            return [f"Modified since {name} signed as {role}."]
    missing = [WORDS[role] for role in standing.needed if role not in standing.signed]
    return [f"{', '.join(missing).capitalize()}."] if missing else []


def _notes(standing: Standing) -> list[str]:
    return [f"{standing.notes} review note{'' if standing.notes == 1 else 's'} open."] if standing.notes else []


@transaction.atomic
def lock(binder: Binder, *, by: Membership) -> Binder:
    """Close the file, if nothing is missing. From here on the database itself refuses changes."""
    stored = held(Binder.objects.select_related("project__client"), binder.pk)
    if stored.is_locked:
        return stored
    list(Workpaper.objects.filter(binder=stored).select_for_update(of=("self",)).values_list("pk", flat=True))
    if unmet := conditions(stored, anew=True):
        raise LockRefused(unmet)
    _settle_notes(stored, by)
    now = timezone.now()
    Workpaper.objects.filter(binder=stored).update(locked=True)
    stored.locked_at, stored.locked_by = now, by
    assert stored.report_released_on  # noqa: S101  (a condition)
    stored.retained_until = years_after(stored.report_released_on, stored.retention_years)
    stored.legend = Legend().to_keep()
    stored.save(update_fields=["locked_at", "locked_by", "retained_until", "legend"])
    live.changed(stored.pk)
    return stored


def _settle_notes(binder: Binder, by: Membership) -> None:
    """Where the firm's rule says so, cleared notes lose their words; who raised and cleared them stays.

    A legal hold is above that rule: the words stay, and the trail says so.
    """
    if binder.notes_policy != Binder.NotesPolicy.PURGE:
        return
    notes = ReviewNote.objects.filter(workpaper__binder=binder, purged_at=None)
    if binder.is_on_hold:
        log.record("keep", binder, review_notes=notes.count(), by=by.display_name, why="legal hold")
    elif count := notes.update(text="", purged_at=timezone.now()):
        log.record("purge", binder, review_notes=count, by=by.display_name)


@transaction.atomic
def add_late(paper: Workpaper, *, by: Membership, reason: str, text: str) -> Workpaper:
    """A paper that comes after the lock: complete as it is added, with who, when and why; then only signed."""
    paper.body = {**bodies.blank(paper.kind), "purpose": text} if not paper.has_grid else {"purpose": text}
    paper.locked, paper.late_at, paper.late_reason = True, timezone.now(), reason
    paper = saving.create(paper, by=by, note="Added after the file was closed")
    SignOff.objects.create(
        workpaper=paper, role=ROLES[0], member=by, signed_at=timezone.now(), version=1, content_hash=content_hash(paper)
    )
    return paper


@transaction.atomic
def hold(binder: Binder, *, by: Membership, reason: str) -> None:
    """Nothing of the file is deleted while it is on hold, whatever its retention says."""
    Binder.objects.filter(pk=binder.pk, legal_hold_at=None).update(
        legal_hold_at=timezone.now(), legal_hold_by=by, legal_hold_reason=reason
    )


@transaction.atomic
def release_hold(binder: Binder) -> None:
    Binder.objects.filter(pk=binder.pk).update(legal_hold_at=None, legal_hold_by=None, legal_hold_reason="")
