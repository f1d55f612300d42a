"""A binder half-way through its review: papers of every kind, some signed by three people, one with a note still open."""

from datetime import date
from typing import Any

from clients.models import Client, Document, Project
from organizations.models import Membership
from workspaces import paper_text, saving, signing
from workspaces.legends import Legend, ensure_legend
from workspaces.models import Binder, CrossReference, ReviewNote, Workpaper
from workspaces.numbering import parts_of, sort_key

RECEIVABLES = [
    ("1100", "Trade receivables, gross", 128431000, "a c", -1240000, 110288400),
    ("1105", "Retail concession accounts", 21864000, "a r", None, 19602000),
    ("1110", "Credit notes pending", -3621500, "e", -486000, -2219000),
    ("1120", "Allowance for expected credit losses", -4811700, "r j", -930000, -3940500),
    ("1130", "Other receivables", 6190400, "a", None, 5833000),
]
AGEING = [
    ("Not yet due", 98840000, "a"), ("1 to 30 days", 18205000, "a"), ("31 to 90 days", 8113000, "a r"),
    ("Over 90 days", 3273000, "j"),
]  # fmt: skip
WORK = """\
1. Agreed each balance to the general ledger [[tick a]] and footed the schedule [[tick f]].
2. Circularised 25 customers, 68% of the gross balance. 18 replies agree [[tick c]]. Seven have had a second request, see [[C-1.1]].
3. Recalculated the loss allowance from the ageing [[tick r]]. Management’s 90-day rate of 12% is 4 points below three-year experience [[tick j]]; proposed adjustment £9,300.
4. Credit notes of £4,860 issued in January relate to December sales [[tick e]]."""
PLANNING = """\
## Approach

Substantive throughout. Revenue is presumed a fraud risk; concession sales are where judgement lies.

## Team

Tomasz Łuczak prepares, Maya Okafor reviews, Eleanor Pell signs as partner."""
STEPS = [
    ("Comparatives agree to last year’s signed accounts", "yes", ""),
    ("Related parties disclosed", "yes", "Director’s loan, note 14."),
    ("Going concern wording agreed with the partner", "", ""),
    ("Events after the reporting date considered to the date of signing", "", ""),
]


