"""The ledger of a binder for print: every account under its section, and every adjustment."""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from look.dates import record_words
from organizations.csv_download import without_formula
from workspaces.amounts import digits_of, typed_plain
from workspaces.ledger_accounts import (
    FIGURES,
    Mapped,
    SectionTotal,
    grand_total,
    mapped_accounts,
    section_totals,
    writer,
)
from workspaces.models import Binder, JournalEntry, TrialBalance
from workspaces.printing.prose import breakable

#: A PDF lists the accounts of a ledger up to this; of a longer one, whose leads list them all, what its sections come to.
MOST_LISTED = 4_000
HEADS = ("Account", "Name", "Section", "Ledger", "Adjustments", "Audited", "Prior year")


@dataclass
class PrintedLedger:
    binder: Binder

    @cached_property
    def accounts(self) -> list[Mapped]:
        return mapped_accounts(self.binder)

    @cached_property
    def entries(self) -> list[JournalEntry]:
        found = JournalEntry.objects.filter(binder=self.binder).select_related("workpaper", "reverses")
        return list(found.prefetch_related("lines").order_by("number"))

    @property
    def is_there(self) -> bool:
        return bool(self.accounts or self.entries)

    def page(self, *, most: int | None = None) -> dict[str, Any] | None:
        """As plain values, or nothing where the file has no ledger."""
        if not self.is_there:
            return None
        is_listed = most is None or len(self.accounts) <= most
        balances = TrialBalance.objects.filter(binder=self.binder).order_by("kind")
        return {
            "sources": [
                breakable(f"{one.get_kind_display()}: {one.source_name or 'typed in'}, at {record_words(one.as_of)}")
                for one in balances
            ],
            "currency": self.binder.currency, "count": len(self.accounts), "is_listed": is_listed,
            "sections": self._sections(is_listed), "total": self._figures(grand_total(self.accounts)),
            "entries": [self._entry(entry) for entry in self.entries],
        }  # fmt: skip

    @cached_property
    def _write(self) -> Any:
        return writer(self.binder, self.accounts)

    def _figures(self, total: Any) -> list[str]:
        return [self._write(getattr(total, name)) for name in FIGURES]

    def _sections(self, is_listed: bool) -> list[dict[str, Any]]:
        rows = defaultdict(list)
        for one in self.accounts if is_listed else []:
            account = one.account
            rows[one.section].append([breakable(account.code), breakable(account.name), *self._figures(account)])
        return [self._section(total, rows[total.section]) for total in section_totals(self.binder, self.accounts)]

    def _section(self, total: SectionTotal, rows: list[list[str]]) -> dict[str, Any]:
        return {
            "title": f"{total.section} {total.title}".strip(),
            "accounts": total.accounts,
            "rows": rows,
            "total": self._figures(total),
        }

    def _entry(self, entry: JournalEntry) -> dict[str, Any]:
        lines = sorted(entry.lines.all(), key=lambda line: line.position)
        paper = entry.workpaper if entry.workpaper and entry.workpaper.deleted_at is None else None
        return {
            "reference": str(entry), "description": breakable(entry.description), "state": entry.get_status_display(),
            "date": record_words(entry.entry_date) if entry.entry_date else "",
            "paper": paper.reference if paper else "", "reverses": str(entry.reverses) if entry.reverses else "",
            "lines": [
                [breakable(line.code), breakable(line.name), *self._sides(max(line.amount, 0), max(-line.amount, 0))]
                for line in lines
            ],
            "total": self._sides(*(sum(max(sign * line.amount, 0) for line in lines) for sign in (1, -1))),
        }  # fmt: skip

    def _sides(self, debit: int, credit: int) -> list[str]:
        return [self._write(amount) if amount else "" for amount in (debit, credit)]

    def table(self) -> bytes:
        """Every account as CSV, with figures that a spreadsheet reads."""
        out, digits = io.StringIO(), digits_of(self.binder.currency)
        rows = csv.writer(out)
        rows.writerow(HEADS)
        for one in self.accounts:
            said = [without_formula(cell) for cell in (one.account.code, one.account.name, one.section)]
            rows.writerow([*said, *(typed_plain(getattr(one.account, name), digits) for name in FIGURES)])
        return b"\xef\xbb\xbf" + out.getvalue().encode()
