"""Papers that were taken out of an open file's index, and bringing one back to it."""

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone

from organizations.models import Membership
from tenancy.locking import held
from workspaces import cited, lead_building, live
from workspaces.models import Binder, SignOff, Workpaper
from workspaces.numbering import next_free, parts_of, reference_of, sort_key
from workspaces.tie_out import ties_of


class Refused(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def take_out(paper: Workpaper) -> None:
    """Raises Refused for a paper that carries signatures, or that others refer to. Nobody signs it, ties it, or puts its
    file on hold meanwhile."""
    binder = get_object_or_404(Binder.objects.select_for_update(of=("self",)), pk=paper.binder_id)
    stored = Workpaper.objects.select_for_update(of=("self",)).filter(pk=paper.pk).first()
    if stored is None:
        return
    stored.binder = binder
    if reason := _why_it_stays(stored):
        raise Refused(reason)
    Workpaper.objects.filter(pk=paper.pk).update(deleted_at=timezone.now())
    live.changed(paper.binder_id)


def _why_it_stays(paper: Workpaper) -> str:
    if paper.locked or paper.binder.is_locked:
        return "The file is locked: no paper leaves it."
    if paper.binder.is_on_hold:
        return "The file is on legal hold: no paper leaves it."
    if SignOff.objects.standing().filter(workpaper=paper).exists():
        return "It is signed. Take the signatures back first, with a reason."
    if ties_of([paper])[paper.pk]:
        return "Figures of other papers refer to it. Remove the cross-references first."
    return ""


@transaction.atomic
def bring_back(paper: Workpaper, *, by: Membership) -> str:
    """To its reference, or to the next free one where another paper has it; which it is."""
    binder = held(Binder.objects.select_related("project__client"), paper.binder_id)
    papers = Workpaper.objects.filter(binder=binder)
    if binder.is_locked:
        raise Refused("The file is locked: only late papers come into it.")
    if paper.kind == Workpaper.Kind.LEAD and papers.filter(kind=paper.kind, section=paper.section).exists():
        raise Refused("The section has another lead now.")
    if not cited.is_there(paper.body):
        raise Refused(f"It cites “{paper.body['cited']['name']}”, which was deleted. Restore the document first.")
    references = list(papers.values_list("reference", flat=True))
    letter, numbers = parts_of(paper.reference) or (paper.section, ())
    if paper.reference in references:
        numbers = next_free(letter, numbers[:-1], references)
    above = papers.filter(reference=reference_of(letter, numbers[:-1])).first() if numbers else None
    Workpaper.with_deleted.filter(pk=paper.pk).update(
        deleted_at=None, reference=reference_of(letter, numbers), sort_key=sort_key(letter, numbers),
        position=numbers[-1] if numbers else 0, parent=above,
    )  # fmt: skip
    if paper.kind == Workpaper.Kind.LEAD:
        lead_building.bring_up_to_date(binder, by=by, sections=[paper.section])
    live.changed(binder.pk)
    return reference_of(letter, numbers)
