"""A file that was closed last year, with a paper that came late, and this year's that was rolled forward from it."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from clients.models import Client, Project
from organizations.models import Membership
from workspaces import account_mapping, lock_down, roll_forward, saving, signing, trial_balance_import
from workspaces.ledger_rows import Ledger, Line
from workspaces.legends import Legend
from workspaces.models import Binder, TrialBalance, Workpaper
from workspaces.numbering import parts_of, sort_key

BEFORE, NOW, REPORTED = date(2025, 12, 31), date(2026, 12, 31), timedelta(days=40)
#: Code, name, section, last year and this year, in whole pounds. The result is what is missing to nothing.
ACCOUNTS = [
    ("1000", "Bank, current account", "B", 84_210, 97_365),
    ("1100", "Members’ electricity accounts", "C", 212_640, 230_118),
    ("1500", "Turbines and meters", "E", 1_640_000, 1_588_000),
    ("2000", "Trade payables", "F", -96_480, -88_240),
    ("3000", "Members’ shares", "H", -1_250_000, -1_275_000),
    ("4000", "Sale of electricity", "R", -742_900, -781_350),
    ("6000", "Grid and upkeep", "S", 391_220, 402_915),
]
PROGRAMME = [
    "Confirm every bank balance with the bank",
    "Test reconciling items over £2,000 to the statement after the year end",
    "Agree the members’ share register to the ledger",
]
NOTE = "The members’ meeting approved the accounts after the file was closed."


class ClosedFile:
    def __init__(self, client: Client, *, preparer: Membership, reviewer: Membership, partner: Membership) -> None:
        self.people = {"preparer": preparer, "reviewer": reviewer, "partner": partner}
        self.by, self.legend = preparer, Legend()
        project = Project.objects.create(name="Sagebrush Energy, audit", client=client, created_by=partner)
        self.old = Binder.objects.create(
            project=project, period_start=date(2025, 1, 1), period_end=BEFORE, created_by=preparer
        )

    def build(self) -> Binder:
        self._take(self.old, 3, BEFORE)
        account_mapping.save(self.old, {code: section for code, _, section, *_ in ACCOUNTS} | {"3100": "H"}, by=self.by)
        self._paper(
            "A-1", "Planning memorandum", "memo", {"purpose": "A co-operative of 340 members and two turbines."}
        )
        items = [{"id": f"i{n}", "text": text, "answer": "yes", "note": ""} for n, text in enumerate(PROGRAMME, 1)]
        self._paper("A-2", "Programme for balances", "checklist", {"items": items})
        self._paper("B-1", "Bank reconciliation", "schedule", {"grid": self._bank()})
        for paper in Workpaper.objects.filter(binder=self.old).in_order():
            self._sign(paper, "preparer", "reviewer", "partner")
        self._close()
        return self._next_year()

    def _close(self) -> None:
        self.old.report_released_on = timezone.localdate() - REPORTED
        self.old.save(update_fields=["report_released_on"])
        self.old = lock_down.lock(self.old, by=self.people["partner"])
        late = self._unsaved("A-3", "Minutes of the members’ meeting", "memo")
        lock_down.add_late(
            late, by=self.by, reason=NOTE, text="Resolution 3 adopts the accounts as signed. No adjustment follows."
        )

    def _next_year(self) -> Binder:
        """Begun: the ledger is in, and the first paper is prepared again."""
        new = Binder(project=self.old.project, period_start=date(2026, 1, 1), period_end=NOW, created_by=self.by)
        roll_forward.prepare(self.old, new)
        new.save()
        roll_forward.run(self.old, new, carry_notes=False, by=self.by)
        self._take(new, 4, NOW)
        planning = Workpaper.objects.get(binder=new, reference="A-1")
        text = "A co-operative of 352 members and two turbines. The second gearbox was replaced in May."
        planning = saving.save(planning, by=self.by, revision=planning.revision, body={"purpose": text})
        self._sign(planning, "preparer")
        return new

    def _take(self, binder: Binder, at: int, day: date) -> None:
        rows = [(code, name, figures[at - 3]) for code, name, _, *figures in ACCOUNTS]
        rows.append(("3100", "Reserves", -sum(amount for *_, amount in rows)))
        ledger = Ledger([Line(n, code, name, amount * 100) for n, (code, name, amount) in enumerate(rows, start=2)], 2)
        source = trial_balance_import.Source(f"Sagebrush {day:%Y}.csv", "", TrialBalance.Kind.CURRENT, day)
        trial_balance_import.run(binder, ledger, source, by=self.by)

    def _bank(self) -> dict[str, Any]:
        """Agreed to the lead, and footed."""
        lines = [("Balance per bank", 8_913_550, 7_204_100), ("Cheques not presented", -492_550, -310_900)]
        rows: list[dict[str, Any]] = [
            {
                "id": f"r{n}",
                "kind": "",
                "cells": {"c1": {"text": text}, "c2": {"amount": now}, "c3": {"amount": before}},
            }
            for n, (text, now, before) in enumerate(lines, 1)
        ]
        total = {"formula": "=SUM({r1.c2}:{r2.c2})", "ticks": [self.legend.kept("a"), self.legend.kept("f")]}
        before = {"formula": "=SUM({r1.c3}:{r2.c3})", "ticks": [self.legend.kept("p"), self.legend.kept("f")]}
        cells = {"c1": {"text": "Balance per ledger"}, "c2": total, "c3": before}
        columns = [("c1", "Item", "text"), ("c2", "This year", "figure"), ("c3", "Last year", "figure")]
        return {
            "columns": [dict(zip(("id", "title", "type"), column, strict=True)) for column in columns],
            "rows": [*rows, {"id": "r3", "kind": "total", "cells": cells}],
        }

    def _paper(self, reference: str, title: str, kind: str, body: dict[str, Any]) -> None:
        paper = self._unsaved(reference, title, kind)
        paper.body = body
        saving.create(paper, by=self.by)

    def _unsaved(self, reference: str, title: str, kind: str) -> Workpaper:
        letter, numbers = parts_of(reference) or ("A", ())
        return Workpaper(
            binder=self.old, reference=reference, sort_key=sort_key(letter, numbers), section=letter,
            position=numbers[-1], title=title, kind=kind,
        )  # fmt: skip

    def _sign(self, paper: Workpaper, *roles: str) -> None:
        for role in roles:
            signing.sign(paper, role, by=self.people[role], seen=paper.content_hash)
