from datetime import date
from typing import Any

from django import forms

from clients.importing import Mapping, guess_mapping
from look.forms import DateInput
from workspaces.ledger_rows import COLUMNS
from workspaces.models import TrialBalance

CLOSING = ("closing", "ending")


class TrialBalanceForm(forms.Form):
    """Which ledger the file is."""

    kind = forms.ChoiceField(label="Which year", choices=TrialBalance.Kind.choices)
    as_of = forms.DateField(label="Balances at", widget=DateInput)

    @property
    def chosen(self) -> dict[str, str]:
        """What the address of the next step carries."""
        as_of: date = self.cleaned_data["as_of"]
        return {"kind": self.cleaned_data["kind"], "as_of": as_of.isoformat()}


class TrialBalanceFileForm(TrialBalanceForm):
    file = forms.FileField(
        label="File",
        help_text="CSV or Excel with a row of headings: account, and debit and credit or one balance with its sign. Nothing is saved until the last step.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
    )


class LedgerColumnsForm(forms.Form):
    """Which column of the file is what. Before anything is chosen it shows the guess."""

    mark_optional = False

    def __init__(self, data: Any = None, *, headers: list[str]) -> None:
        chosen = data if data is not None and any(name in data for name in COLUMNS) else guessed(headers)
        super().__init__(chosen)
        choices = [("", "Not in the file"), *((str(at), head or f"Column {at + 1}") for at, head in enumerate(headers))]
        for name, (label, _) in COLUMNS.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("code") and not data.get("name"):
            self.add_error("code", "Choose the column with the accounts, by code or by name.")
        sides = [name for name in ("debit", "credit") if data.get(name)]
        if data.get("balance") and sides:
            self.add_error("balance", "Choose debit and credit, or one balance, not both.")
        elif not data.get("balance") and len(sides) < 2:
            self.add_error("balance", "Choose the columns for debit and credit, or one for the balance.")
        return data

    @property
    def mapping(self) -> Mapping:
        return {name: int(at) for name, at in self.cleaned_data.items() if at}


def guessed(headers: list[str]) -> dict[str, str]:
    """By their headings. Beside a closing balance, debit and credit are the year's movements."""
    guess = guess_mapping(headers, COLUMNS)
    if "balance" in guess and "debit" in guess and "credit" in guess:
        closes = headers[guess["balance"]].strip().lower().startswith(CLOSING)
        for name in ("debit", "credit") if closes else ("balance",):
            del guess[name]
    return {name: str(at) for name, at in guess.items()}
