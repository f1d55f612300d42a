"""The part of a form that says what kind of answer is wanted, for requests and for the items of templates."""

import re
from typing import Any

from django import forms

from clients.models.answer_type import AnswerOptions, AnswerType
from clients.template_lines import parse_column

MOST_CHOICES, MOST_COLUMNS, MOST_ROWS, LONG = 20, 6, 200, 200


def _lines(rows: int, kinds: str, **attrs: Any) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "data-shown-for": kinds, **attrs})


class AnswerOptionsMixin(forms.Form):
    """Expects a field `answer_type` and an instance with `answer_options`."""

    choices = forms.CharField(
        label="Answers to choose from", required=False, max_length=5000, widget=_lines(3, "choice"),
        help_text="One in each line.",
    )  # fmt: skip
    currency = forms.CharField(
        label="Currency", required=False, max_length=3, widget=forms.TextInput({"data-shown-for": "amount", "class": "w-auto"}),
        help_text="Three letters, such as GBP.",
    )  # fmt: skip
    asked = forms.CharField(
        label="What the client fills in for each row", required=False, max_length=2000, widget=_lines(3, "table"),
        help_text="One column in each line. Put (date), (number) or (yes or no) behind it to have it checked.",
    )  # fmt: skip
    row_files = forms.BooleanField(
        label="One file may be added to each row",
        required=False,
        widget=forms.CheckboxInput({"data-shown-for": "table"}),
    )

    def read_options(self) -> None:
        """Show what is stored. Call after the form is made."""
        options = AnswerOptions.read(self.instance.answer_options)  # type: ignore[attr-defined]
        self.initial.update({
            "choices": "\n".join(options.choices), "currency": options.currency, "row_files": options.row_files,
            "asked": "\n".join(map(str, options.asked)),
        })  # fmt: skip
        kinds = self.fields["answer_type"]
        kinds.required = False
        kinds.widget.attrs["data-shows-fields"] = ""
        kinds.help_text = "Files and a note may be added to any kind of answer."

    def clean_answer_type(self) -> str:
        return self.cleaned_data["answer_type"] or AnswerType.FILES

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].strip().upper()
        if currency and not re.fullmatch("[A-Z]{3}", currency):
            raise forms.ValidationError("Use the three letters of the currency, such as GBP.")
        return currency

    def clean_choices(self) -> list[str]:
        choices = list(dict.fromkeys(_said_lines(self.cleaned_data["choices"])))
        if len(choices) > MOST_CHOICES or any(len(choice) > LONG for choice in choices):
            raise forms.ValidationError(f"Up to {MOST_CHOICES} answers of up to {LONG} characters can be offered.")
        return choices

    def clean_asked(self) -> list[Any]:
        columns = [parse_column(line) for line in _said_lines(self.cleaned_data["asked"])]
        if len(columns) > MOST_COLUMNS or any(len(column.label) > LONG for column in columns):
            raise forms.ValidationError(f"Up to {MOST_COLUMNS} columns of up to {LONG} characters can be asked.")
        return columns

    def check_options(self, data: dict[str, Any]) -> None:
        """What the chosen kind cannot do without."""
        kind = data.get("answer_type")
        if kind == AnswerType.CHOICE and "choices" in data and len(data["choices"]) < 2:
            self.add_error("choices", "Write at least two answers, one in each line.")
        if kind == AnswerType.TABLE and "asked" in data and not data["asked"] and not data.get("row_files"):
            self.add_error("asked", "Say what the client fills in, or let a file be added to each row.")

    def options(self, given: list[str]) -> AnswerOptions:
        data, kind = self.cleaned_data, self.cleaned_data["answer_type"]
        if kind == AnswerType.CHOICE:
            return AnswerOptions(choices=data["choices"])
        if kind == AnswerType.AMOUNT:
            return AnswerOptions(currency=data["currency"])
        if kind == AnswerType.TABLE:
            return AnswerOptions(given=given, asked=data["asked"], row_files=data["row_files"])
        return AnswerOptions()


def _said_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def read_sample(text: str) -> tuple[list[str], list[list[str]]]:
    """Headings and rows, as they are pasted from a spreadsheet: tabs between cells, or semicolons or commas.

    Raises ValidationError.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return [], []
    separator = max("\t;,", key=lines[0].count)
    table = [[cell.strip()[:LONG] for cell in line.split(separator)] for line in lines]
    headings, rows = table[0], table[1:]
    if not rows:
        raise forms.ValidationError("The first line holds the headings; paste the selected rows below it.")
    if len(rows) > MOST_ROWS or len(headings) > MOST_COLUMNS:
        raise forms.ValidationError(f"Paste up to {MOST_ROWS} rows and {MOST_COLUMNS} columns.")
    width = len(headings)
    return headings, [[*row[:width], *[""] * (width - len(row))] for row in rows]
