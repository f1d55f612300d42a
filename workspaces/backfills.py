"""Values of new columns for rows that were there before them: `manage.py backfill NAME`."""

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Substr

from schema_changes.backfill import Backfill, register
from workspaces.models import AccountMapping, Binder, BinderAccount, JournalEntry

WORDS = "Reversal of AJE "


@register
class EntryDates(Backfill):
    """Entries used to have no day of their own: they count from the end of their period."""

    name = "journal_entries_entry_date"
    model = JournalEntry
    as_owner = "entries of locked files get a date, too"

    def rows(self) -> QuerySet:
        return JournalEntry.objects.filter(entry_date=None)

    def fill(self, batch: QuerySet) -> None:
        ends = Binder.with_deleted.filter(pk=OuterRef("binder")).values("period_end")
        batch.update(entry_date=Subquery(ends))


@register
class Reversals(Backfill):
    """Which entry another takes back used to be said in its description only."""

    name = "journal_entries_reverses"
    model = JournalEntry
    as_owner = "entries of locked files keep what they reverse, too"

    def rows(self) -> QuerySet:
        return JournalEntry.objects.filter(reverses=None, description__regex=f"^{WORDS}[0-9]{{1,9}}$")

    def fill(self, batch: QuerySet) -> None:
        numbered = batch.annotate(first=Cast(Substr("description", len(WORDS) + 1), IntegerField()))
        for entry in numbered.order_by("number"):
            entries = JournalEntry.objects.filter(binder=entry.binder_id, number__lt=entry.number, reversals=None)
            if found := entries.filter(number=entry.first).first():
                JournalEntry.objects.filter(pk=entry.pk).update(reverses=found)


@register
class BinderAccounts(Backfill):
    """Where an account belongs used to be kept by client, for all of its files at once."""

    name = "binder_accounts"
    model = Binder
    as_owner = "locked files keep the mapping they were closed with, too"

    def rows(self) -> QuerySet:
        return Binder.with_deleted.filter(project__client__isnull=False)

    def fill(self, batch: QuerySet) -> None:
        for binder in batch.select_related("project"):
            mapped = AccountMapping.objects.filter(client=binder.project.client_id)
            rows = [BinderAccount(binder=binder, code=one.code, section=one.section) for one in mapped.iterator()]
            BinderAccount.objects.bulk_create(rows, batch_size=2_000, ignore_conflicts=True)
