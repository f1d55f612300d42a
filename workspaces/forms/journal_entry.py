"""An adjustment as it is typed: a description, and lines of which each has one side."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.plain_text import validate_plain_text
from clients.forms.row_form import RowForm
from look.forms import DateInput
from organizations.models import Membership
from workspaces.amounts import NotAnAmount, digits_of, read, typed, written
from workspaces.journal import next_number
from workspaces.models import Binder, JournalEntry, JournalEntryLine, TrialBalanceLine, Workpaper
from workspaces.trial_balance_import import open_binder

FIRST, MORE, MOST = 6, 6, 200
SUGGESTED = 500
NAMES = ("code", "name", "debit", "credit")


@dataclass
class TypedLine:
    """One row of the form, with what is wrong beside its fields."""

    cells: dict[str, str]
    amount: int = 0
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not any(self.cells.values())


class EntryLines:
    """The rows of the form. `problem` says what is wrong with all of them together."""

    def __init__(self, binder: Binder, rows: list[TypedLine]) -> None:
        self.binder, self.digits, self.rows, self.problem = binder, digits_of(binder.currency), rows, ""

    @classmethod
    def stored(cls, entry: JournalEntry, binder: Binder) -> "EntryLines":
        digits = digits_of(binder.currency)
        lines = entry.lines.order_by("position") if not entry._state.adding else []
        rows = [
            TypedLine({
                "code": line.code, "name": line.name, "debit": typed(line.amount, digits) if line.amount > 0 else "",
                "credit": typed(-line.amount, digits) if line.amount < 0 else "",
            })
            for line in lines
        ]  # fmt: skip
        return cls(binder, _padded(rows, FIRST))

    @classmethod
    def sent(cls, data: Any, binder: Binder) -> "EntryLines":
        columns = [[text.replace("\0", "").strip()[:200] for text in data.getlist(f"line-{name}")] for name in NAMES]
        rows = [TypedLine(dict(zip(NAMES, cells, strict=True))) for cells in zip(*columns, strict=False)]
        filled = [row for row in rows[:MOST] if not row.is_blank]
        return cls(binder, _padded(filled, len(filled) + MORE if "more" in data else FIRST))

    @property
    def filled(self) -> list[TypedLine]:
        return [row for row in self.rows if not row.is_blank]

    def is_valid(self) -> bool:
        known = self._known_accounts()
        for row in self.filled:
            self._judge(row, known)
        if any(row.errors for row in self.filled):
            return False
        if len(self.filled) < 2:
            self.problem = "Write at least two lines, one with a debit and one with a credit."
        elif difference := sum(row.amount for row in self.filled):
            side = "Debits" if difference > 0 else "Credits"
            self.problem = f"{side} are more by {written(abs(difference), self.digits)}. They must be the same."
        return not self.problem

    def _known_accounts(self) -> dict[str, str]:
        codes = [row.cells["code"] for row in self.filled]
        lines = TrialBalanceLine.objects.filter(trial_balance__binder=self.binder, code__in=codes)
        return dict(lines.order_by("-trial_balance__kind").values_list("code", "name"))

    def _judge(self, row: TypedLine, known: dict[str, str]) -> None:
        code = row.cells["code"]
        if not code or len(code) > 40:
            row.errors["code"] = "Write the account’s code, of up to 40 characters."
        elif code not in known and not row.cells["name"]:
            row.errors["code"] = f"{code} is not in the trial balance. Correct it, or name the new account."
        row.cells["name"] = row.cells["name"] or known.get(code, "")
        for name in ("code", "name"):
            try:
                validate_plain_text(row.cells[name])
            except ValidationError as error:
                row.errors[name] = " ".join(error.messages)
        self._judge_amount(row)

    def _judge_amount(self, row: TypedLine) -> None:
        sides: dict[str, int | None] = {}
        for name in ("debit", "credit"):
            try:
                sides[name] = read(row.cells[name], self.digits)
            except NotAnAmount as error:
                row.errors[name] = str(error)
                return
        debit, credit = sides["debit"] or 0, sides["credit"] or 0
        if bool(debit) == bool(credit):
            row.errors["debit"] = "Write either a debit or a credit."
        elif debit < 0 or credit < 0:
            row.errors["debit"] = "Write the amount on the other side instead of a negative one."
        row.amount = debit - credit


def _padded(rows: list[TypedLine], least: int) -> list[TypedLine]:
    return [*rows, *(TypedLine(dict.fromkeys(NAMES, "")) for _ in range(least - len(rows)))]


class JournalEntryForm(RowForm):
    """A proposed entry, new or to be corrected, with its lines."""

    noun = "entry"
    constrained = (*RowForm.constrained, "binder")

    class Meta:
        model = JournalEntry
        fields = ["description", "entry_date", "workpaper"]
        labels = {"workpaper": "Found in"}
        widgets = {"entry_date": DateInput}

    def __init__(self, *args: Any, binder: Binder, member: Membership, **kwargs: Any) -> None:
        self.binder = binder
        super().__init__(*args, **kwargs)
        self.initial["entry_date"] = self.instance.entry_date or binder.period_end
        self.member, self.instance.binder = member, binder
        self.lines = EntryLines.sent(self.data, binder) if self.is_bound else EntryLines.stored(self.instance, binder)
        paper = cast("forms.ModelChoiceField", self.fields["workpaper"])
        paper.queryset = Workpaper.objects.filter(binder=binder).defer("body", "tsv").in_order()
        paper.empty_label = "No paper"

    @property
    def accounts(self) -> list[tuple[str, str]]:
        """The first accounts of the ledger, for the browser to suggest."""
        lines = TrialBalanceLine.objects.filter(trial_balance__binder=self.binder, trial_balance__kind="current")
        return list(lines.order_by("code").values_list("code", "name")[:SUGGESTED])

    def stored(self) -> dict[str, Any]:
        lines = self.instance.lines.order_by("position").values_list("code", "name", "amount")
        return {**super().stored(), "status": self.instance.status, "lines": [list(line) for line in lines]}

    def clean_entry_date(self) -> date:
        """Inside the binder's period: what belongs to the next one is that one's entry."""
        day: date = self.cleaned_data["entry_date"]
        ends, starts = self.binder.period_end, self.binder.first_day
        if not starts <= day <= ends:
            raise ValidationError(f"The period runs from {starts:%-d %b %Y} to {ends:%-d %b %Y}. Choose a day in it.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.lines.is_valid():
            self.add_error(None, self.lines.problem or "Correct the lines that are marked.")
        return data

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Raises Closed where the file is locked meanwhile."""
        binder, entry = open_binder(self.binder), self.instance
        if entry._state.adding:
            entry.number = next_number(binder)
        else:
            JournalEntryLine.objects.filter(entry=entry).delete()
        saved = super().save(commit)
        JournalEntryLine.objects.bulk_create(
            JournalEntryLine(
                entry=saved, position=at, code=row.cells["code"], name=row.cells["name"], amount=row.amount
            )
            for at, row in enumerate(self.lines.filled, start=1)
        )
        return saved
