"""The next period's binder from this one's: papers, structure and ties come along; signatures, marks and answers do not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from audit import log
from organizations.models import Membership
from workspaces import carrying, lead_building, prior_year
from workspaces.bodies import content_hash, grid_of
from workspaces.carrying import Years
from workspaces.models import Binder, CrossReference, ReviewNote, SignOff, Workpaper, WorkpaperVersion
from workspaces.tie_out import place_of
from workspaces.trial_balance_import import NotBalanced

#: How a binder is indexed, signed, closed and kept in the next period.
KEPT = ("currency", "index_scheme", "assembly_days", "retention_years", "notes_policy", "needs_partner")
BATCH = 200

Ids = Mapping[UUID, Workpaper]


@dataclass(frozen=True)
class Preview:
    """What would come along, counted, and what becomes of each paper."""

    papers: list[tuple[Workpaper, list[str]]]
    signatures: int
    notes: int
    ties: int


def preview(source: Binder) -> Preview:
    papers = _papers(source)
    return Preview(
        [(paper, carrying.words(paper, source.period_end)) for paper in papers],
        SignOff.objects.standing().filter(workpaper__in=papers).count(),
        _open_notes(papers).count(),
        _ties(papers).count(),
    )


def prepare(source: Binder, target: Binder) -> None:
    """What the new binder has of the old one before anything of it is chosen."""
    for name in KEPT:
        setattr(target, name, getattr(source, name))
    target.rolled_from = source


@transaction.atomic
def run(source: Binder, target: Binder, *, carry_notes: bool, by: Membership) -> None:
    """Fill a new binder. The old one is only read, so it may be locked."""
    papers = _papers(source)
    new = _carry_papers(papers, Years(source.period_end, target.period_end), target, by)
    has_prior = _take_prior_year(source, target, by)
    ties = _carry_ties(_ties(papers), target, new, by)
    open_notes = list(_open_notes(papers))
    if carry_notes:
        _carry_notes(open_notes, new)
    log.record(
        "roll_forward", target, rolled_from=str(source.pk), papers=len(new), cross_references=ties,
        prior_year=has_prior, by=by.display_name,
        **{"notes_carried" if carry_notes else "notes_left": len(open_notes)},
    )  # fmt: skip


def _take_prior_year(source: Binder, target: Binder, by: Membership) -> bool:
    """Where the old file has no ledger to take, leads are left with what there is: nothing yet."""
    try:
        taken = prior_year.take(target, source, by=by)
    except NotBalanced:
        taken = None
    if taken is None:
        lead_building.bring_up_to_date(target, by=by)
    return taken is not None


def _papers(binder: Binder) -> list[Workpaper]:
    """In the order of the index, so that a paper comes before those below it."""
    papers = list(Workpaper.objects.filter(binder=binder).defer("tsv").in_order())
    for paper in papers:
        paper.binder = binder
    return papers


def _ties(papers: Iterable[Workpaper]) -> QuerySet[CrossReference]:
    ids = [paper.pk for paper in papers]
    return CrossReference.objects.filter(workpaper__in=ids, target__in=ids)


def _open_notes(papers: Iterable[Workpaper]) -> QuerySet[ReviewNote]:
    return ReviewNote.objects.open().filter(workpaper__in=[paper.pk for paper in papers])


def _carry_papers(papers: list[Workpaper], years: Years, target: Binder, by: Membership) -> Ids:
    """Old paper's id → the new paper."""
    new = {
        old.pk: Workpaper(
            binder=target, section=old.section, reference=old.reference, sort_key=old.sort_key, position=old.position,
            title=old.title, kind=old.kind, document_id=old.document_id, carried_from=old, created_by=by,
        )
        for old in papers
    }  # fmt: skip
    ids = {str(old): str(paper.pk) for old, paper in new.items()}
    for old in papers:
        paper = new[old.pk]
        paper.parent = new.get(old.parent_id) if old.parent_id else None
        paper.body = carrying.carried_body(old, years, ids)
        paper.content_hash = content_hash(paper)
    Workpaper.objects.bulk_create(new.values(), batch_size=BATCH)
    note = f"Carried forward from {years.before:%-d %b %Y}"
    WorkpaperVersion.objects.bulk_create(
        [
            WorkpaperVersion(
                workpaper=paper, number=1, title=paper.title, body=paper.body, content_hash=paper.content_hash,
                note=note, created_by=by,
            )
            for paper in new.values()
        ],
        batch_size=BATCH,
    )  # fmt: skip
    return new


def _carry_ties(ties: Iterable[CrossReference], target: Binder, new: Ids, by: Membership) -> int:
    """Those whose both ends are there again: an account without figures has left its lead."""
    grids = {paper.pk: set(grid_of(paper).row_ids) for paper in _papers(target)}

    def is_there(paper: Workpaper, cell: str) -> bool:
        return place_of(cell)[0] in grids[paper.pk]

    carried = [
        CrossReference(
            workpaper=new[tie.workpaper_id], cell=tie.cell, target=new[tie.target_id], target_cell=tie.target_cell,
            created_by=by,
        )
        for tie in ties
        if is_there(new[tie.workpaper_id], tie.cell) and is_there(new[tie.target_id], tie.target_cell)
    ]  # fmt: skip
    CrossReference.objects.bulk_create(carried, batch_size=BATCH)
    return len(carried)


def _carry_notes(notes: list[ReviewNote], new: Ids) -> None:
    """Still open, still their raiser's to clear, with what was replied."""
    ids = [note.pk for note in notes]
    threads = ReviewNote.objects.filter(Q(pk__in=ids) | Q(parent__in=ids)).order_by("created_at", "id")
    carried: dict[UUID, ReviewNote] = {}
    for note in sorted(threads, key=lambda note: note.parent_id is not None):
        carried[note.pk] = ReviewNote(
            workpaper=new[note.workpaper_id], parent=carried[note.parent_id] if note.parent_id else None, anchor=note.anchor, text=note.text,
            raised_by_id=note.raised_by_id, purged_at=note.purged_at,
        )  # fmt: skip
    ReviewNote.objects.bulk_create(carried.values(), batch_size=BATCH)
