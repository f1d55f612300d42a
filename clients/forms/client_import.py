from typing import Any

from django import forms

from clients.client_import import COLUMNS
from clients.importing import Mapping, guess_mapping


class ClientImportForm(forms.Form):
    file = forms.FileField(
        label="File", help_text="CSV with a row of headings, up to 10 MB. Nothing is saved until the last step.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )  # fmt: skip


class ColumnsForm(forms.Form):
    """Which column of the file is what. Before anything is chosen it shows the guess."""

    def __init__(self, data: Any = None, *, headers: list[str]) -> None:
        guess = {name: str(at) for name, at in guess_mapping(headers, COLUMNS).items()}
        chosen = data if data is not None and any(name in data for name in COLUMNS) else guess
        super().__init__(chosen)
        choices = [(str(at), header or f"Column {at + 1}") for at, header in enumerate(headers)]
        for name, (label, _) in COLUMNS.items():
            nothing = ("", "Choose a column" if name == "name" else "Do not import")
            self.fields[name] = forms.ChoiceField(label=label, choices=[nothing, *choices], required=name == "name")
        self.fields["name"].error_messages["required"] = "Choose the column with the clients’ names."

    mark_optional = False

    @property
    def mapping(self) -> Mapping:
        return {name: int(at) for name, at in self.cleaned_data.items() if at != ""}
