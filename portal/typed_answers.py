"""The part of an answer that is neither a file nor a note: one value, or the rows of a table of samples."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clients.models import Document, InformationRequest, RequestSample
from clients.models.answer_type import YES_NO, AnswerOptions, AnswerType, Column, parse_value, typed
from clients.models.request_sample import NOTHING
from clients.models.request_status import Answer
from look.forms import DateInput

LONGEST = 500


class TypedAnswer(forms.Form):
    """Adds `value` where the request wants one value, and for each row of a table its cells and its file."""

    def add_typed(self, request: InformationRequest) -> None:
        self.request, self.options = request, request.options
        self.samples: list[RequestSample] = []
        if request.answer_type == AnswerType.TABLE:
            self.samples = sorted(request.samples.all(), key=lambda sample: sample.position)
            for sample in self.samples:
                self._add_row(sample)
        elif request.answer_type != AnswerType.FILES:
            self.fields["value"] = value_field(request.answer_type, self.options)
            self.initial["value"] = typed(request.answer_type, request.answer_value)

    def _add_row(self, sample: RequestSample) -> None:
        filled = [*sample.filled, *[""] * len(self.options.asked)]
        for at, column in enumerate(self.options.asked):
            field = cell_field(column)
            self.fields[f"s{sample.pk}-{at}"], self.initial[f"s{sample.pk}-{at}"] = field, filled[at]
        if self.options.row_files:
            self.fields[f"f{sample.pk}"] = forms.FileField(label=_("File for this row"), required=False)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """For the page: what the firm gave, the fields of the row, and the file it has already."""
        return [
            {
                "sample": sample,
                "name": row_words(sample),
                "words": ", ".join(
                    f"{label}: {cell}" for label, cell in zip(self.options.given, sample.given, strict=False) if cell
                ),
                "cells": [self[f"s{sample.pk}-{at}"] for at in range(len(self.options.asked))],
                "document": _shared(sample.document),
                "file": self[f"f{sample.pk}"] if self.options.row_files else None,
            }
            for sample in self.samples
        ]  # fmt: skip

    def typed_row(self, sample: RequestSample) -> list[str]:
        names = (f"s{sample.pk}-{at}" for at in range(len(self.options.asked)))
        return [str(self.data.get(name, "")).strip()[:LONGEST] for name in names]

    def has_row(self, sample: RequestSample) -> bool:
        """Whether the row stood on the page that was sent: a file dropped by script comes without the rows."""
        return any(f"s{sample.pk}-{at}" in self.data for at in range(len(self.options.asked)))

    def clean_typed(self, data: dict[str, Any]) -> None:
        """Judge value and rows; whoever says that there is no answer need not fill them in."""
        if data.get("answer") not in ("", None, Answer.PROVIDED):
            data["value"] = None
            return
        if "value" in self.fields:
            self._clean_one("value", self.request.answer_type, data)
        for sample in self.samples:
            for at, column in enumerate(self.options.asked):
                self._clean_one(f"s{sample.pk}-{at}", column.kind, data)

    def _clean_one(self, name: str, kind: str, data: dict[str, Any]) -> None:
        text = str(data.get(name) or "")
        if name != "value" and text.lower() in NOTHING:
            return
        try:
            if not text:
                raise ValidationError(_("Fill this in.") if name == "value" else _("Fill this in, or write “none”."))
            data[name] = parse_value(kind, text, self.options)
        except ValidationError as wrong:
            self.add_error(name, wrong)


def _shared(document: Document | None) -> Document | None:
    """The file of a row, unless the firm has kept or thrown it away since."""
    is_seen = document and document.deleted_at is None and document.visibility == Document.Visibility.SHARED
    return document if is_seen else None


def row_words(sample: RequestSample) -> str:
    return _("Row %(number)s") % {"number": sample.position}


def keep_rows(form: TypedAnswer, store: Callable[[RequestSample, Any], None], files: Any) -> bool:
    """Keep what was typed into the rows, right or wrong, so that nobody types it twice; and their files.

    `store` keeps one file. Says whether there was anything to keep.
    """
    kept = False
    for sample in form.samples:
        row = form.typed_row(sample)
        if form.has_row(sample) and row != [*sample.filled, *[""] * len(row)][: len(row)]:
            sample.filled = row
            sample.save(update_fields=["filled"])
            kept = True
        if upload := files.get(f"f{sample.pk}"):
            store(sample, upload)
            kept = True
    return kept


def value_field(kind: str, options: AnswerOptions) -> forms.Field:
    if kind in (AnswerType.CHOICE, AnswerType.YES_NO):
        offered = list(YES_NO.items()) if kind == AnswerType.YES_NO else [(word, word) for word in options.choices]
        # Judged in `clean_typed`, so that there is one sentence for nothing chosen and for something unknown.
        return forms.CharField(label=_("Your answer"), required=False, widget=forms.RadioSelect(choices=offered))
    if kind == AnswerType.TEXT:
        return forms.CharField(
            label=_("Your answer"), required=False, max_length=10_000, widget=forms.Textarea({"rows": 3})
        )
    label = _("Amount in %(currency)s") % {"currency": options.currency} if options.currency else _("Amount")
    labels = {AnswerType.DATE: _("Date"), AnswerType.NUMBER: _("Number"), AnswerType.AMOUNT: label}
    return forms.CharField(label=labels[AnswerType(kind)], required=False, max_length=40, widget=_widget(kind))


def cell_field(column: Column) -> forms.Field:
    if column.kind == "yes_no":
        chosen = forms.Select(choices=[("", _("Choose")), *YES_NO.items(), ("none", _("None of it"))])
        return forms.CharField(label=column.label, required=False, widget=chosen)
    kind = AnswerType.NUMBER if column.kind == "number" else column.kind
    return forms.CharField(label=column.label, required=False, max_length=LONGEST, widget=_widget(kind))


def _widget(kind: str) -> forms.Widget:
    if kind == AnswerType.DATE:
        return DateInput({"class": "w-auto"})
    return forms.TextInput({"inputmode": "decimal"} if kind in (AnswerType.NUMBER, AnswerType.AMOUNT) else {})
