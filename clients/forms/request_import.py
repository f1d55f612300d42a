from typing import Any

from django import forms

from clients.importing import Mapping, guess_mapping
from clients.request_import import COLUMNS


class RequestImportForm(forms.Form):
    file = forms.FileField(
        label="File", help_text="CSV or Excel with a row of headings, up to 10 MB and 5,000 rows.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
    )  # fmt: skip


class WorkbookForm(forms.Form):
    file = forms.FileField(
        label="Workbook", help_text="The .xlsx file that was exported from this list, up to 10 MB.",
        widget=forms.FileInput({"accept": ".xlsx"}),
    )  # fmt: skip


class MappingForm(forms.Form):
    """Which column of the file is what. Unbound it shows the guess."""

    def __init__(self, data: Any = None, *, headers: list[str]) -> None:
        guess = guess_mapping(headers, COLUMNS)
        # A preview opened for the first time has no choice in its address yet.
        chosen = data if data is not None and any(name in data for name in COLUMNS) else None
        super().__init__(chosen if chosen is not None else {name: str(at) for name, at in guess.items()})
        choices = [(str(at), header or f"Column {at + 1}") for at, header in enumerate(headers)]
        for name, (label, _) in COLUMNS.items():
            nothing = [("", "Not in the file" if name != "title" else "Choose a column")]
            self.fields[name] = forms.ChoiceField(label=label, choices=nothing + choices, required=name == "title")
        self.fields["title"].error_messages["required"] = "Choose the column that says what you ask for."

    @property
    def mapping(self) -> Mapping:
        return {name: int(at) for name, at in self.cleaned_data.items() if at != ""}
