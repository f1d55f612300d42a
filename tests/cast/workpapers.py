"""A binder, not locked."""

from datetime import date

from django.utils import timezone

from tests.cast.firm import Firm
from workspaces.models import (
    AccountMapping,
    Binder,
    BinderAccount,
    BinderCopy,
    CrossReference,
    JournalEntry,
    JournalEntryLine,
    ReviewNote,
    SignOff,
    Tickmark,
    TrialBalance,
    TrialBalanceLine,
    Workpaper,
    WorkpaperReading,
    WorkpaperVersion,
)


def add_binder(firm: Firm) -> None:
    """A binder with a lead and a paper below it, prepared, with an open note on it. Nothing is locked."""
    member, now = firm.members["member"], timezone.now()
    binder = Binder.objects.create(project=firm.project, period_end=date(2025, 12, 31), created_by=member)
    tick = Tickmark.objects.create(code="a", mark="agreed", meaning="Agreed to ledger")
    grid = {
        "columns": [
            {"id": "c1", "title": "Account", "type": "text"},
            {"id": "c2", "title": "Ledger", "type": "figure"},
        ],
        "rows": [{"id": "r1", "cells": {"c1": {"text": "Bank"}, "c2": {"amount": 120000, "ticks": [str(tick.pk)]}}}],
    }
    lead, paper = (
        Workpaper.objects.create(
            binder=binder,
            parent=None,
            section="B",
            reference=f"B-{number}",
            sort_key=f"1B.{number:05d}",
            position=number,
            title=title,
            kind=kind,
            body={"grid": grid},
            content_hash="0" * 64,
            created_by=member,
        )
        for number, title, kind in [(1, "Cash lead", "lead"), (2, "Bank reconciliation", "schedule")]
    )
    gone = Workpaper.objects.create(
        binder=binder, section="B", reference="B-3", sort_key="1B.00003", position=3, title="Taken out", kind="memo",
        content_hash="1" * 64, created_by=member, deleted_at=now,
    )  # fmt: skip
    entry = JournalEntry.objects.create(
        binder=binder, number=1, description="Unpresented cheque", entry_date=date(2025, 12, 31), workpaper=paper
    )
    balance = TrialBalance.objects.create(binder=binder, as_of=date(2025, 12, 31), source_name="tb.csv")
    firm.rows |= {
        "binder": binder,
        "tickmark": tick,
        "deleted_mark": Tickmark.objects.create(code="z", mark="star", meaning="Not used", deleted_at=now),
        "lead": lead,
        "deleted_paper": gone,
        "workpaper": paper,
        "paper_version": WorkpaperVersion.objects.create(
            workpaper=paper,
            number=1,
            title=paper.title,
            body=paper.body,
            content_hash=paper.content_hash,
            created_by=member,
        ),
        "sign_off": SignOff.objects.create(
            workpaper=paper,
            role="preparer",
            member=firm.members["admin"],
            signed_at=now,
            content_hash=paper.content_hash,
            version=1,
        ),
        "note": ReviewNote.objects.create(
            workpaper=paper, anchor="r1", text="Agree this.", raised_by=firm.members["admin"]
        ),
        "cross_reference": CrossReference.objects.create(
            workpaper=paper, cell="r1.c2", target=lead, target_cell="r1.c2"
        ),
        "reading": WorkpaperReading.objects.create(
            workpaper=paper, member=member, content_hash=paper.content_hash, read_at=now
        ),
        "copy": BinderCopy.objects.create(binder=binder, kind="pdf", created_by=member),
        "trial_balance": balance,
        "trial_balance_line": TrialBalanceLine.objects.create(
            trial_balance=balance, position=1, code="1000", name="Bank", amount=120000
        ),
        "binder_account": BinderAccount.objects.create(binder=binder, code="1000", section="B"),
        "mapping": AccountMapping.objects.create(client=firm.bakery, code="1000", section="B"),
        "journal_entry": entry,
        "journal_entry_line": JournalEntryLine.objects.create(entry=entry, position=1, code="1000", amount=-5000),
    }
