"""Adjustments: proposed while the work goes on, posted when they balance, and from then on only reversed."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.shortcuts import get_object_or_404

from organizations.models import Membership
from workspaces import lead_building, remembered_mapping
from workspaces.ledger_accounts import sections_of
from workspaces.models import Binder, JournalEntry, JournalEntryLine
from workspaces.trial_balance_import import open_binder

Status = JournalEntry.Status


class Refused(Exception):
    """The message says why the entry stays as it is."""


def next_number(binder: Binder) -> int:
    """To be asked while the binder is held: two entries never get the same."""
    highest = JournalEntry.objects.filter(binder=binder).aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


@transaction.atomic
def post(entry: JournalEntry, *, by: Membership) -> None:
    """Let the entry reach the leads."""
    stored = _held(entry)
    if stored.status == Status.POSTED:
        return
    lines = list(stored.lines.order_by("position"))
    if not lines:
        raise Refused("The entry has no lines.")
    if sum(line.amount for line in lines):
        raise Refused("Debits and credits of the entry differ. Edit it, then post it.")
    _move(stored, Status.POSTED)
    _reach_leads(stored.binder, lines, by)


@transaction.atomic
def set_aside(entry: JournalEntry) -> None:
    """The client does not post it: it stays in the file and out of the leads."""
    stored = _held(entry)
    if stored.status == Status.POSTED:
        raise Refused("A posted entry is not set aside. Reverse it instead.")
    _move(stored, Status.PASSED)


@transaction.atomic
def reverse(entry: JournalEntry, *, by: Membership) -> JournalEntry:
    """A second entry with the sides exchanged; the first stays as it was posted."""
    stored = _held(entry)
    if stored.status != Status.POSTED:
        raise Refused("Only a posted entry is reversed.")
    if stored.reverses_id is not None:
        raise Refused("This entry reverses another one already. Write a new entry instead.")
    if (made := reversal_of(stored)) is not None:
        return made
    made = JournalEntry.objects.create(
        binder=stored.binder, number=next_number(stored.binder), description=f"Reversal of {stored}",
        entry_date=stored.entry_date, status=Status.POSTED, workpaper_id=stored.workpaper_id, created_by=by,
        reverses=stored,
    )  # fmt: skip
    lines = [
        JournalEntryLine(entry=made, position=line.position, code=line.code, name=line.name, amount=-line.amount)
        for line in stored.lines.order_by("position")
    ]
    JournalEntryLine.objects.bulk_create(lines)
    _reach_leads(stored.binder, lines, by)
    return made


def reversal_of(entry: JournalEntry) -> JournalEntry | None:
    """The entry that takes this one back."""
    return JournalEntry.objects.filter(reverses=entry).first()


def _held(entry: JournalEntry) -> JournalEntry:
    """The entry as it is now, with its binder held. Raises Closed for a locked file."""
    binder = open_binder(entry.binder)
    stored = get_object_or_404(JournalEntry.objects.select_for_update(of=("self",)), pk=entry.pk)
    stored.binder = binder
    return stored


def _move(entry: JournalEntry, status: str) -> None:
    entry.status = status
    entry.save(update_fields=["status"])


def _reach_leads(binder: Binder, lines: Iterable[JournalEntryLine], by: Membership) -> None:
    remembered_mapping.take_over(binder, by=by)
    sections = sections_of(binder)
    touched = {sections[line.code] for line in lines if line.code in sections}
    lead_building.bring_up_to_date(binder, by=by, sections=sorted(touched))
