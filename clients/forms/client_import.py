from typing import Any

from django import forms

from clients.client_rows import COLUMNS
from clients.importing import Mapping, guess_mapping


class ClientImportForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="CSV or Excel with a row of headings, up to 10 MB and 20,000 rows. Nothing is saved until the last step.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
    )


class ColumnsForm(forms.Form):
    """Which column of the file is what. Before anything is chosen it shows the guess."""

    mark_optional = False
    updates = forms.BooleanField(label="Update clients that are there already, known by their code", required=False)

    def __init__(self, data: Any = None, *, headers: list[str]) -> None:
        guess = {name: str(at) for name, at in guess_mapping(headers, COLUMNS).items()}
        chosen = data if data is not None and any(name in data for name in COLUMNS) else guess
        super().__init__(chosen)
        choices = [(str(at), header or f"Column {at + 1}") for at, header in enumerate(headers)]
        for name, (label, _) in COLUMNS.items():
            nothing = ("", "Choose a column" if name == "name" else "Do not import")
            self.fields[name] = forms.ChoiceField(label=label, choices=[nothing, *choices], required=name == "name")
        self.fields["name"].error_messages["required"] = "Choose the column with the clients’ names."
        self.order_fields([*COLUMNS, "updates"])

    @property
    def mapping(self) -> Mapping:
        return {name: int(self.cleaned_data[name]) for name in COLUMNS if self.cleaned_data[name] != ""}

    @property
    def hidden(self) -> list[tuple[str, Any]]:
        """What the last step sends along."""
        updates = [("updates", "on")] if self.cleaned_data["updates"] else []
        return [*self.mapping.items(), *updates]