class BinderBuilder:
    def __init__(
        self, client: Client, *, project: str, preparer: Membership, reviewer: Membership, partner: Membership
    ) -> None:
        ensure_legend()
        self.people = {"preparer": preparer, "reviewer": reviewer, "partner": partner}
        self.legend = Legend()
        self.binder = Binder.objects.create(
            project=Project.objects.get(name=project), period_start=date(2025, 1, 1), period_end=date(2025, 12, 31),
            created_by=preparer,
        )  # fmt: skip
        cited = Document.objects.filter(client=client, name__istartswith="bank").order_by("name")
        self.document = cited.first()

    def build(self) -> Binder:
        planning = self._paper("A-1", "Planning memorandum", "memo", {"purpose": PLANNING})
        materiality = self._paper("A-2", "Materiality", "schedule", {"grid": self._materiality()})
        bank = self._paper("B-1", "Bank reconciliations", "schedule", {"grid": self._bank()})
        ageing = self._paper("C-1.1", "Aged receivables", "schedule", {"grid": self._ageing()})
        receivables = self._receivables_twice(ageing)
        self._paper("C-2", "Sales cut-off", "memo", {})
        self._paper("D-1", "Inventory existence", "schedule", {"grid": self._bank()})
        payroll = self._paper(
            "S-1", "Payroll", "memo", {"purpose": "Payroll cost agreed to twelve filed returns [[tick s]]."}
        )
        items = [
            {"id": f"i{n}", "text": text, "answer": answer, "note": note}
            for n, (text, answer, note) in enumerate(STEPS, 1)
        ]
        self._paper("Z-1", "Disclosure checklist", "checklist", {"items": items})
        if self.document:
            self._paper(
                "B-2", "Bank confirmation", "document", {"purpose": "Read against the reconciliation in [[B-1]]."}
            )
        self._tie(receivables, "r1.c3", ageing, "r5.c2")
        for paper in (planning, materiality, payroll):
            self._sign(paper, "preparer", "reviewer", "partner")
        for paper in (bank, receivables):
            self._sign(paper, "preparer")
        self._notes(receivables)
        return self.binder

    def _paper(self, reference: str, title: str, kind: str, body: dict[str, Any]) -> Workpaper:
        letter, numbers = parts_of(reference) or ("A", ())
        known = list(Workpaper.objects.filter(binder=self.binder))
        kept = {
            name: paper_text.kept(said, known, self.legend.marks) if isinstance(said, str) else said
            for name, said in body.items()
        }
        paper = Workpaper(
            binder=self.binder, reference=reference, sort_key=sort_key(letter, numbers), section=letter, title=title,
            position=numbers[-1], kind=kind, body=kept, document=self.document if kind == "document" else None,
        )  # fmt: skip
        return saving.create(paper, by=self.people["preparer"], note="First draft")

    def _ticks(self, codes: str) -> list[str]:
        return [self.legend.kept(code) for code in codes.split()]

    def _grid(self, titles: list[tuple[str, str]], rows: list[list[Any]]) -> dict[str, Any]:
        """A cell is text, an amount, a formula, or an amount with the keys of its marks."""
        columns = [{"id": f"c{n}", "title": title, "type": kind} for n, (title, kind) in enumerate(titles, 1)]
        made = []
        for number, row in enumerate(rows, 1):
            cells = {f"c{n}": self._cell(value) for n, value in enumerate(row, 1) if value is not None}
            made.append({"id": f"r{number}", "kind": "total" if number == len(rows) else "", "cells": cells})
        return {"columns": columns, "rows": made}

    def _cell(self, value: Any) -> dict[str, Any]:
        if isinstance(value, tuple):
            return {**self._cell(value[0]), "ticks": self._ticks(value[1])}
        if isinstance(value, int):
            return {"amount": value}
        return {"formula": value} if value.startswith("=") else {"text": value}

    def _receivables(self, ageing: Workpaper) -> dict[str, Any]:
        titles = [
            ("Account", "text"),
            ("Name", "text"),
            *((t, "figure") for t in ("Ledger", "Adjustments", "Audited 2025", "2024")),
        ]
        rows: list[list[Any]] = [
            [code, name, (amount, marks), adjusted, f"={{r{n}.c3}}+{{r{n}.c4}}", before]
            for n, (code, name, amount, marks, adjusted, before) in enumerate(RECEIVABLES, 1)
        ]
        sums = [f"=SUM({{r1.c{c}}}:{{r5.c{c}}})" for c in (3, 4, 5, 6)]
        rows.append([None, "Total receivables", (sums[0], "f"), sums[1], (sums[2], "x"), sums[3]])
        return {
            "purpose": "Objective: receivables exist, are complete and are carried at the amount the company expects to collect. "
            f"Source: aged listing [[paper:{ageing.pk}]] and general ledger at 31 December 2025.",
            "work": WORK, "grid": self._grid(titles, rows),
            "conclusion": "Subject to three proposed adjustments of £26,560 in all, receivables of £1,453,962 are fairly stated.",
        }  # fmt: skip

    def _receivables_twice(self, ageing: Workpaper) -> Workpaper:
        """Drafted without the allowance and its conclusion, so that there are two versions to compare."""
        whole = self._receivables(ageing)
        draft = {name: said for name, said in whole.items() if name != "conclusion"}
        rows = [row if row["id"] != "r4" else _without(row, "c4") for row in whole["grid"]["rows"]]
        draft["grid"] = {**whole["grid"], "rows": rows}
        paper = self._paper("C-1", "Trade receivables", "schedule", draft)
        whole = {name: paper.body.get(name, said) if name == "work" else said for name, said in whole.items()}
        return saving.save(
            paper, by=self.people["preparer"], revision=paper.revision, body=whole, note="Allowance and conclusion"
        )

    def _ageing(self) -> dict[str, Any]:
        rows: list[list[Any]] = [[name, (amount, marks)] for name, amount, marks in AGEING]
        return self._grid([("Age", "text"), ("Balance", "figure")], [*rows, ["Total", ("=SUM({r1.c2}:{r4.c2})", "f")]])

    def _materiality(self) -> dict[str, Any]:
        rows: list[list[Any]] = [["Revenue, 0.8%", (9840000, "r")], ["Less: allowance for misstatements", -2460000]]
        return self._grid(
            [("Basis", "text"), ("Amount", "figure")], [*rows, ["Performance materiality", ("={r1.c2}+{r2.c2}", "f")]]
        )

    def _bank(self) -> dict[str, Any]:
        rows: list[list[Any]] = [
            ["Balance per bank", (31842015, "c")],
            ["Lodgements not credited", 412000],
            ["Unpresented cheques", -187540],
        ]
        return self._grid(
            [("Item", "text"), ("Amount", "figure")], [*rows, ["Balance per ledger", ("=SUM({r1.c2}:{r3.c2})", "f")]]
        )

    def _tie(self, paper: Workpaper, cell: str, target: Workpaper, target_cell: str) -> None:
        CrossReference.objects.create(workpaper=paper, cell=cell, target=target, target_cell=target_cell)

    def _sign(self, paper: Workpaper, *roles: str) -> None:
        for role in roles:
            signing.sign(paper, role, by=self.people[role], seen=paper.content_hash)

    def _notes(self, paper: Workpaper) -> None:
        reviewer = self.people["reviewer"]
        for text in (
            "Say which three years the loss experience covers.",
            "Tie the £12,400 retail correction to the January remittance before I sign.",
        ):
            note = ReviewNote.objects.create(workpaper=paper, anchor="r4", text=text, raised_by=reviewer)
        ReviewNote.objects.create(
            workpaper=paper, parent=note, text="Remittance asked for on Monday.", raised_by=self.people["preparer"]
        )
        first = ReviewNote.objects.filter(workpaper=paper).exclude(pk=note.pk).order_by("created_at", "id").first()
        if first:
            first.cleared_at, first.cleared_by = first.created_at, reviewer
            first.save(update_fields=["cleared_at", "cleared_by"])


def _without(row: dict[str, Any], column: str) -> dict[str, Any]:
    return {**row, "cells": {name: cell for name, cell in row["cells"].items() if name != column}}
