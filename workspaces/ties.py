"""Taking a cross-reference away, unless its file keeps it."""

from django.db import transaction

from workspaces import live
from workspaces.models import Binder, CrossReference


class Kept(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def remove(reference: CrossReference) -> None:
    """The file is held meanwhile, so that nobody locks it or puts it on hold between the question and the answer."""
    paper = reference.workpaper
    binder = Binder.objects.select_for_update(of=("self",)).get(pk=paper.binder_id)
    if paper.locked or binder.is_locked:
        raise Kept("The file is locked: nothing in it changes.")
    if binder.is_on_hold:
        raise Kept("The file is on legal hold: its cross-references stay.")
    reference.delete()
    live.changed(binder.pk)
