"""A mark of the legend says on signed papers what it said when they were signed: it changes only where none vouches for it."""

from django.db import transaction
from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from workspaces.models import SignOff, Tickmark, Workpaper

NAMED = 5


class Vouched(Exception):
    """The message is a sentence for the person."""


def hold(mark: Tickmark) -> None:
    """Before what a mark says changes, or the mark goes. A signature that is being given comes first.

    Raises Vouched where signatures of open files stand under it; closed files keep a legend of their own.
    """
    said = Cast("body", TextField())
    bearing = Workpaper.objects.filter(locked=False).annotate(said=said).filter(said__contains=str(mark.pk))
    list(bearing.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    vouching = SignOff.objects.standing().filter(workpaper=OuterRef("pk"), content_hash=OuterRef("content_hash"))
    signed = bearing.filter(Exists(vouching)).select_related("binder__project").defer("body", "tsv").in_order()
    if papers := list(signed[: NAMED + 1]):
        named = ", ".join(f"{paper.reference} of {paper.binder}" for paper in papers[:NAMED])
        more = " and more" if len(papers) > NAMED else ""
        raise Vouched(
            f"It stands on signed papers: {named}{more}. What was signed would say something else. Add another mark, or "
            "have the signatures taken back first."
        )


@transaction.atomic
def take_out(mark: Tickmark) -> None:
    """Papers that carry it keep it, and ask for another before they are signed again."""
    hold(mark)
    Tickmark.objects.filter(pk=mark.pk).update(deleted_at=timezone.now())


def bring_back(mark: Tickmark) -> None:
    """Raises ValidationError where another mark has its key or its drawing now."""
    mark.deleted_at = None
    mark.validate_constraints()
    mark.save(update_fields=["deleted_at"])
