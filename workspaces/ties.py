"""Tying two figures, and taking a tie away, unless their file keeps what it has."""

from django.db import transaction
from django.shortcuts import get_object_or_404

from organizations.models import Membership
from workspaces import live
from workspaces.models import Binder, CrossReference, Workpaper

LOCKED = "The file is locked: nothing in it changes."


class Kept(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def add(paper: Workpaper, cell: str, target: Workpaper, target_cell: str, *, by: Membership) -> CrossReference:
    """Both papers are held meanwhile, so that neither is taken out of the index or locked."""
    ends = {paper.pk, target.pk}
    held = list(Workpaper.objects.filter(pk__in=ends).order_by("pk").select_for_update(of=("self",)))
    if any(end.locked for end in held):
        raise Kept(LOCKED)
    if len(held) < len(ends):
        raise Kept("One of the two papers was taken out of the index meanwhile.")
    tie, _ = CrossReference.objects.get_or_create(
        workpaper=paper, cell=cell, target=target, target_cell=target_cell, defaults={"created_by": by}
    )
    live.changed(paper.binder_id)
    return tie


@transaction.atomic
def remove(reference: CrossReference) -> None:
    """The file is held meanwhile, so that nobody locks it or puts it on hold between the question and the answer."""
    paper = reference.workpaper
    binder = get_object_or_404(Binder.objects.select_for_update(of=("self",)), pk=paper.binder_id)
    if paper.locked or binder.is_locked:
        raise Kept(LOCKED)
    if binder.is_on_hold:
        raise Kept("The file is on legal hold: its cross-references stay.")
    reference.delete()
    live.changed(binder.pk)
