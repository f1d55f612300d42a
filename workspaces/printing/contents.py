"""All that a print of papers says, read in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Prefetch

from clients.models import DocumentVersion
from workspaces.cited import cited_of
from workspaces.legends import Legend
from workspaces.models import Binder, ReviewNote, SignOff, Workpaper
from workspaces.paper_status import Standing, standings
from workspaces.sheet import Drawing, Sheet
from workspaces.tie_out import ties_of


@dataclass
class NoteThread:
    """A review note with the replies to it."""

    note: ReviewNote
    replies: list[ReviewNote] = field(default_factory=list)


@dataclass
class PrintedPaper:
    """One paper with everything that is known of it now."""

    paper: Workpaper
    sheet: Sheet
    standing: Standing
    notes: list[NoteThread]
    withdrawn: list[SignOff]

    @property
    def cited(self) -> DocumentVersion | None:
        """The version of the document it is about."""
        document = self.paper.document
        return cited_of(self.paper, document.versions.all()) if document else None


def papers_of(binder: Binder) -> list[Workpaper]:
    """Whole, with what they cite, in the order of the index."""
    versions = DocumentVersion.objects.order_by("-number").prefetch_related("scans")
    papers = Workpaper.objects.filter(binder=binder).defer("tsv").select_related("document", "created_by").in_order()
    found = list(papers.prefetch_related(Prefetch("document__versions", queryset=versions)))
    for paper in found:
        paper.binder = binder
    return found


def gathered(
    papers: list[Workpaper], named: Iterable[Workpaper], *, drawing: Drawing | None = None
) -> list[PrintedPaper]:
    """The papers to print; `named` are those their texts may name."""
    legend, named, ties = Legend(papers[0].binder if papers else None), list(named), ties_of(papers)
    notes, withdrawn = _notes(papers), _withdrawn(papers)
    return [
        PrintedPaper(
            standing.paper, Sheet(standing.paper, legend, named, ties[standing.paper.pk], drawing=drawing), standing,
            notes[standing.paper.pk], withdrawn[standing.paper.pk],
        )
        for standing in standings(papers)
    ]  # fmt: skip


def _notes(papers: list[Workpaper]) -> dict[UUID, list[NoteThread]]:
    found: dict[UUID, list[NoteThread]] = defaultdict(list)
    threads: dict[UUID, NoteThread] = {}
    notes = ReviewNote.objects.filter(workpaper__in=papers).select_related("raised_by", "cleared_by")
    for note in notes.order_by("created_at", "id"):
        if note.parent_id is None:
            threads[note.pk] = NoteThread(note)
            found[note.workpaper_id].append(threads[note.pk])
        elif note.parent_id in threads:
            threads[note.parent_id].replies.append(note)
    return found


def _withdrawn(papers: list[Workpaper]) -> dict[UUID, list[SignOff]]:
    found: dict[UUID, list[SignOff]] = defaultdict(list)
    signed = SignOff.objects.filter(workpaper__in=papers).exclude(withdrawn_at=None)
    for sign_off in signed.select_related("member", "withdrawn_by").order_by("withdrawn_at"):
        found[sign_off.workpaper_id].append(sign_off)
    return found
